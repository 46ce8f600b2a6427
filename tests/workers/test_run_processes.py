"""Real Celery workers, killed and stopped in all ways, on each kind of broker."""

import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from mediashare import clock
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs import reports
from mediashare.jobs.models import JobRow, JobState, WorkerReport
from mediashare.jobs.wake import CeleryWaker
from tests.factories import make_user
from tests.servers.forks import Fork
from tests.servers.redis import running_redis
from tests.servers.workers import Workers, running_workers
from tests.workers.toys import REGISTRY, Toy, read_diary
from workers.parts import Parts, open_parts
from workers.schedule import Sweeper

pytestmark = pytest.mark.slow
PATIENCE_S = 90
on_each_broker = pytest.mark.parametrize("broker", ["files", "redis"])


class Shop:
    """A database, a broker and workers; `sweep` does what the scheduler does."""

    def __init__(self, settings: Settings, workers: Workers) -> None:
        self.settings, self.workers = settings, workers
        self.parts: Parts = open_parts(settings)
        self._sweeper = Sweeper(self.parts, CeleryWaker(settings), REGISTRY, {})

    @property
    def database(self) -> Database:
        return self.parts.database

    def put(self, act: str, subject: str = "clip", **options: Any) -> str:
        with self.database.transaction() as session:
            row = job_queue.put(session, Toy(subject=subject, act=act), **options)
            session.flush()
            return row.id

    def make_people(self, count: int) -> Sequence[str]:
        with self.database.sessions() as session:
            return [make_user(session).id for _person in range(count)]

    def put_without_message(self, act: str) -> str:
        """What a crash between the commit and the message leaves."""
        silent = Database(self.settings.sqlalchemy_url)
        with silent.transaction() as session:
            row = job_queue.put(session, Toy(subject="clip", act=act))
            session.flush()
            job_id = row.id
        silent.dispose()
        return job_id

    def get(self, job_id: str) -> JobRow:
        with self.database.reading() as session:
            return session.get_one(JobRow, job_id)

    def sweep_until(self, is_true: Callable[[], object]) -> None:
        def is_true_after_sweep() -> object:
            self._sweeper.sweep()
            return is_true()

        wait_until(is_true_after_sweep, pause=0.2)

    def sweep_until_dead(self, worker: Fork) -> None:
        self.sweep_until(lambda: worker.poll() is not None)

    def end_lease(self, job_id: str) -> None:
        """Let the time of whoever works at it be over. It is not short from the beginning: a busy
        machine would take the job from those who are still there, too."""
        with self.database.transaction() as session:
            own = update(JobRow).where(JobRow.id == job_id)
            session.execute(own.values(lease_until=clock.now()))

    def count(self, kind: str) -> int:
        with self.database.reading() as session:
            return len(session.scalars(select(JobRow.id).where(JobRow.kind == kind)).all())

    def list_reports(self) -> Sequence[WorkerReport]:
        with self.database.reading() as session:
            return reports.list_reports(session)

    def has_said(self, line: str) -> bool:
        return line in read_diary(self.settings)

    def go(self) -> None:
        (self.settings.data / "go").touch()


def freeze(shop: Shop, worker: Fork) -> None:
    """Stop a process as if its machine stood still, but not while it holds the one lock of
    SQLite: that would stop all others too, which is what an embedded database does."""
    while True:
        os.kill(worker.pid, signal.SIGSTOP)
        try:
            with closing(sqlite3.connect(shop.settings.data / "mediashare.db", timeout=1)) as file:
                file.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            os.kill(worker.pid, signal.SIGCONT)
        else:
            return


def wait_until(is_true: Callable[[], object], *, pause: float = 0.05) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(pause)


