"""One job is stopped and the others about the same thing go on, on both databases."""

import pytest

from mediashare.db.session import Database
from mediashare.errors import ConflictError
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobState
from tests.jobs.test_queue import LEASE, claim_one, get, put

REASON = "Stopped by its author."


def stop(database: Database, job_id: str) -> bool:
    with database.transaction() as session:
        return job_queue.cancel_one(session, job_id, reason=REASON)


def test_what_waits_ends_at_once_with_its_reason(database: Database) -> None:
    other, job_id = put(database), put(database)

    assert stop(database, job_id)

    row = get(database, job_id)
    assert (row.state, row.error, row.finished_at is None) == ("cancelled", REASON, False)
    assert get(database, other).state is JobState.QUEUED


def test_what_runs_is_told_and_its_worker_says_why(database: Database) -> None:
    job_id = put(database)
    claim_one(database)

    assert not stop(database, job_id)

    with database.transaction() as session:
        assert job_queue.renew(session, job_id, 1, lease=LEASE)
        assert job_queue.cancelled(session, job_id, 1) == REASON
    row = get(database, job_id)
    assert (row.state, row.error) == ("cancelled", REASON)


def test_the_reason_stands_though_the_attempt_fails_before_it_hears_of_it(
    database: Database,
) -> None:
    job_id = put(database)
    claim_one(database)
    stop(database, job_id)
    with database.transaction() as session:
        job_queue.hand_back(session, job_id, 1)

    row = claim_one(database)
    with database.transaction() as session:
        sentence = job_queue.cancelled(session, job_id, row.attempt)

    assert sentence == REASON


def test_what_is_over_can_not_be_stopped(database: Database) -> None:
    job_id = put(database)
    claim_one(database)
    with database.transaction() as session:
        job_queue.finish(session, job_id, 1)

    with pytest.raises(ConflictError):
        stop(database, job_id)


def test_what_was_stopped_starts_again_without_its_reason(database: Database) -> None:
    job_id = put(database)
    stop(database, job_id)

    with database.transaction() as session:
        job_queue.restart(session, job_id)

    row = claim_one(database)
    assert (row.error, row.cancel_reason, row.cancel_requested) == (None, None, False)
