"""What a handler says of its progress reaches the row, with a guess at its end."""

import threading
from datetime import timedelta

import pytest

from mediashare import clock
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow
from mediashare.storage.port import Storage
from tests.workers.toys import Toy
from workers import pace
from workers.context import Context


@pytest.fixture
def work(
    settings: Settings, database: Database, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> Context:
    """A job that runs; its pace means something from the first moment on."""
    monkeypatch.setattr(pace, "MEANINGFUL_S", 0.0)
    with database.transaction() as session:
        job_queue.put(session, Toy(subject="clip"))
    with database.transaction() as session:
        row = job_queue.claim(session, ["media"], worker="me", lease=timedelta(minutes=5))
        assert row is not None
    return Context(
        database=database,
        storage=storage,
        settings=settings,
        scratch=settings.data,
        job_id=row.id,
        attempt=1,
        cancelled=threading.Event(),
    )


def read(context: Context) -> JobRow:
    with context.database.reading() as session:
        return session.get_one(JobRow, context.job_id)


def note(context: Context, fraction: float) -> None:
    with context.database.transaction() as session:
        context.note_progress(session, fraction)


def test_the_first_word_is_no_guess_and_the_second_is(work: Context) -> None:
    work.progress(0.1)
    first = read(work)
    note(work, 0.5)
    second = read(work)

    assert (first.progress, first.ends_at) == (0.1, None)
    assert second.progress == 0.5
    assert second.ends_at is not None
    assert second.ends_at > clock.now() - timedelta(minutes=1)


def test_what_was_done_before_counts_as_given(work: Context) -> None:
    note(work, 0.1)
    work.go_on_from(0.8)
    note(work, 0.81)

    row = read(work)

    # One hundredth is not enough to say anything.
    assert (row.progress, row.ends_at) == (0.81, None)


def test_the_next_attempt_begins_without_a_guess(work: Context) -> None:
    note(work, 0.1)
    note(work, 0.5)
    with work.database.transaction() as session:
        job_queue.hand_back(session, work.job_id, 1)

    with work.database.transaction() as session:
        row = job_queue.claim(session, ["media"], worker="me", lease=timedelta(minutes=5))

    assert row is not None
    assert (row.progress, row.ends_at) == (0.0, None)
