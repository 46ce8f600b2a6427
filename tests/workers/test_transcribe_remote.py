"""A speech server elsewhere: asked by the protocol, believed no further than it makes sense."""

import io
import logging
import threading
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Transcript, TranscriptState
from mediashare.transcripts.policy import EngineChoice, EngineName, Remote
from mediashare.transcripts.queries import SaidSegment
from tests.servers.speech import SAID, SpeechServer, running_speech
from tests.workers.pipeline import Pipeline
from tests.workers.speech import make_samples, speak, speak_twice
from workers.tools.speech.errors import (
    ChunkRefusedError,
    EngineAwayError,
    EngineHungError,
    ModelUnusableError,
)
from workers.tools.speech.host import EngineHost
from workers.tools.speech.port import Options
from workers.tools.speech.process import Limits
from workers.tools.speech.remote_calls import RemoteServer
from workers.tools.speech.remote_engine import RemoteEngine

pytestmark = pytest.mark.slow

KEY = "sk-very-own-key"
SOUND = np.zeros(5 * 16_000, np.float32)


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    """A server that says one sentence, unless it is told otherwise."""
    with running_speech() as found:
        yield found


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """Some seconds of speech, as engines take it."""
    return make_samples(tmp_path / "speech.raw", speak(tmp_path / "speech.wav"))


def _engine(server: SpeechServer, timeout_s: float = 20.0, **values: Any) -> RemoteEngine:
    return RemoteEngine(RemoteServer(server.url, KEY, "whisper-1", timeout_s, **values))


def _host(server: SpeechServer, limits: Limits, timeout_s: float = 20.0) -> EngineHost:
    remote = Remote(server.url, SecretStr(KEY), timeout_s)
    choice = EngineChoice(EngineName.REMOTE, "because", "whisper-1", remote=remote)
    return EngineHost(choice, "cpu", limits)


def _settings(server: SpeechServer) -> dict[str, Any]:
    return {
        "asr_engine": "remote",
        "asr_remote_url": f"{server.url}/",
        "asr_remote_key": SecretStr(KEY),
        "asr_remote_http": True,
    }


def _found(pipeline: Pipeline, ident: str) -> tuple[Transcript, list[SaidSegment]]:
    with pipeline.database.reading() as session:
        transcript = transcripts_queries.find_transcript(session, ident)
        assert transcript is not None
        return transcript, list(transcripts_queries.list_segments(session, transcript.id))


def test_speech_is_sent_in_parts_and_comes_back_with_words_and_times(
    pipeline: Pipeline, server: SpeechServer, tmp_path: Path
) -> None:
    ident = pipeline.send(speak_twice(tmp_path / "twice.wav"), "secret name.wav")

    pipeline.work(("media", "default", "speech"), **_settings(server))

    transcript, segments = _found(pipeline, ident)
    assert (transcript.state, transcript.note, transcript.language) == (
        TranscriptState.READY,
        None,
        "en",
    )
    assert (transcript.engine, transcript.model, transcript.sent_to) == (
        "remote",
        "whisper-1",
        server.host,
    )
    assert [segment.text for segment in segments] == [SAID, SAID]
    for segment in segments:
        assert [word.text for word in segment.words] == SAID.split()
        assert segment.words[0].start_ms == segment.start_ms
    assert segments[1].start_ms - segments[0].start_ms > 5000
    # It says of each part in which language that is, and is not asked for that beforehand.
    assert ["language" in asked.form for asked in server.asked] == [False, False]
    assert pipeline.episode(ident).language == "en"


def test_a_request_carries_the_sound_and_nothing_else(server: SpeechServer) -> None:
    terms = ["Kubernetes", "<|translate|>", "PX-4711"]

    heard = _engine(server).transcribe(SOUND + 0.5, Options("de", terms=terms))

    [asked] = server.asked
    assert asked.path == "/v1/audio/transcriptions"
    assert asked.form.to_dict(flat=False) == {
        "model": ["whisper-1"],
        "response_format": ["verbose_json"],
        "timestamp_granularities[]": ["word", "segment"],
        "temperature": ["0"],
        "language": ["de"],
        "prompt": ["PX-4711, Kubernetes"],
    }
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    with wave.open(io.BytesIO(asked.sound)) as file:
        assert file.getparams()[:4] == (1, 2, 16_000, 80_000)
        assert set(np.frombuffer(file.readframes(80_000), "<i2")) == {16_384}
    assert [one.text for one in heard] == [SAID]


