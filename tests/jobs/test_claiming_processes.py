"""Several processes claim at once, on both databases: each job runs exactly once."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow
from tests.jobs.test_queue import Bake

ROOT = Path(__file__).resolve().parents[2]
JOBS, PROCESSES, PATIENCE_S = 100, 4, 120


@pytest.mark.slow
def test_each_job_is_claimed_once(database: Database) -> None:
    with database.transaction() as session:
        for number in range(JOBS):
            job_queue.put(session, Bake(subject=str(number)))
    url = database.engine.url.render_as_string(hide_password=False)

    processes = [
        subprocess.Popen(  # noqa: S603 - our own arguments
            [sys.executable, "-m", "tests.jobs.claiming", url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    assert [process.stdout.readline() for process in processes if process.stdout] == [
        "ready\n"
    ] * PROCESSES
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=PATIENCE_S)[0].split() for process in processes]

    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert Counter(number for output in outputs for number in output) == Counter(
        str(number) for number in range(JOBS)
    )
    assert sum(1 for output in outputs if output) > 1
    with database.reading() as session:
        assert {row.attempt for row in session.query(JobRow)} == {1}
