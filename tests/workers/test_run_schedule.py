"""What the scheduler repairs and puts, round by round."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Job
from mediashare.jobs.models import JobRow, JobState
from mediashare.jobs.wake import CeleryWaker
from mediashare.storage.port import Storage
from tests.workers.toys import REGISTRY, Result, Toy, failed, run
from workers.parts import Parts
from workers.registry import Handler
from workers.schedule import DIED, Sweeper


class Round:
    """A sweeper that can be asked what it has left behind."""

    def __init__(self, parts: Parts, settings: Settings) -> None:
        self.database = parts.database
        self._settings = settings
        self.handlers = dict(REGISTRY)
        self.periodic: dict[Job, timedelta] = {}
        self._sweeper = Sweeper(parts, CeleryWaker(settings), self.handlers, self.periodic)

    def sweep(self) -> None:
        self._sweeper.sweep()

    def put_exhausted(self, subject: str, **values: Any) -> str:
        with self.database.transaction() as session:
            row = job_queue.put(session, Toy(subject=subject))
            session.flush()
            row.state, row.attempt = JobState.RUNNING, row.max_attempts
            row.lease_until = clock.now() - timedelta(seconds=1)
            for name, value in values.items():
                setattr(row, name, value)
            return row.id

    def get(self, job_id: str) -> JobRow:
        with self.database.reading() as session:
            return session.get_one(JobRow, job_id)

    def list_kinds(self) -> list[str]:
        with self.database.reading() as session:
            return sorted(session.scalars(select(JobRow.kind)))

    def list_hints(self) -> list[str]:
        folder = self._settings.data / "broker" / "queue"
        return sorted(path.name.split(".")[1] for path in folder.iterdir())


@pytest.fixture
def rounds(settings: Settings, database: Database, storage: Storage) -> Round:
    return Round(Parts(settings, database, storage), settings)


def test_a_job_that_killed_all_its_workers_fails_with_a_reason(rounds: Round) -> None:
    job_id = rounds.put_exhausted("clip")

    rounds.sweep()

    row = rounds.get(job_id)
    assert (row.state, row.error) == ("failed", DIED)
    assert rounds.list_kinds() == ["failure", "toy"]


def test_a_cancelled_job_that_killed_its_workers_is_cancelled(rounds: Round) -> None:
    job_id = rounds.put_exhausted("clip", cancel_requested=True)

    rounds.sweep()

    assert rounds.get(job_id).state == JobState.CANCELLED
    assert rounds.list_kinds() == ["failure", "toy"]


def test_one_job_that_can_not_be_ended_does_not_keep_the_others(rounds: Round) -> None:
    def stumble(session: Session, job: Toy, sentence: str) -> None:
        if job.subject == "bad":
            raise ZeroDivisionError
        failed(session, job, sentence)

    rounds.handlers[Toy] = Handler(run=run, failed=stumble)
    bad, good = rounds.put_exhausted("bad"), rounds.put_exhausted("good")

    rounds.sweep()

    assert rounds.get(bad).state == JobState.RUNNING
    assert rounds.get(good).state == JobState.FAILED


def test_an_exhausted_job_of_another_version_fails_too(rounds: Round) -> None:
    job_id = rounds.put_exhausted("clip", kind="telepathy")

    rounds.sweep()

    assert rounds.get(job_id).state == JobState.FAILED


def test_hints_are_sent_for_what_waits_and_not_twice(rounds: Round) -> None:
    with rounds.database.transaction() as session:
        for _number in range(2):
            job_queue.put(session, Toy(subject="clip"))
        job_queue.put(session, Result(subject="clip"))

    rounds.sweep()
    rounds.sweep()

    assert rounds.list_hints() == ["media", "media", "speech"]


def test_a_periodic_job_is_put_once_in_its_time(rounds: Round) -> None:
    rounds.periodic[Result(subject="all")] = timedelta(hours=1)

    rounds.sweep()
    rounds.sweep()
    assert rounds.list_kinds() == ["result"]

    with rounds.database.transaction() as session:
        long_ago = clock.now() - timedelta(hours=2)
        session.execute(update(JobRow).values(created_at=long_ago, state=JobState.DONE))
    rounds.sweep()
    assert rounds.list_kinds() == ["result", "result"]