def test_a_part_that_is_refused_is_a_gap_that_can_be_tried_again(
    pipeline: Pipeline, server: SpeechServer, tmp_path: Path
) -> None:
    ident = pipeline.send(speak_twice(tmp_path / "twice.wav"), "twice.wav", language="en")
    server.say("{}", status=413)

    pipeline.work(("media", "default", "speech"), **_settings(server))

    transcript, segments = _found(pipeline, ident)
    assert transcript.note == "1 of 2 parts could not be recognised."
    with pipeline.database.transaction() as session:
        [gap] = transcripts_queries.list_gaps(session, transcript.id)
        assert gap.error == f"The speech server {server.host} says that this part is too large."
        transcripts_service.retry(session, pipeline.episode(ident))
    pipeline.work(("speech",), **_settings(server))
    transcript, segments = _found(pipeline, ident)
    assert (transcript.note, [segment.text for segment in segments]) == (None, [SAID, SAID])


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "The speech server {host} refuses our key. An admin needs to look at it."),
        (
            404,
            "The speech server {host} has no such address or model. An admin needs to look at it.",
        ),
        (302, "The speech server {host} points elsewhere. An admin needs to look at it."),
    ],
)
def test_a_server_that_never_will_is_asked_once_and_the_key_stays_secret(
    status: int,
    sentence: str,
    server: SpeechServer,
    samples: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    host = _host(server, Limits())
    server.say(f"who sent {KEY}?", status=status, Location=f"{server.url}/audio/elsewhere")

    with pytest.raises(ModelUnusableError) as failed:
        host.detect_language(samples, [(0, 4000)], threading.Event())
    pid = host.pid
    again = host.transcribe(samples, (0, 4000), Options("en"), threading.Event())
    child = host.pid
    host.end()

    assert str(failed.value) == sentence.format(host=server.host)
    assert failed.value.details == f"{status}: who sent (our key)?"
    assert KEY not in caplog.text + repr(host.__dict__)
    assert [one.text for one in again] == [SAID]
    assert pid == child is not None


def test_a_busy_server_is_asked_again_when_it_says(server: SpeechServer) -> None:
    server.say("slow down", status=429, Retry_After="0")
    server.say("oh", "oh", status=503, Retry_After="0")

    heard = _engine(server).transcribe(SOUND, Options("en"))

    assert [one.text for one in heard] == [SAID]
    assert len(server.asked) == 4


def test_a_server_that_wants_more_time_than_there_is_is_not_waited_for(
    server: SpeechServer,
) -> None:
    engine = _engine(server, timeout_s=5)
    engine.transcribe(SOUND, Options("en"))
    server.say("slow down", "slow down", "slow down", status=429, Retry_After="3600")
    busy = f"The speech server {server.host} has too much to do."

    for kind in (ChunkRefusedError, ChunkRefusedError, EngineAwayError):
        with pytest.raises(kind, match=busy):
            engine.transcribe(SOUND, Options("en"))

    assert len(server.asked) == 4
    assert [one.text for one in engine.transcribe(SOUND, Options("en"))] == [SAID]


def test_a_server_that_is_not_there_leaves_the_job_for_later(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    with running_speech() as gone:
        settings = {**_settings(gone), "asr_remote_timeout": 0.5}
    ident = pipeline.send(speak_twice(tmp_path / "twice.wav"), "twice.wav")

    pipeline.work(("media", "default", "speech"), **settings)

    # No part is lost before it has ever answered.
    job = pipeline.jobs(ident)["transcript"]
    assert job.error == f"The speech server {gone.host} can't be reached."
    assert _found(pipeline, ident)[0].state is not TranscriptState.READY


def test_an_answer_that_drips_ends_at_its_deadline(server: SpeechServer) -> None:
    server.drip()

    with pytest.raises(ChunkRefusedError) as failed:
        _engine(server, timeout_s=0.5).transcribe(SOUND, Options("en"))

    assert str(failed.value) == f"The speech server {server.host} took too long."
    assert " bytes had come" in failed.value.details


def test_an_engine_that_never_hears_from_its_server_is_killed(
    server: SpeechServer, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.tools.speech.host.GRACE_S", -99.0)
    host = _host(server, Limits(least_s=0.5, patience=0), timeout_s=100)
    host.languages(threading.Event())
    server.drip()
    server.drip()

    with pytest.raises(EngineHungError):
        host.transcribe(samples, (0, 4000), Options("en"), threading.Event())

    assert host.pid is None


def test_a_part_in_an_unknown_language_is_sent_without_one(server: SpeechServer) -> None:
    _engine(server).transcribe(SOUND, Options("und"))

    assert "language" not in server.asked[0].form


def test_a_server_must_prove_who_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own.pem"
    with running_speech(own) as server:
        heard = _engine(server, certificates=str(own)).transcribe(SOUND, Options("en"))
        with pytest.raises(ModelUnusableError, match="does not prove that it is the one"):
            _engine(server).transcribe(SOUND, Options("en"))

    assert [one.text for one in heard] == [SAID]
    assert len(server.asked) == 1


def test_without_encryption_nothing_goes_to_a_public_address(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The address on the other end, as the connection itself says.
    monkeypatch.setattr("socket.socket.getpeername", lambda _own: ("203.0.114.7", 80))

    with pytest.raises(ModelUnusableError, match="is not in a private network"):
        _engine(server).transcribe(SOUND, Options("en"))

    assert server.asked == []
