"""Jobs made for tests, and a real worker process that knows them (`python -m tests.workers.toys`).

Every toy writes what it does into the file `diary` of the data folder; whatever its transaction
stores is a job of the kind `result`, which no worker of these tests takes.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from mediashare.config import Settings
from mediashare.errors import InvalidInputError, UnavailableError
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Job, QueueName
from workers.context import Context
from workers.main import run_worker
from workers.registry import Handler, Registry
from workers.tools import process


@dataclass(frozen=True, kw_only=True)
class Result(Job):
    kind: ClassVar[str] = "result"
    queue: ClassVar[QueueName] = QueueName.SPEECH


@dataclass(frozen=True, kw_only=True)
class Failure(Job):
    kind: ClassVar[str] = "failure"
    queue: ClassVar[QueueName] = QueueName.SPEECH
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Toy(Job):
    kind: ClassVar[str] = "toy"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    max_attempts: ClassVar[int] = 2

    act: str = "work"


def run(context: Context, job: Toy) -> None:
    write(context.settings, f"{job.act} {job.subject} {context.attempt}")
    _ACTS[job.act](context)
    with context.finishing() as session:
        job_queue.put(session, Result(subject=job.subject))


def failed(session: Session, job: Toy, sentence: str) -> None:
    job_queue.put(session, Failure(subject=job.subject, sentence=sentence))


REGISTRY: Registry = {Toy: Handler(run=run, failed=failed)}


def write(settings: Settings, line: str) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    with (settings.data / "diary").open("a") as diary:
        diary.write(line + "\n")


def read_diary(settings: Settings) -> list[str]:
    path = settings.data / "diary"
    return path.read_text().splitlines() if path.exists() else []


def _work(context: Context) -> None:
    (context.scratch / "file").write_text("temporary")
    context.progress(0.5)


def _wait(context: Context) -> None:
    """Until the test has made the file `go`, or the work should stop."""
    while not (context.settings.data / "go").exists():
        context.check()
        time.sleep(0.02)


def _ignore(context: Context) -> None:
    """Wait likewise, deaf to everything, with a child process that is deaf too."""
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)  # noqa: S607 - any sleep
    write(context.settings, f"child {child.pid}")
    while not (context.settings.data / "go").exists():
        time.sleep(0.02)
    child.kill()
    child.wait()


def _use_a_tool(context: Context) -> None:
    """Wait for a tool without a sandbox, as handlers run ffmpeg."""
    limits = process.Limits(wall_s=600, stall_s=600, cpu_s=600)
    bench = process.Bench(context.scratch, (), context.cancelled)
    process.run(["sleep", "600"], bench, limits, bool)


def _crash(_context: Context) -> None:
    os._exit(137)


def _unavailable(_context: Context) -> None:
    raise UnavailableError("The store is away.")


def _refuse(_context: Context) -> None:
    raise InvalidInputError("This is not a recording.")


def _fail_alike(_context: Context) -> None:
    raise process.ToolFailedError("A media tool stopped unexpectedly (code 1).")


def _lose_a_tool(_context: Context) -> None:
    raise process.ToolLostError("A media tool stopped unexpectedly (code 1).")


def _stumble(_context: Context) -> None:
    raise ZeroDivisionError("a secret of the machine room")


_ACTS = {
    "work": _work,
    "wait": _wait,
    "ignore": _ignore,
    "use a tool": _use_a_tool,
    "crash": _crash,
    "unavailable": _unavailable,
    "refuse": _refuse,
    "fail alike": _fail_alike,
    "lose a tool": _lose_a_tool,
    "stumble": _stumble,
}

if __name__ == "__main__":
    run_worker(Settings.from_env(), REGISTRY, sys.argv[1], int(sys.argv[2]))
