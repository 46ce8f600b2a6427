"""Several processes claim at once, on both databases: each job runs exactly once."""

import pytest

from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow
from tests.jobs.claiming import claim_all
from tests.jobs.test_queue import Bake
from tests.servers.forks import FORKS

JOBS, PROCESSES, PATIENCE_S = 100, 4, 120


@pytest.mark.slow
def test_each_job_is_claimed_once(database: Database) -> None:
    with database.transaction() as session:
        for number in range(JOBS):
            job_queue.put(session, Bake(subject=str(number)))

    url = database.engine.url.render_as_string(hide_password=False)
    pipes = [FORKS.Pipe() for _ in range(PROCESSES)]
    processes = [FORKS.Process(target=claim_all, args=(url, end), daemon=True) for _, end in pipes]
    for process in processes:
        process.start()
    told = [own for own, _ in pipes]
    assert [one.recv() for one in told] == ["ready"] * PROCESSES
    for one in told:
        one.send("go")
    first = [one.recv() for one in told]
    for one in told:
        one.send("go")
    rest = [one.recv() for one in told]
    for process in processes:
        process.join(PATIENCE_S)

    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert len(set(first)) == PROCESSES
    assert sorted(first + [number for numbers in rest for number in numbers], key=int) == [
        str(number) for number in range(JOBS)
    ]
    with database.reading() as session:
        assert {row.attempt for row in session.query(JobRow)} == {1}
