"""What is forgotten of finished jobs, on both databases, and what stays."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs import pruning
from mediashare.jobs.models import JobRow, JobState
from mediashare.jobs.pruning import PruneJobs
from mediashare.storage.port import Storage
from tests.factories import make_episode, make_user
from workers.context import Context
from workers.handlers import prune_jobs

LONG_AGO = timedelta(days=40)


def make_job(session: Session, subject: str, age: timedelta = LONG_AGO, **values: Any) -> str:
    ended = clock.now() - age
    given = {"kind": "probe", "state": JobState.DONE, "finished_at": ended, **values}
    row = JobRow(queue="media", subject=subject, max_attempts=4, created_at=ended, **given)
    session.add(row)
    session.commit()
    return row.id


def prune(database: Database, storage: Storage, settings: Settings) -> set[str]:
    """What is left after the job."""
    context = Context(
        database=database,
        storage=storage,
        settings=settings,
        scratch=settings.data,
        job_id="none",
        attempt=1,
        cancelled=threading.Event(),
    )
    prune_jobs.run(context, PruneJobs())
    with database.reading() as session:
        return set(session.scalars(select(JobRow.id)))


def test_the_steps_of_an_episode_stay_however_old_they_are(
    session: Session, database: Database, storage: Storage, settings: Settings
) -> None:
    episode = make_episode(session, make_user(session))
    earlier = make_job(session, episode.id, LONG_AGO + timedelta(days=1))
    kept = {make_job(session, episode.id), make_job(session, episode.id, kind="rendition")}

    assert prune(database, storage, settings) == kept
    assert earlier not in kept


def test_jobs_about_what_is_gone_go_too(
    session: Session, database: Database, storage: Storage, settings: Settings
) -> None:
    make_job(session, "deleted episode", kind="cleanup")
    make_job(session, "deleted episode", state=JobState.FAILED)

    assert prune(database, storage, settings) == set()


def test_what_is_recent_or_not_over_stays(
    session: Session, database: Database, storage: Storage, settings: Settings
) -> None:
    kept = {
        make_job(session, "one", timedelta(days=29)),
        make_job(session, "two", state=JobState.QUEUED, finished_at=None),
        make_job(session, "three", state=JobState.RUNNING, finished_at=None),
    }

    assert prune(database, storage, settings) == kept


def test_the_days_are_the_operators_choice(
    session: Session, database: Database, storage: Storage, settings: Settings
) -> None:
    kept = make_job(session, "one", timedelta(days=29))
    longer = settings.model_copy(update={"job_days": 400})
    shorter = settings.model_copy(update={"job_days": 7})

    assert prune(database, storage, longer) == {kept}
    assert prune(database, storage, shorter) == set()


def test_many_go_a_few_at_a_time(
    session: Session,
    database: Database,
    storage: Storage,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    for number in range(5):
        make_job(session, f"gone {number}")

    assert prune(database, storage, settings) == set()
