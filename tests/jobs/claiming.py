"""A process that claims: one of several in tests/jobs/test_claiming_processes.py."""

from datetime import timedelta
from multiprocessing.connection import Connection

import mediashare.schema  # noqa: F401 - all tables are known before the first query
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue


def claim_one(database: Database) -> str | None:
    """Claim and finish one job and return its number, or None when none waits."""
    with database.transaction() as session:
        row = job_queue.claim(session, ["media"], worker="one of many", lease=timedelta(seconds=60))
    if row is None:
        return None
    with database.transaction() as session:
        job_queue.finish(session, row.id, row.attempt)
    return row.subject


def claim_all(url: str, test: Connection) -> None:
    """Claim until nothing waits. All begin when the last one is there, and go on when each has had
    a job: else a fast one might leave nothing to the others."""
    database = Database(url)
    test.send("ready")
    test.recv()
    test.send(claim_one(database))
    test.recv()
    test.send(list(iter(lambda: claim_one(database), None)))
