"""Real worker processes that know the toys of tests/workers/toys.py."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mediashare.config import Settings
from tests.servers.web import environment_of

ROOT = Path(__file__).resolve().parents[2]


class Workers:
    """Starts worker processes on one set of settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._started: list[subprocess.Popen[bytes]] = []
        settings.data.mkdir(parents=True, exist_ok=True)

    def start(self) -> subprocess.Popen[bytes]:
        """A worker of the queue `media` that does two jobs at once."""
        with (self._settings.data / "workers.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.workers.toys", "media", "2"],
                cwd=ROOT,
                env=environment_of(self._settings),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def read_log(self) -> str:
        """What all of them have said so far."""
        return (self._settings.data / "workers.log").read_text()

    def stop(self) -> None:
        """End whoever is left."""
        for process in self._started:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def running_workers(settings: Settings) -> Iterator[Workers]:
    workers = Workers(settings)
    try:
        yield workers
    finally:
        workers.stop()
