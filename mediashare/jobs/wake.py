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
CONNECT_TIMEOUT_S = 2
# How often workers look for new files; their latency when nothing but files is at hand.
POLL_S = 0.25


class Waker(Protocol):
    """Tells the workers of a queue that something waits there."""

    def wake(self, queue: str) -> None:
        """Send the hint; it may be lost, the sweeper sends another."""


def broker_options(settings: Settings) -> dict[str, Any]:
    """How Celery reaches the broker: through files under the data folder unless told otherwise."""
    if not settings.broker_is_embedded:
        options: dict[str, Any] = {"broker_url": settings.celery_broker_url}
        if settings.celery_broker_url.startswith("redis"):
            options["broker_transport_options"] = {"socket_connect_timeout": CONNECT_TIMEOUT_S}
        return options
    folder = settings.data.resolve() / "broker"
    for name in ("queue", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "filesystem://localhost",
        "broker_transport": "mediashare.jobs.file_broker:Transport",
        "broker_transport_options": {
            "data_folder_in": str(folder / "queue"),
            "data_folder_out": str(folder / "queue"),
            "control_folder": str(folder / "control"),
            # Without this kombu keeps every message it has ever delivered.
            "store_processed": False,
            "polling_interval": POLL_S,
        },
    }


class CeleryWaker:
    """Wakes workers through the Celery broker."""

    def __init__(self, settings: Settings) -> None:
        self._celery = Celery("mediashare", set_as_current=False)
        self._celery.conf.update(
            broker_options(settings),
            broker_connection_timeout=CONNECT_TIMEOUT_S,
            task_ignore_result=True,
        )

    def wake(self, queue: str) -> None:
        """Send the hint, at most seconds long; a broker that is down costs a delay, not the job."""
        try:
            self._celery.send_task(WORK_TASK, args=[queue], queue=queue, retry=False)
        except Exception:
            # Each broker raises its own kinds, and the job row is safe whatever happened here.
            log.warning("could not wake queue %s; the sweeper will", queue, exc_info=True)

    def top_up(self, queue: str, wanted: int) -> None:
        """See to it that `wanted` hints wait in the queue, without piling more upon them."""
        for _ in range(wanted - self._count(queue)):
            self.wake(queue)

    def _count(self, queue: str) -> int:
        try:
            with self._celery.connection_for_write() as connection:
                channel: Any = connection.default_channel
                return int(channel.queue_declare(queue, passive=True).message_count)
        except Exception:
            # A queue that never had a message is an error to some brokers, an empty one to others.
            log.debug("queue %s could not be counted", queue, exc_info=True)
            return 0


def wake_after_commits(database: Database, waker: Waker) -> None:
    """From now on each commit on `database` wakes the queues that it put jobs into."""

    def after_commit(session: Session) -> None:
        for queue in session.info.pop("wake", []):
            waker.wake(queue)

    def after_rollback(session: Session) -> None:
        session.info.pop("wake", None)

    event.listen(database.sessions, "after_commit", after_commit)
    event.listen(database.sessions, "after_rollback", after_rollback)
