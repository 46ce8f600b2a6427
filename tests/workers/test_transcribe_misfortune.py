"""F-28: whatever happens to recognition, the episode is played on and says what has happened."""

import os
import resource
import shutil
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from mediashare import clock
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode
from mediashare.pages import queries as pages_queries
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.errors import NothingToRetryError
from mediashare.transcripts.models import Chunk, Segment, TranscriptState
from mediashare.transcripts.policy import EngineChoice, EngineName
from tests import factories
from tests.workers.pipeline import Pipeline
from tests.workers.recordings import WORKER, make_sound, most_memory, play_sound, start_worker
from tests.workers.speech import make_samples, speak
from workers import recognition
from workers.tools.speech.host import EngineHost, Hosts
from workers.tools.speech.port import Options
from workers.tools.speech.process import ChildProcess, Limits

pytestmark = pytest.mark.slow

CHUNKS, BLOCK_S = 4, 25
LENGTH_S = CHUNKS * BLOCK_S
SCRIPT = "ask what you can do for your country"
# Kills its own process the n-th time that it comes to a place.
KILLED_THERE = f"""
import os, signal, sys
from mediashare import faults
place, left = sys.argv[1], int(sys.argv[2])
def point(name):
    global left
    left -= name == place
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
faults.point = point
{WORKER}"""
MOST_BYTES = 600 * 1000**2
LONG_S = 900


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four sentences with pauses between them, each of which is a chunk."""
    return make_sound(tmp_path_factory.mktemp("sound"), seconds=LENGTH_S, block_s=BLOCK_S)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The stretches that engines of this process were asked to recognise."""
    found: list[tuple[int, int]] = []
    real = EngineHost.transcribe

    def overheard(self: EngineHost, path: Path, span: tuple[int, int], *rest: Any) -> Any:
        found.append(span)
        return real(self, path, span, *rest)

    monkeypatch.setattr(EngineHost, "transcribe", overheard)
    return found


def work(pipeline: Pipeline, model: Path, engine: str = "faster-whisper") -> None:
    pipeline.work(("speech",), asr_engine=engine, asr_model=str(model))


def chunks(pipeline: Pipeline) -> Sequence[Chunk]:
    with pipeline.database.reading() as session:
        return session.scalars(select(Chunk).order_by(Chunk.position)).all()


def spans(pipeline: Pipeline) -> list[tuple[int, int]]:
    return [(chunk.start_ms, chunk.end_ms) for chunk in chunks(pipeline)]


def segments(pipeline: Pipeline) -> list[tuple[int, str]]:
    with pipeline.database.reading() as session:
        found = select(Segment.id, Segment.text).order_by(Segment.start_ms)
        return [(row.id, row.text) for row in session.execute(found)]


def reader_sees(pipeline: Pipeline, ident: str) -> tuple[TranscriptState, str | None]:
    """What the page of an episode says of its transcript, to somebody who plays it."""
    with pipeline.database.sessions() as session:
        reader = factories.viewer_of(factories.make_user(session))
    with pipeline.database.reading() as session:
        slug = session.get_one(Episode, ident).slug
        screen = pages_queries.get_episode_screen(session, reader, slug)
        assert screen.is_playable
        assert screen.transcript is not None
        return screen.transcript.state, screen.transcript.note


def let_the_lease_end(pipeline: Pipeline) -> None:
    long_ago = clock.now() - timedelta(seconds=1)
    with pipeline.database.transaction() as session:
        running = update(JobRow).where(JobRow.state == JobState.RUNNING)
        session.execute(running.values(lease_until=long_ago))