def is_alive(pid: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def list_sleepers(pid: int) -> list[int]:
    """The processes `sleep` below this one."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for found in lists for child in found.read_text().split()]
    return [child for child in children if Path(f"/proc/{child}/comm").read_text() == "sleep\n"]


@pytest.fixture
def broker() -> str:
    """The embedded broker, unless a test chooses."""
    return "files"


@pytest.fixture
def shop(broker: str, settings: Settings, sqlite_template: Path, tmp_path: Path) -> Iterator[Shop]:
    settings.data.mkdir(parents=True)
    shutil.copy(sqlite_template, settings.data / "mediashare.db")
    with running_redis(tmp_path / "redis") if broker == "redis" else nullcontext("") as url:
        changes = {"celery_broker_url": url, "media_concurrency": 1}
        chosen = settings.model_copy(update=changes)
        with running_workers(chosen) as workers:
            shop = Shop(chosen, workers)
            yield shop
            shop.database.dispose()


@on_each_broker
def test_a_worker_is_woken_by_the_commit_and_stops_when_told(shop: Shop) -> None:
    worker = shop.workers.start()

    job_id = shop.put("work")
    wait_until(lambda: shop.get(job_id).state == JobState.DONE)
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(PATIENCE_S) == 0
    assert shop.count("result") == 1


@on_each_broker
def test_after_kill_9_another_worker_does_the_job_once(shop: Shop) -> None:
    first = shop.workers.start()
    job_id = shop.put("wait")
    wait_until(lambda: shop.has_said("wait clip 1"))
    leftovers = shop.settings.data.resolve() / "scratch" / f"{job_id}-1"
    assert leftovers.is_dir()

    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    shop.end_lease(job_id)
    shop.workers.start()
    shop.go()
    shop.sweep_until(lambda: shop.get(job_id).state == JobState.DONE)

    assert shop.get(job_id).attempt == 2
    assert shop.count("result") == 1
    assert not leftovers.exists()


def test_a_worker_that_was_frozen_may_not_finish_what_another_has_done(shop: Shop) -> None:
    frozen = shop.workers.start()
    job_id = shop.put("wait")
    wait_until(lambda: shop.has_said("wait clip 1"))
    freeze(shop, frozen)
    shop.end_lease(job_id)

    shop.workers.start()
    shop.sweep_until(lambda: shop.has_said("wait clip 2"))
    shop.go()
    wait_until(lambda: shop.get(job_id).state == JobState.DONE)
    os.kill(frozen.pid, signal.SIGCONT)
    wait_until(lambda: "another worker has taken it over" in shop.workers.read_log())

    row = shop.get(job_id)
    assert (row.state, row.attempt) == ("done", 2)
    assert shop.count("result") == 1


@on_each_broker
def test_a_stopped_worker_hands_its_job_to_the_next(shop: Shop) -> None:
    first = shop.workers.start()
    job_id = shop.put("wait")
    wait_until(lambda: shop.has_said("wait clip 1"))

    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE_S) == 0
    assert shop.get(job_id).state == JobState.QUEUED

    shop.workers.start()
    shop.go()
    # No sweep: handing back has sent a message.
    wait_until(lambda: shop.get(job_id).state == JobState.DONE)
    assert shop.count("result") == 1


def test_a_deaf_job_does_not_keep_its_worker_from_stopping(shop: Shop) -> None:
    worker = shop.workers.start()
    job_id = shop.put("ignore")
    wait_until(lambda: len(read_diary(shop.settings)) == 2)
    child = int(read_diary(shop.settings)[1].removeprefix("child "))

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(PATIENCE_S) == 0
    assert shop.get(job_id).state == JobState.QUEUED
    wait_until(lambda: not is_alive(child))


def test_the_tools_of_a_killed_worker_die_with_it(shop: Shop) -> None:
    worker = shop.workers.start()
    shop.put("use a tool")
    wait_until(lambda: list_sleepers(worker.pid))
    tools = list_sleepers(worker.pid)

    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()

    wait_until(lambda: not any(is_alive(tool) for tool in tools))


@on_each_broker
def test_jobs_are_done_in_the_same_order_on_every_broker(shop: Shop) -> None:
    people = shop.make_people(2)
    for whose, subject in enumerate(["many 0", "many 1", "many 2", "many 3", "single"]):
        shop.put("work", subject=subject, owner_id=people[whose // 4])
    first = shop.put("work", subject="urgent", priority=1)

    shop.workers.start()
    wait_until(lambda: shop.count("result") == 6)

    done = [line.removeprefix("work ").removesuffix(" 1") for line in read_diary(shop.settings)]
    assert done == ["urgent", "many 0", "single", "many 1", "many 2", "many 3"]
    assert shop.get(first).attempt == 1


@on_each_broker
def test_a_full_worker_leaves_the_rest_to_the_next(shop: Shop) -> None:
    for _worker in range(2):
        shop.workers.start()
    jobs = [shop.put("wait") for _job in range(2)]

    # No sweep: whoever gets a message for which there is no place passes it on.
    wait_until(lambda: all(shop.get(job).state == JobState.RUNNING for job in jobs))

    owners = {str(shop.get(job).lease_owner).rsplit(":", 1)[0] for job in jobs}
    assert len(owners) == 2


def test_a_lost_message_is_sent_again(shop: Shop) -> None:
    job_id = shop.put_without_message("work")
    shop.workers.start()

    shop.sweep_until(lambda: shop.get(job_id).state == JobState.DONE)

    assert shop.count("result") == 1


def test_a_job_that_kills_every_worker_is_given_up_and_the_others_are_done(shop: Shop) -> None:
    poison, harmless = shop.put("crash"), shop.put("work")

    for _attempt in range(Toy.max_attempts):
        worker = shop.workers.start()
        shop.sweep_until_dead(worker)
        shop.end_lease(poison)
    shop.workers.start()
    shop.sweep_until(lambda: shop.get(poison).state == JobState.FAILED)
    shop.sweep_until(lambda: shop.get(harmless).state == JobState.DONE)

    row = shop.get(poison)
    assert row.attempt == Toy.max_attempts
    assert "stopped its worker each time" in str(row.error)
    assert (shop.count("failure"), shop.count("result")) == (1, 1)


def test_a_worker_waits_for_a_broker_that_is_away(
    settings: Settings, sqlite_template: Path, tmp_path: Path
) -> None:
    settings.data.mkdir(parents=True)
    shutil.copy(sqlite_template, settings.data / "mediashare.db")
    with running_redis(tmp_path / "first") as url:
        pass
    away = settings.model_copy(update={"job_lease": 1.0, "celery_broker_url": url})
    with running_workers(away) as workers:
        worker = workers.start()
        wait_until(lambda: "Trying again" in workers.read_log())

        assert worker.poll() is None


def test_a_worker_process_reports_and_takes_it_back_when_told_to_end(shop: Shop) -> None:
    worker = shop.workers.start()
    wait_until(shop.list_reports)
    (found,) = shop.list_reports()

    worker.send_signal(signal.SIGTERM)
    status = worker.wait(PATIENCE_S)

    assert (found.name.split(":")[1], found.queues) == (str(worker.pid), "media")
    assert (status, shop.list_reports()) == (0, [])
