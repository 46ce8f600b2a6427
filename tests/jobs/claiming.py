"""A process that claims: one of several in tests/jobs/test_claiming_processes.py."""

import sys
from datetime import timedelta

import mediashare.schema  # noqa: F401 - all tables are known before the first query
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue


def claim_all(url: str) -> None:
    """Claim and finish until nothing waits, printing the number of each job."""
    database = Database(url)
    while True:
        with database.transaction() as session:
            row = job_queue.claim(
                session, ["media"], worker="one of many", lease=timedelta(seconds=60)
            )
        if row is None:
            return
        with database.transaction() as session:
            job_queue.finish(session, row.id, row.attempt)
        sys.stdout.write(row.subject + "\n")


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    # All begin when the last one is there: else the first might leave nothing to the others.
    sys.stdin.readline()
    claim_all(sys.argv[1])