@pytest.mark.parametrize("number", range(CHUNKS))
def test_after_a_kill_in_any_chunk_only_what_was_not_kept_is_heard_again(
    pipeline: Pipeline,
    sound: Path,
    speech_models: Path,
    heard: list[tuple[int, int]],
    number: int,
) -> None:
    ident = play_sound(pipeline, sound, LENGTH_S)
    model = speech_models / "base"

    worker = start_worker(pipeline, model, "transcript.heard", str(number), script=KILLED_THERE)
    assert worker.wait(timeout=120) == -signal.SIGKILL
    kept, planned = segments(pipeline), spans(pipeline)
    let_the_lease_end(pipeline)
    work(pipeline, model)

    assert len(planned) == CHUNKS
    assert len(kept) == number
    assert heard == planned[number:]
    assert segments(pipeline)[:number] == kept
    assert [text for _ident, text in segments(pipeline)] == [SCRIPT] * CHUNKS
    assert reader_sees(pipeline, ident) == (TranscriptState.READY, None)


def test_an_engine_that_finds_no_memory_for_a_chunk_says_so_and_the_chunk_is_heard_anew(
    speech_models: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    samples = make_samples(tmp_path / "speech.raw", speak(tmp_path / "speech.wav"))
    model = speech_models / "base"
    host = EngineHost(
        EngineChoice(EngineName.FASTER_WHISPER, "because", "base", model), "cpu", Limits()
    )
    host.languages(threading.Event())
    first = host.pid
    assert first is not None
    used = int(Path(f"/proc/{first}/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.prlimit(first, resource.RLIMIT_AS, (used, used))

    said = host.transcribe(samples, (0, 4000), Options("en"), threading.Event())

    second = host.pid
    host.end()
    assert [one.text.strip() for one in said] == [SCRIPT]
    assert second not in {None, first}
    assert [record.message for record in caplog.records if record.name.endswith("host")] == [
        "The speech recogniser ran out of memory. Trying once more."
    ]


def test_a_chunk_that_no_engine_has_memory_for_is_a_gap_until_somebody_tries_again(
    pipeline: Pipeline,
    sound: Path,
    speech_models: Path,
    heard: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ident = play_sound(pipeline, sound, LENGTH_S)
    real = ChildProcess.ask
    # Speech is looked for a little before it begins.
    second = ((BLOCK_S - 1) * 1000, (2 * BLOCK_S - 1) * 1000)

    def killed_over_the_second(self: ChildProcess, request: Any, **how: Any) -> Any:
        if request["do"] == "transcribe" and second[0] < request["start"] < second[1]:
            os.kill(self.pid, signal.SIGKILL)
        return real(self, request, **how)

    with monkeypatch.context() as unlucky:
        unlucky.setattr(ChildProcess, "ask", killed_over_the_second)
        work(pipeline, speech_models / "base")

    gap = chunks(pipeline)[1]
    assert gap.error == "The speech recogniser ran out of memory."
    assert [text for _ident, text in segments(pipeline)] == [SCRIPT] * (CHUNKS - 1)
    sentence = f"1 of {CHUNKS} parts could not be recognised."
    assert reader_sees(pipeline, ident) == (TranscriptState.READY, sentence)

    heard.clear()
    with pipeline.database.transaction() as session:
        transcripts_service.retry(session, session.get_one(Episode, ident))
    work(pipeline, speech_models / "base")

    assert heard == [(gap.start_ms, gap.end_ms)]
    assert reader_sees(pipeline, ident) == (TranscriptState.READY, None)


def test_a_machine_without_memory_for_speech_fails_the_transcript_alone(
    pipeline: Pipeline, sound: Path, speech_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ident = play_sound(pipeline, sound, LENGTH_S)
    cramped = Hosts(Limits(memory=1))
    monkeypatch.setattr(recognition, "HOSTS", cramped)

    work(pipeline, speech_models / "base")

    sentence = "The speech recogniser ran out of memory."
    assert reader_sees(pipeline, ident) == (TranscriptState.FAILED, sentence)
    assert pipeline.jobs(ident)["transcript"].error == sentence


@pytest.mark.parametrize(
    ("engine", "file", "bytes_left"),
    [
        ("faster-whisper", "base/model.bin", 0),
        ("faster-whisper", "base/model.bin", -1),
        ("faster-whisper", "base/tokenizer.json", 1000),
        ("whisper", "base.pt", 0),
        ("whisper", "base.pt", -1),
    ],
)
def test_a_damaged_model_fails_the_transcript_alone(
    pipeline: Pipeline,
    sound: Path,
    damaged: Callable[[str, int], Path],
    engine: str,
    file: str,
    bytes_left: int,
) -> None:
    ident = play_sound(pipeline, sound, LENGTH_S)

    work(pipeline, damaged(file, bytes_left), engine)

    sentence = "The speech model can't be loaded. An admin needs to look at it."
    assert reader_sees(pipeline, ident) == (TranscriptState.FAILED, sentence)


@pytest.fixture
def damaged(speech_models: Path, tmp_path: Path) -> Callable[[str, int], Path]:
    """Makes a model of which one file has so many bytes left, or with -1 has others."""

    def make(file: str, bytes_left: int) -> Path:
        models = tmp_path / "models"
        shutil.copytree(speech_models, models)
        whole = (models / file).read_bytes()
        left = b"x" * len(whole) if bytes_left < 0 else whole[:bytes_left]
        (models / file).write_bytes(left)
        return models / file.partition("/")[0]

    return make


@pytest.mark.parametrize(("engine", "lacks"), [("whisper", "."), ("faster-whisper", "model.bin")])
def test_a_house_whose_model_is_missing_says_so(
    pipeline: Pipeline, sound: Path, speech_models: Path, tmp_path: Path, engine: str, lacks: str
) -> None:
    model = tmp_path / "base"
    if lacks == "model.bin":
        shutil.copytree(speech_models / "base", model)
        (model / lacks).unlink()
    ident = play_sound(pipeline, sound, LENGTH_S)

    work(pipeline, model, engine)

    sentence = "Speech is not recognised here. Admins find the reason on the health page."
    assert reader_sees(pipeline, ident) == (TranscriptState.NONE, sentence)


def test_a_language_that_no_model_knows_is_said_and_put_right_by_the_author(
    pipeline: Pipeline, sound: Path, speech_models: Path
) -> None:
    ident = play_sound(pipeline, sound, LENGTH_S, language="tlh")
    work(pipeline, speech_models / "base")
    before = reader_sees(pipeline, ident)

    with pipeline.database.transaction() as session:
        episode = session.get_one(Episode, ident)
        episode.language = "en"
        transcripts_service.retry(session, episode)
    work(pipeline, speech_models / "base")

    sentence = "The speech recogniser of this site does not know the language Klingon."
    assert before == (TranscriptState.NONE, sentence)
    assert reader_sees(pipeline, ident) == (TranscriptState.READY, None)


def test_a_language_that_was_wrong_is_put_right_from_the_beginning(
    pipeline: Pipeline, sound: Path, speech_models: Path, heard: list[tuple[int, int]]
) -> None:
    ident = play_sound(pipeline, sound, LENGTH_S, language="de")
    work(pipeline, speech_models / "base")
    before = reader_sees(pipeline, ident)
    heard.clear()

    with pipeline.database.transaction() as session:
        episode = session.get_one(Episode, ident)
        episode.language = "en-GB"
        transcripts_service.retry(session, episode)
    work(pipeline, speech_models / "base")

    with pipeline.database.transaction() as session:
        episode = session.get_one(Episode, ident)
        found = transcripts_queries.find_transcript(session, ident)
        with pytest.raises(NothingToRetryError):
            transcripts_service.retry(session, episode)
    assert before == reader_sees(pipeline, ident) == (TranscriptState.READY, None)
    assert found is not None
    assert found.language == "en-GB"
    assert heard == spans(pipeline)
    assert len(heard) == CHUNKS


def test_a_long_recording_takes_a_worker_no_more_memory_than_a_short_one(
    pipeline: Pipeline, speech_models: Path, tmp_path: Path
) -> None:
    ident = play_sound(pipeline, make_sound(tmp_path, seconds=LONG_S, block_s=LONG_S // 3), LONG_S)

    worker = start_worker(pipeline, speech_models / "base")
    most = most_memory(worker)

    assert worker.returncode == 0
    assert [text for _ident, text in segments(pipeline)] == [SCRIPT] * 3
    assert reader_sees(pipeline, ident) == (TranscriptState.READY, None)
    assert most < MOST_BYTES
