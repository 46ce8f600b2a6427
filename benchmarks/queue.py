"""What claiming a job costs when few wait, and when very many do."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from benchmarks.clocks import median_ms
from mediashare.db import migrate
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Job, QueueName

FEW, MANY = 100, 20_000


@dataclass(frozen=True, kw_only=True)
class Nothing(Job):
    """A job that is only counted."""

    kind: ClassVar[str] = "nothing"


def measure() -> Iterator[str]:
    """Median time of one claim with FEW and with MANY jobs waiting, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        migrate.upgrade(database)
        few = _claim_ms(database, FEW)
        many = _claim_ms(database, MANY - FEW)
        database.dispose()
    yield f"queue: a claim takes {few:.1f} ms with {FEW} jobs waiting, {many:.1f} ms with {MANY}"
    yield f"queue: ratio {many / few:.1f} for {MANY // FEW} times the jobs"


def _claim_ms(database: Database, more: int) -> float:
    with database.transaction() as session:
        for number in range(more):
            job_queue.put(session, Nothing(subject=str(number)))

    def claim() -> None:
        with database.transaction() as session:
            job_queue.claim(
                session, [QueueName.DEFAULT.value], worker="bench", lease=timedelta(minutes=5)
            )

    return median_ms(claim)
