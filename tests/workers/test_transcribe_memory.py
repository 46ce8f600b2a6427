"""An hour of speech takes no more memory than minutes do."""

import resource
import threading
from pathlib import Path

import pytest

from mediashare.transcripts.policy import EngineChoice, EngineName
from tests.workers.speech import RATE, make_samples, speak
from workers.tools.speech.host import EngineHost
from workers.tools.speech.planner import LONGEST_MS
from workers.tools.speech.port import SAMPLE_BYTES, Options
from workers.tools.speech.process import Limits

pytestmark = pytest.mark.slow

HOUR_S = 3600
PAUSE_S = 2
MOST_KB = 400_000
MOST_MORE_KB = 100_000


def test_an_hour_is_planned_in_bounded_memory(speech_models: Path, tmp_path: Path) -> None:
    sound = _make_hour(tmp_path)
    choice = EngineChoice(EngineName.FASTER_WHISPER, "because", "base", speech_models / "base")
    host = EngineHost(choice, "cpu", Limits())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    chunks = host.plan(sound, threading.Event(), lambda _part: None)
    heard = host.transcribe(sound, chunks[-1], Options("en"), threading.Event())

    peak = _peak(host.pid)
    host.end()
    assert len(heard) == 1
    assert chunks[-1][1] > (HOUR_S - 60) * 1000
    assert all(end - start <= LONGEST_MS for start, end in chunks)
    assert peak < MOST_KB
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MORE_KB


def _make_hour(folder: Path) -> Path:
    once = make_samples(folder / "once.raw", speak(folder / "once.wav")).read_bytes()
    once += bytes(PAUSE_S * RATE * SAMPLE_BYTES)
    path = folder / "hour.raw"
    with path.open("wb") as file:
        while file.tell() < HOUR_S * RATE * SAMPLE_BYTES:
            file.write(once)
    return path


def _peak(pid: int | None) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
