"""What putting and claiming a job costs when few wait, and when very many do."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from benchmarks.clocks import median_ms
from mediashare.accounts.models import User
from mediashare.db import migrate
from mediashare.db.base import new_id
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Job, QueueName

FEW, MANY, PEOPLE = 100, 20_000, 200


@dataclass(frozen=True, kw_only=True)
class Nothing(Job):
    """A job that is only counted."""

    kind: ClassVar[str] = "nothing"


def measure() -> Iterator[str]:
    """Median time of one claim and one put with FEW and with MANY jobs waiting, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        migrate.upgrade(database)
        people = _make_people(database)
        _fill(database, people, FEW)
        few = _claim_ms(database), _put_ms(database, people[0])
        _fill(database, people, MANY - FEW)
        many = _claim_ms(database), _put_ms(database, people[0])
        database.dispose()
    for act, one, other in zip(("claim", "put"), few, many, strict=True):
        yield f"queue: a {act} takes {one:.1f} ms with {FEW} waiting, {other:.1f} ms with {MANY}"
        yield f"queue: ratio {other / one:.1f} for {MANY // FEW} times the jobs"


def _make_people(database: Database) -> Sequence[str]:
    idents = [new_id() for _person in range(PEOPLE)]
    with database.transaction() as session:
        for ident in idents:
            email = f"{ident}@example.com"
            session.add(User(id=ident, email=email, handle=ident, name="x", password_hash=""))
    return idents


def _fill(database: Database, people: Sequence[str], more: int) -> None:
    with database.transaction() as session:
        for number in range(more):
            owner_id = people[number % PEOPLE]
            job_queue.put(session, Nothing(subject=str(number)), owner_id=owner_id)


def _put_ms(database: Database, owner_id: str) -> float:
    def put() -> None:
        with database.transaction() as session:
            job_queue.put(session, Nothing(subject="one more"), owner_id=owner_id)

    return median_ms(put)


def _claim_ms(database: Database) -> float:

    def claim() -> None:
        with database.transaction() as session:
            job_queue.claim(
                session, [QueueName.DEFAULT.value], worker="bench", lease=timedelta(minutes=5)
            )

    return median_ms(claim)
