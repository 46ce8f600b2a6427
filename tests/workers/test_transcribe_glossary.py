"""What recognisers are told of the glossary before each chunk, and what becomes of their words."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.workers.speech import make_samples, speak

pytestmark = pytest.mark.slow

TERMS = ["Kubernetes", "kubectl", "PX-4711"]
START = "<|startoftranscript|><|en|><|transcribe|>"


def _listen(model: Path, engine: str, sound: Path, *requests: dict[str, Any]) -> dict[str, Any]:
    load = {"do": "load", "engine": engine, "path": str(model), "device": "cpu"}
    chunk = {"do": "transcribe", "sound": str(sound), "start": 0, "end": 2000, "language": "en"}
    lines = [load, *({**chunk, "bounded": False, **request} for request in requests)]
    found = subprocess.run(
        [sys.executable, "-m", "tests.workers.listening"],
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(found.stdout)
    return told


@pytest.mark.parametrize(
    ("engine", "model", "prompt"),
    [
        ("faster-whisper", "base", "Kubernetes, kubectl, PX-4711"),
        ("whisper", "base.pt", "PX-4711, kubectl, Kubernetes"),
    ],
)
def test_each_chunk_is_told_the_terms_in_the_order_that_the_engine_wants(
    engine: str, model: str, prompt: str, speech_models: Path, tmp_path: Path
) -> None:
    sound = make_samples(tmp_path / "speech.raw", speak(tmp_path / "speech.wav"))

    found = _listen(
        speech_models / model,
        engine,
        sound,
        {"terms": TERMS},
        {"terms": TERMS, "language": "de", "start": 2000, "end": 4000},
        {"terms": []},
        {"terms": TERMS, "bounded": True},
    )

    german = START.replace("|en|", "|de|")
    assert found["told"] == [
        [],
        [f"<|startofprev|> {prompt}{START}"],
        [f"<|startofprev|> {prompt}{german}"],
        [START],
        [START],
    ], found["answers"]
