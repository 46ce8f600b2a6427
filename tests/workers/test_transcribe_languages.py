"""Recordings in several languages: each part is recognised in its own, where that is sure."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mediashare.library.models import Episode
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Chunk, Transcript, TranscriptState
from mediashare.transcripts.queries import SaidSegment
from tests.servers.speech import running_speech, spoken
from tests.workers.pipeline import Pipeline
from tests.workers.speech import speak, speak_twice
from workers import recognition
from workers.tools.speech.host import EngineHost
from workers.tools.speech.planner import Span
from workers.tools.speech.port import Heard, Options

pytestmark = pytest.mark.slow

QUEUES = ("media", "default", "speech")


class Tongues:
    """What a model would hear, and what it was asked for. The models of tests hear the same
    language in everything; all else is the real engine's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *heard: tuple[str, float]) -> None:
        self.heard, self.asked = list(heard), list[str]()
        real = EngineHost.transcribe

        def detect(
            _host: EngineHost, _sound: Path, _spans: Sequence[Span], _end: threading.Event
        ) -> tuple[str, float]:
            return self.heard.pop(0)

        def transcribe(
            host: EngineHost, sound: Path, span: Span, options: Options, end: threading.Event
        ) -> Sequence[Heard]:
            self.asked.append(options.language)
            return real(host, sound, span, options, end)

        monkeypatch.setattr(EngineHost, "detect_language", detect)
        monkeypatch.setattr(EngineHost, "transcribe", transcribe)


@pytest.fixture
def settings_of_whisper(speech_models: Path) -> dict[str, Any]:
    return {"asr_engine": "faster-whisper", "asr_model": str(speech_models / "base")}


def _found(pipeline: Pipeline, ident: str) -> tuple[Transcript, list[SaidSegment]]:
    with pipeline.database.reading() as session:
        transcript = transcripts_queries.find_transcript(session, ident)
        assert transcript is not None
        return transcript, list(transcripts_queries.list_segments(session, transcript.id))


def _chunks(pipeline: Pipeline) -> list[tuple[str | None, float | None]]:
    with pipeline.database.reading() as session:
        rows = session.scalars(select(Chunk).order_by(Chunk.position))
        return [(row.language, row.sureness) for row in rows]


def _say(pipeline: Pipeline, ident: str, language: str | None) -> None:
    with pipeline.database.transaction() as session:
        session.get_one(Episode, ident).language = language


def test_the_real_engine_hears_each_part_in_its_language(
    pipeline: Pipeline, settings_of_whisper: dict[str, Any], tmp_path: Path
) -> None:
    ident = pipeline.send(speak_twice(tmp_path / "twice.wav"), "twice.wav")

    pipeline.work(QUEUES, **settings_of_whisper)

    transcript, segments = _found(pipeline, ident)
    assert (transcript.language, transcript.is_language_heard) == ("en", True)
    assert [segment.language for segment in segments] == ["en", "en"]
    assert [language for language, _sure in _chunks(pipeline)] == ["en", "en"]
    assert all(0.9 < (sure or 0) <= 1 for _language, sure in _chunks(pipeline))
    assert pipeline.episode(ident).language == "en"


def test_parts_differ_where_that_is_sure_and_most_of_it_is_the_language_of_all(
    pipeline: Pipeline,
    settings_of_whisper: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ident = pipeline.send(speak_twice(tmp_path / "twice.wav"), "twice.wav")
    # All of it sounds French; the first part is Javanese, whose code Whisper writes its own way.
    tongues = Tongues(monkeypatch, ("fr", 0.6), ("jw", 0.95), ("de", 0.79))

    pipeline.work(QUEUES, **settings_of_whisper)

    transcript, segments = _found(pipeline, ident)
    assert tongues.asked == ["jw", "fr"]
    assert [segment.language for segment in segments] == ["jv", "fr"]
    assert _chunks(pipeline) == [("jv", 0.95), ("fr", 0.79)]
    first, second = (one.end_ms - one.start_ms for one in segments)
    most = "jv" if first > second else "fr"
    assert transcript.language == pipeline.episode(ident).language == most


@pytest.mark.parametrize(
    ("said", "heard"),
    [("pt-BR", []), ("mul", [("de", 0.9), ("de", 0.9), ("fr", 0.9)])],
)
def test_the_authors_word_counts_unless_it_says_that_there_are_several(
    said: str,
    heard: list[tuple[str, float]],
    pipeline: Pipeline,
    settings_of_whisper: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clip = speak_twice(tmp_path / "twice.wav")
    ident = pipeline.send(clip, "twice.wav", language=said)
    tongues = Tongues(monkeypatch, *heard)

    pipeline.work(QUEUES, **settings_of_whisper)

    transcript, segments = _found(pipeline, ident)
    assert (tongues.asked, tongues.heard) == (["de", "fr"] if heard else ["pt", "pt"], [])
    assert [one.language for one in segments] == (["de", "fr"] if heard else [None, None])
    assert transcript.is_language_heard is bool(heard)
    assert transcript.language in ({"de", "fr"} if heard else {"pt-BR"})
    assert pipeline.episode(ident).language == said


def test_what_was_heard_wrongly_is_recognised_again_once_the_author_says_so(
    pipeline: Pipeline,
    settings_of_whisper: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ident = pipeline.send(speak(tmp_path / "clip.wav"), "clip.wav")
    tongues = Tongues(monkeypatch, ("cy", 0.9), ("cy", 0.9))
    pipeline.work(QUEUES, **settings_of_whisper)
    before = _found(pipeline, ident)
    _say(pipeline, ident, "de")

    with pipeline.database.transaction() as session:
        transcripts_service.retry(session, session.get_one(Episode, ident))
    pipeline.work(QUEUES, **settings_of_whisper)

    transcript, segments = _found(pipeline, ident)
    assert (before[0].language, tongues.asked) == ("cy", ["cy", "de"])
    assert (transcript.state, transcript.language, transcript.is_language_heard) == (
        TranscriptState.READY,
        "de",
        False,
    )
    assert [one.language for one in segments] == [None]


def test_too_little_speech_is_taken_for_what_the_rest_is_in(
    pipeline: Pipeline,
    settings_of_whisper: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recognition, "SHORTEST_SPEECH_MS", 20_000)
    ident = pipeline.send(speak(tmp_path / "clip.wav"), "clip.wav")
    tongues = Tongues(monkeypatch, ("cy", 0.9))

    pipeline.work(QUEUES, **settings_of_whisper)

    assert (tongues.asked, _chunks(pipeline)) == (["cy"], [("cy", None)])
    assert [one.language for one in _found(pipeline, ident)[1]] == ["cy"]


def test_a_server_elsewhere_says_itself_in_which_language_each_part_is(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    with running_speech() as server:
        for language in ("german", "pt"):
            server.say(spoken("/v1/audio/transcriptions", language))
        settings = {"asr_engine": "remote", "asr_remote_url": server.url, "asr_remote_http": True}
        ident = pipeline.send(speak_twice(tmp_path / "twice.wav"), "twice.wav")
        pipeline.work(QUEUES, **settings)

    _transcript, segments = _found(pipeline, ident)
    assert [one.language for one in segments] == ["de", "pt"]
    assert _chunks(pipeline) == [("de", None), ("pt", None)]
    assert len(server.asked) == 2
