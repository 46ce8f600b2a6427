"""Several processes claim at once, on both databases: each job runs exactly once."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

import mediashare.schema  # noqa: F401 - all tables are known before the first query
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow
from tests.jobs.test_queue import Bake

ROOT = Path(__file__).resolve().parents[2]
JOBS, PROCESSES = 200, 4


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


@pytest.mark.slow
def test_each_job_is_claimed_once(database: Database) -> None:
    with database.transaction() as session:
        for number in range(JOBS):
            job_queue.put(session, Bake(subject=str(number)))
    url = database.engine.url.render_as_string(hide_password=False)
    code = (
        "import sys; from tests.jobs.test_claiming_processes import claim_all as c; c(sys.argv[1])"
    )

    processes = [
        subprocess.Popen(  # noqa: S603 - our own arguments
            [sys.executable, "-c", code, url], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    outputs = [process.communicate(timeout=60)[0].split() for process in processes]

    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert Counter(number for output in outputs for number in output) == Counter(
        str(number) for number in range(JOBS)
    )
    assert sum(1 for output in outputs if output) > 1
    with database.reading() as session:
        assert {row.attempt for row in session.query(JobRow)} == {1}
