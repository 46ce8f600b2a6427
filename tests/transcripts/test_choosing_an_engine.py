"""Which recogniser a house uses, and the sentence that says why."""

from pathlib import Path
from typing import Any

import pytest

from mediashare.config import Settings
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts.policy import CT2_FILES, EngineName


def _settings(folder: Path, **values: Any) -> Settings:
    return Settings(data=folder, **values)


def _put_faster(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in CT2_FILES:
        (folder / name).touch()
    return folder


def _put_whisper(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_auto_takes_faster_whisper_when_its_model_is_at_hand(tmp_path: Path) -> None:
    _put_whisper(tmp_path / "models" / "base.pt")
    model = _put_faster(tmp_path / "models" / "base")

    choice = transcripts_policy.choose_engine(_settings(tmp_path))

    assert (choice.engine, choice.path, choice.is_draft) == (
        EngineName.FASTER_WHISPER,
        model,
        False,
    )
    assert choice.reason == f"Speech is recognised by faster-whisper with the model {model}."


def test_auto_takes_whisper_when_only_its_model_is_at_hand(tmp_path: Path) -> None:
    model = _put_whisper(tmp_path / "models" / "base.pt")

    choice = transcripts_policy.choose_engine(_settings(tmp_path))

    assert (choice.engine, choice.path) == (EngineName.WHISPER, model)


def test_auto_without_a_model_makes_a_rough_draft_and_says_so(tmp_path: Path) -> None:
    choice = transcripts_policy.choose_engine(_settings(tmp_path))

    assert (choice.engine, choice.is_draft) == (EngineName.POCKETSPHINX, True)
    assert choice.reason == (
        "Speech is recognised by pocketsphinx as a rough draft, English only, because no model "
        f"'base' was found under {tmp_path / 'models'} "
        "(`mediashare models fetch base` gets an official one)."
    )


@pytest.mark.parametrize("missing", CT2_FILES)
def test_half_a_model_is_none(missing: str, tmp_path: Path) -> None:
    (_put_faster(tmp_path / "models" / "base") / missing).unlink()

    choice = transcripts_policy.choose_engine(_settings(tmp_path))

    assert choice.engine is EngineName.POCKETSPHINX


def test_a_model_may_be_named_by_its_path(tmp_path: Path) -> None:
    model = _put_faster(tmp_path / "elsewhere" / "mine")

    choice = transcripts_policy.choose_engine(_settings(tmp_path / "var", asr_model=str(model)))

    assert (choice.engine, choice.path) == (EngineName.FASTER_WHISPER, model)


def test_an_engine_that_was_asked_for_is_not_replaced_in_silence(tmp_path: Path) -> None:
    choice = transcripts_policy.choose_engine(_settings(tmp_path, asr_engine="whisper"))

    assert choice.engine is None
    assert choice.reason == (
        f"The model of whisper is missing: it belongs at {tmp_path / 'models' / 'base.pt'}."
    )


def test_speech_leaves_the_house_only_where_that_is_said_by_name(tmp_path: Path) -> None:
    values = {"asr_remote_url": "https://speech.example.com:8443/v1/", "asr_remote_key": "sk-9f"}

    quiet = transcripts_policy.choose_engine(_settings(tmp_path, **values))
    named = transcripts_policy.choose_engine(_settings(tmp_path, asr_engine="remote", **values))

    assert quiet.sent_to is None
    assert (named.engine, named.sent_to) == (EngineName.REMOTE, "speech.example.com:8443")
    assert named.reason == (
        "Speech is sent to speech.example.com:8443, which recognises it with the model whisper-1."
    )
    assert "sk-9f" not in repr(named)


def test_recognition_can_be_switched_off(tmp_path: Path) -> None:
    choice = transcripts_policy.choose_engine(_settings(tmp_path, asr_engine="none"))

    assert choice.engine is None
    assert choice.reason == "Speech recognition is switched off (MEDIASHARE_ASR_ENGINE=none)."
