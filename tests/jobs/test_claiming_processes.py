"""Several processes claim at once, on both databases: each job runs exactly once."""

import subprocess
import sys
from pathlib import Path

import pytest

from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow
from tests.jobs.test_queue import Bake

ROOT = Path(__file__).resolve().parents[2]
JOBS, PROCESSES, PATIENCE_S = 100, 4, 120


def _start(url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own arguments
        [sys.executable, "-m", "tests.jobs.claiming", url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _answers(processes: "list[subprocess.Popen[str]]") -> list[str]:
    return [process.stdout.readline().strip() for process in processes if process.stdout]


def _tell_all(processes: "list[subprocess.Popen[str]]") -> None:
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()


@pytest.mark.slow
def test_each_job_is_claimed_once(database: Database) -> None:
    with database.transaction() as session:
        for number in range(JOBS):
            job_queue.put(session, Bake(subject=str(number)))

    processes = [
        _start(database.engine.url.render_as_string(hide_password=False)) for _ in range(PROCESSES)
    ]
    assert _answers(processes) == ["ready"] * PROCESSES
    _tell_all(processes)
    first = _answers(processes)
    _tell_all(processes)
    rest = [process.communicate(timeout=PATIENCE_S)[0].split() for process in processes]

    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert len(set(first)) == PROCESSES
    assert sorted(first + [number for numbers in rest for number in numbers], key=int) == [
        str(number) for number in range(JOBS)
    ]
    with database.reading() as session:
        assert {row.attempt for row in session.query(JobRow)} == {1}
