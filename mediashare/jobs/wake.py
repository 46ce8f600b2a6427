"""Messages that say "there is work in queue Q", sent after the commit that made the work."""

import logging
from typing import Any, Protocol

from celery import Celery
from sqlalchemy import event
from sqlalchemy.orm import Session

from mediashare.config import Settings
from mediashare.db.session import Database

log = logging.getLogger(__name__)

WORK_TASK = "workers.run.work"


class Waker(Protocol):
    """Tells the workers of a queue that something waits there."""

    def wake(self, queue: str) -> None:
        """Send the hint; it may be lost, the sweeper sends another."""


def broker_options(settings: Settings) -> dict[str, Any]:
    """How Celery reaches the broker: through files under the data folder unless told otherwise."""
    if not settings.broker_is_embedded:
        return {"broker_url": settings.celery_broker_url}
    folder = settings.data.resolve() / "broker"
    for name in ("queue", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "filesystem://",
        "broker_transport_options": {
            "data_folder_in": str(folder / "queue"),
            "data_folder_out": str(folder / "queue"),
            "control_folder": str(folder / "control"),
            # Without this kombu keeps every message it has ever delivered.
            "store_processed": False,
        },
    }


class CeleryWaker:
    """Wakes workers through the Celery broker."""

    def __init__(self, settings: Settings) -> None:
        self._celery = Celery("mediashare", set_as_current=False)
        self._celery.conf.update(
            broker_options(settings), broker_connection_timeout=2, task_ignore_result=True
        )

    def wake(self, queue: str) -> None:
        """Send the hint, at most seconds long; a broker that is down costs a delay, not the job."""
        try:
            self._celery.send_task(WORK_TASK, args=[queue], queue=queue, retry=False)
        except Exception:
            # Each broker raises its own kinds, and the job row is safe whatever happened here.
            log.warning("could not wake queue %s; the sweeper will", queue, exc_info=True)


def wake_after_commits(database: Database, waker: Waker) -> None:
    """From now on each commit on `database` wakes the queues that it put jobs into."""

    def after_commit(session: Session) -> None:
        for queue in session.info.pop("wake", []):
            waker.wake(queue)

    def after_rollback(session: Session) -> None:
        session.info.pop("wake", None)

    event.listen(database.sessions, "after_commit", after_commit)
    event.listen(database.sessions, "after_rollback", after_rollback)
