"""Engines hang, crash and are killed, and so are workers; what was heard before stays."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mediashare import clock
from mediashare.faults import KILLED
from mediashare.jobs.models import JobRow, JobState
from mediashare.transcripts.models import Segment, Transcript, TranscriptState
from mediashare.transcripts.policy import EngineChoice, EngineName
from tests.workers.pipeline import Pipeline
from tests.workers.speech import make_samples, speak, speak_twice
from workers.context import StoppedError
from workers.tools.speech.errors import EngineDiedError, EngineHungError, ModelTooLargeError
from workers.tools.speech.host import EngineHost
from workers.tools.speech.planner import Span
from workers.tools.speech.port import Options
from workers.tools.speech.process import ChildProcess, Limits

pytestmark = pytest.mark.slow

WHOLE: Span = (0, 4000)
SCRIPT = "ask what you can do for your country"
GOES_IN_S = 60.0
WORKER = """
from mediashare.config import Settings
from workers.parts import open_parts
from workers.registry import REGISTRY
from workers.run import Runner
Runner(open_parts(Settings.from_env()), REGISTRY).work("speech")
"""


@pytest.fixture
def choice(speech_models: Path) -> EngineChoice:
    """faster-whisper with the model that says one sentence."""
    return EngineChoice(EngineName.FASTER_WHISPER, "because", "base", speech_models / "base")


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """Some seconds of speech, as engines take it."""
    return make_samples(tmp_path / "speech.raw", speak(tmp_path / "speech.wav"))


@pytest.fixture
def host(choice: EngineChoice) -> Iterator[EngineHost]:
    """A warm engine that has heard something before."""
    found = EngineHost(choice, "cpu", Limits())
    found.languages(threading.Event())
    yield found
    found.end()


def _freeze(host: EngineHost) -> int:
    pid = host.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    return pid


def _is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_a_killed_engine_is_replaced_and_the_chunk_heard(host: EngineHost, samples: Path) -> None:
    pid = _freeze(host)

    with ThreadPoolExecutor() as pool:
        heard = pool.submit(host.transcribe, samples, WHOLE, Options("en"), threading.Event())
        os.kill(pid, signal.SIGKILL)

    assert [segment.text.strip() for segment in heard.result()] == [SCRIPT]
    assert host.pid not in {None, pid}


def test_a_hung_engine_is_killed_at_its_deadline() -> None:
    child = ChildProcess(Limits())
    os.kill(child.pid, signal.SIGSTOP)

    with pytest.raises(EngineHungError):
        child.ask({"do": "plan"}, within_s=0.2, cancelled=threading.Event())

    assert not child.is_alive
    assert _is_gone(child.pid)


def test_a_chunk_is_given_up_after_a_second_try_in_a_fresh_engine(
    host: EngineHost, samples: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(EngineDiedError) as failed:
        host.transcribe(samples, WHOLE, Options("no such language"), threading.Event())

    assert str(failed.value) == "The speech recogniser stopped unexpectedly."
    assert [record.message for record in caplog.records if record.name.endswith("host")] == [
        "The speech recogniser stopped unexpectedly. Trying once more."
    ]
    assert host.pid is None


def test_an_engine_that_takes_too_much_memory_is_killed(choice: EngineChoice) -> None:
    host = EngineHost(choice, "cpu", Limits(memory=1))

    with pytest.raises(ModelTooLargeError) as failed:
        host.languages(threading.Event())

    assert failed.value.details.startswith("limit: 1 bytes")
    assert host.pid is None


def test_cancelling_ends_the_engine_in_the_middle_of_a_chunk(
    host: EngineHost, samples: Path
) -> None:
    pid = _freeze(host)
    cancelled = threading.Event()

    with ThreadPoolExecutor() as pool:
        heard = pool.submit(host.transcribe, samples, WHOLE, Options("en"), cancelled)
        cancelled.set()

    assert isinstance(heard.exception(), StoppedError)
    assert _is_gone(pid)


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        ("transcript.extracted", 0),
        ("transcript.planned", 0),
        ("transcript.heard", 0),
        ("transcript.kept", 1),
    ],
)
def test_a_killed_worker_loses_no_chunk_and_leaves_no_engine(
    fault: str, kept: int, pipeline: Pipeline, speech_models: Path, tmp_path: Path
) -> None:
    ident = pipeline.send(speak_twice(tmp_path / "twice.wav"), "twice.wav")
    pipeline.work(("media", "default"))

    killed = _work_until(fault, pipeline, speech_models)
    before = _segments(pipeline, ident)
    _let_the_lease_end(pipeline, ident)
    pipeline.work(("speech",), asr_engine="faster-whisper", asr_model=str(speech_models / "base"))

    after = _segments(pipeline, ident)
    assert len(before) == kept
    assert [text for _ident, text in after] == [SCRIPT, SCRIPT]
    # What was kept is not heard again.
    assert after[:kept] == before
    job = pipeline.jobs(ident)["transcript"]
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    with pipeline.database.reading() as session:
        state = session.scalar(select(Transcript.state).where(Transcript.episode_id == ident))
    assert state is TranscriptState.READY
    assert _engines_of(killed) == []


def _work_until(fault: str, pipeline: Pipeline, models: Path) -> int:
    environment = {
        "PATH": os.environ["PATH"],
        "MEDIASHARE_ENV": "development",
        "MEDIASHARE_FAULT": fault,
        "MEDIASHARE_DATA": str(pipeline.settings.data),
        "MEDIASHARE_ASR_ENGINE": "faster-whisper",
        "MEDIASHARE_ASR_MODEL": str(models / "base"),
        "DATABASE_URL": pipeline.database.engine.url.render_as_string(hide_password=False),
    }
    words = [sys.executable, "-c", WORKER]
    worker = subprocess.Popen(words, env=environment)  # noqa: S603 - our own words
    assert worker.wait(timeout=120) == KILLED
    return worker.pid


def _let_the_lease_end(pipeline: Pipeline, ident: str) -> None:
    with pipeline.database.transaction() as session:
        session.execute(
            update(JobRow)
            .where(JobRow.subject == ident, JobRow.state == JobState.RUNNING)
            .values(lease_until=clock.now() - timedelta(seconds=1))
        )


def _segments(pipeline: Pipeline, ident: str) -> list[tuple[int, str]]:
    with pipeline.database.reading() as session:
        rows = session.execute(
            select(Segment.id, Segment.text)
            .where(Segment.episode_id == ident)
            .order_by(Segment.start_ms)
        )
        return [(row.id, row.text) for row in rows]


def _engines_of(worker: int) -> list[str]:
    """The children of that worker that are still there, once they had time to go."""
    end = time.monotonic() + GOES_IN_S
    while True:
        found = [
            path.parent.name
            for path in Path("/proc").glob("[0-9]*/cmdline")
            if f"workers.tools.speech.child\0{worker}\0" in _read(path)
        ]
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
