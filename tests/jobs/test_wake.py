"""Messages follow commits, and only commits."""

from pathlib import Path

import pytest

from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow
from mediashare.jobs.wake import CeleryWaker, wake_after_commits
from tests.fakes import RecordingWaker
from tests.jobs.test_queue import Bake
from tests.servers.ports import free_port


def test_a_queue_is_woken_after_the_commit_and_not_before(
    database: Database, waker: RecordingWaker
) -> None:
    wake_after_commits(database, waker)

    with database.transaction() as session:
        job_queue.put(session, Bake(subject="bread"))
        session.flush()
        assert waker.woken == []

    assert waker.woken == ["media"]


def test_a_job_goes_with_the_transaction_that_asked_for_it(
    database: Database, waker: RecordingWaker
) -> None:
    wake_after_commits(database, waker)

    def fail_after_asking() -> None:
        with database.transaction() as session:
            job_queue.put(session, Bake(subject="bread"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_asking()

    with database.reading() as session:
        assert session.query(JobRow).count() == 0
    with database.transaction() as session:
        job_queue.put(session, Bake(subject="cake"))
    assert waker.woken == ["media"]


def test_a_job_is_kept_when_the_broker_is_away(database: Database, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, celery_broker_url=f"redis://127.0.0.1:{free_port()}/0")
    wake_after_commits(database, CeleryWaker(settings))

    with database.transaction() as session:
        job_queue.put(session, Bake(subject="bread"))

    with database.reading() as session:
        assert session.query(JobRow).count() == 1


def test_hints_are_topped_up_and_not_piled_up(settings: Settings) -> None:
    waker = CeleryWaker(settings)
    waker.wake("media")

    for _sweep in range(3):
        waker.top_up("media", 2)
        waker.top_up("speech", 1)

    names = [path.name for path in (settings.data / "broker" / "queue").iterdir()]
    assert sorted(name.split(".", 1)[1] for name in names) == [
        "media.msg",
        "media.msg",
        "speech.msg",
    ]
