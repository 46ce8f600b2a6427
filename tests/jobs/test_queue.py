"""Who gets which job when, on both databases."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.db.session import Database
from mediashare.errors import ConflictError
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Job, QueueName
from mediashare.jobs.models import JobRow, JobState
from tests.factories import make_user

LEASE = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Bake(Job):
    kind: ClassVar[str] = "bake"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    max_attempts: ClassVar[int] = 2

    minutes: int = 20


def put(database: Database, subject: str = "bread", **options: Any) -> str:
    with database.transaction() as session:
        row = job_queue.put(session, Bake(subject=subject), **options)
        session.flush()
        return row.id


def claim(database: Database, *queues: str) -> JobRow | None:
    with database.transaction() as session:
        return job_queue.claim(session, queues or ("media",), worker="me", lease=LEASE)


def claim_one(database: Database) -> JobRow:
    found = claim(database)
    assert found is not None
    return found


def change(database: Database, job_id: str, **values: Any) -> None:
    with database.transaction() as session:
        session.execute(update(JobRow).where(JobRow.id == job_id).values(**values))


def get(database: Database, job_id: str) -> JobRow:
    with database.reading() as session:
        return session.get_one(JobRow, job_id)


def end_lease(database: Database, job_id: str) -> None:
    change(database, job_id, lease_until=clock.now() - timedelta(seconds=1))


def test_a_claimed_job_is_running_under_a_lease(database: Database) -> None:
    job_id = put(database)

    row = claim_one(database)

    assert (row.id, row.state, row.attempt, row.lease_owner) == (job_id, "running", 1, "me")
    assert row.payload == {"minutes": 20}
    assert row.lease_until is not None
    assert row.lease_until > clock.now() + timedelta(seconds=25)


def test_a_running_job_is_not_claimed_again(database: Database) -> None:
    put(database)
    claim_one(database)

    assert claim(database) is None


def test_a_job_of_another_queue_is_left_alone(database: Database) -> None:
    put(database)

    assert claim(database, "speech", "default") is None


def test_the_higher_priority_goes_first(database: Database) -> None:
    put(database, "early")
    put(database, "urgent", priority=1)

    assert claim_one(database).subject == "urgent"


def test_the_single_job_of_one_person_goes_before_the_rest_of_anothers_many(
    database: Database, session: Session
) -> None:
    many, single = make_user(session), make_user(session)
    for number in range(3):
        put(database, f"many {number}", owner_id=many.id)
    put(database, "single", owner_id=single.id)

    order = [claim_one(database).subject for _ in range(4)]

    assert order == ["many 0", "single", "many 1", "many 2"]


def test_among_equals_the_oldest_goes_first(database: Database) -> None:
    for subject in ("first", "second", "third"):
        put(database, subject)

    assert [claim_one(database).subject for _ in range(3)] == ["first", "second", "third"]


def test_a_job_whose_lease_has_ended_goes_to_the_next_worker(database: Database) -> None:
    job_id = put(database)
    claim_one(database)
    end_lease(database, job_id)

    row = claim_one(database)

    assert (row.id, row.attempt) == (job_id, 2)


def test_renewing_keeps_the_lease(database: Database) -> None:
    job_id = put(database)
    claim_one(database)
    end_lease(database, job_id)

    with database.transaction() as session:
        asked_to_stop = job_queue.renew(session, job_id, 1, lease=LEASE)

    assert not asked_to_stop
    assert claim(database) is None


@pytest.mark.parametrize("act", ["renew", "progress", "finish", "give up", "retry", "hand back"])
def test_an_earlier_attempt_can_do_nothing_any_more(database: Database, act: str) -> None:
    job_id = put(database)
    claim_one(database)
    end_lease(database, job_id)
    claim_one(database)
    acts: dict[str, Callable[[Session], object]] = {
        "renew": lambda s: job_queue.renew(s, job_id, 1, lease=LEASE),
        "progress": lambda s: job_queue.report_progress(s, job_id, 1, 0.9),
        "finish": lambda s: job_queue.finish(s, job_id, 1),
        "give up": lambda s: job_queue.give_up(s, job_id, 1, error="no"),
        "retry": lambda s: job_queue.retry_later(s, job_id, 1, error="no"),
        "hand back": lambda s: job_queue.hand_back(s, job_id, 1),
    }

    with pytest.raises(job_queue.LeaseLostError), database.transaction() as session:
        acts[act](session)

    row = get(database, job_id)
    assert (row.state, row.attempt, row.progress, row.error) == ("running", 2, 0.0, None)


def test_a_finished_job_is_done_once(database: Database) -> None:
    job_id = put(database)
    claim_one(database)
    with database.transaction() as session:
        job_queue.finish(session, job_id, 1)

    with pytest.raises(job_queue.LeaseLostError), database.transaction() as session:
        job_queue.finish(session, job_id, 1)

    row = get(database, job_id)
    assert (row.state, row.progress, row.lease_owner) == ("done", 1.0, None)
    assert row.finished_at is not None


def test_each_retry_waits_longer_up_to_an_hour(database: Database) -> None:
    job_id = put(database)
    change(database, job_id, max_attempts=10)
    waits = []
    for attempt in range(1, 8):
        claim_one(database)
        with database.transaction() as session:
            job_queue.retry_later(session, job_id, attempt, error="The store is away.")
        row = get(database, job_id)
        assert (row.state, row.error) == ("queued", "The store is away.")
        waits.append(round((row.run_after - clock.now()).total_seconds()))
        assert claim(database) is None
        change(database, job_id, run_after=clock.now())

    assert waits == [10, 40, 160, 640, 2560, 2560, 2560]


def test_a_job_that_killed_every_worker_is_exhausted_and_not_claimed_again(
    database: Database,
) -> None:
    job_id = put(database)
    for _attempt in range(Bake.max_attempts):
        claim_one(database)
        end_lease(database, job_id)

    with database.reading() as session:
        exhausted = job_queue.list_exhausted(session)

    assert exhausted == [job_id]
    assert claim(database) is None


def test_a_job_that_is_handed_back_waits_at_once_and_has_lost_no_attempt(
    database: Database,
) -> None:
    job_id = put(database)
    for attempt in range(1, 6):
        claim_one(database)
        with database.transaction() as session:
            job_queue.hand_back(session, job_id, attempt)

    row = get(database, job_id)
    assert (row.state, row.max_attempts - row.attempt) == ("queued", Bake.max_attempts)
    assert claim_one(database).id == job_id


def test_a_job_that_was_given_up_can_be_started_again_by_hand(database: Database) -> None:
    job_id = put(database)
    claim_one(database)
    with database.transaction() as session:
        job_queue.give_up(session, job_id, 1, error="This is not a recording.", detail="ffprobe")
    failed = get(database, job_id)
    assert (failed.state, failed.error, failed.error_detail) == (
        "failed",
        "This is not a recording.",
        "ffprobe",
    )

    with database.transaction() as session:
        job_queue.restart(session, job_id)

    row = claim_one(database)
    assert (row.id, row.error, row.finished_at) == (job_id, None, None)


def test_a_running_job_is_not_started_again_by_hand(database: Database) -> None:
    job_id = put(database)
    claim_one(database)

    with pytest.raises(ConflictError), database.transaction() as session:
        job_queue.restart(session, job_id)


def test_cancelling_ends_what_waits_and_tells_what_runs(database: Database) -> None:
    running, waiting, other = put(database), put(database), put(database, "cake")
    change(database, waiting, run_after=clock.now() + timedelta(hours=1))
    assert claim_one(database).id == running

    with database.transaction() as session:
        job_queue.cancel(session, "bread")

    assert get(database, waiting).state == JobState.CANCELLED
    assert get(database, other).state == JobState.QUEUED
    with database.transaction() as session:
        assert job_queue.renew(session, running, 1, lease=LEASE)


def test_cancelling_says_what_ended_at_once(database: Database) -> None:
    put(database)
    claim_one(database)
    with database.transaction() as session:
        assert job_queue.cancel(session, "bread") == set()
    put(database)

    with database.transaction() as session:
        assert job_queue.cancel(session, "bread") == {"bake"}


def test_cancelling_also_stops_what_a_job_puts_while_it_finishes(database: Database) -> None:
    first = put(database)
    claim_one(database)

    def finish(session: Session) -> None:
        job_queue.finish(session, first, 1)
        job_queue.put(session, Bake(subject="bread", minutes=5))

    cancel_during(database, finish)

    assert get(database, first).state == JobState.DONE
    with database.reading() as session:
        states = session.scalars(select(JobRow.state).where(JobRow.id != first)).all()
    assert states == [JobState.CANCELLED]


def test_cancelling_also_stops_what_is_just_being_claimed(database: Database) -> None:
    job_id = put(database)

    def take(session: Session) -> None:
        job_queue.claim(session, ["media"], worker="me", lease=LEASE)

    cancel_during(database, take)

    row = get(database, job_id)
    assert (row.state, row.cancel_requested) == (JobState.RUNNING, True)


def cancel_during(database: Database, act: Callable[[Session], None]) -> None:
    """Cancel in a second transaction that begins after `act` and before its commit."""
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            act(session)
            session.flush()
            cancelling = pool.submit(_cancel, database)
            _await_waiter(database)
        cancelling.result()


def _cancel(database: Database) -> None:
    with database.transaction() as session:
        job_queue.cancel(session, "bread")


def _await_waiter(database: Database) -> None:
    # On SQLite one waits for the whole other transaction, so nothing depends on the moment.
    if database.dialect == "sqlite":
        return
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    end = time.monotonic() + 60
    with database.engine.connect() as connection:
        while not connection.scalar(waiting):
            assert time.monotonic() < end, "nobody waits"
            time.sleep(0.02)


def test_the_result_of_a_cancelled_job_is_not_stored(database: Database) -> None:
    job_id = put(database)
    claim_one(database)
    with database.transaction() as session:
        job_queue.cancel(session, "bread")

    with pytest.raises(job_queue.JobCancelledError), database.transaction() as session:
        job_queue.finish(session, job_id, 1)

    assert get(database, job_id).state == JobState.RUNNING


def test_jobs_that_could_start_now_are_counted_by_queue(database: Database) -> None:
    put(database)
    put(database)
    change(database, put(database, "late"), run_after=clock.now() + timedelta(hours=1))
    claim_one(database)

    with database.reading() as session:
        assert job_queue.count_waiting(session) == {"media": 1}


def test_a_periodic_job_is_due_when_none_waits_and_the_last_is_old(database: Database) -> None:
    def is_due() -> bool:
        with database.reading() as session:
            return job_queue.may_repeat(session, Bake.kind, every=timedelta(hours=1))

    assert is_due()
    job_id = put(database)
    assert not is_due()
    change(database, job_id, created_at=clock.now() - timedelta(hours=2))
    assert not is_due()
    change(database, job_id, state=JobState.DONE)
    assert is_due()
