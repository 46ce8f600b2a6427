"""Real worker processes that know the toys of tests/workers/toys.py."""

from collections.abc import Iterator
from contextlib import contextmanager

from mediashare.config import Settings
from tests.servers.forks import Fork
from tests.servers.web import environment_of


class Workers:
    """Starts worker processes on one set of settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._started: list[Fork] = []
        self._log = settings.data / "workers.log"
        settings.data.mkdir(parents=True, exist_ok=True)

    def start(self) -> Fork:
        """A worker of the queue `media` that does two jobs at once."""
        words = ("tests.workers.toys", "media", "2")
        process = Fork(words, environment_of(self._settings), self._log, is_leader=True)
        self._started.append(process)
        return process

    def read_log(self) -> str:
        """What all of them have said so far."""
        return self._log.read_text()

    def stop(self) -> None:
        """End whoever is left."""
        for process in self._started:
            process.kill()
            process.wait()


@contextmanager
def running_workers(settings: Settings) -> Iterator[Workers]:
    workers = Workers(settings)
    try:
        yield workers
    finally:
        workers.stop()
