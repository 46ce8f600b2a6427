"""What the operator is told about the house."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from mediashare import clock
from mediashare.admin.queries import QueueDepth, Throughput
from mediashare.config import Settings
from mediashare.db import migrate
from mediashare.db.session import Database
from mediashare.errors import MediashareError
from mediashare.jobs.job import QueueName
from mediashare.jobs.models import JobRow, JobState, WorkerReport
from mediashare.jobs.reports import SILENT_AFTER
from mediashare.sentences import said
from mediashare.storage.port import ObjectMissingError, Storage

log = logging.getLogger(__name__)

# Nothing is ever stored under this key: a store that says so is one that answers.
PROBE_KEY = "readiness/probe"

# As pages name them.
PARTS = {"database": said("Database"), "storage": said("Storage")}
STATES = {
    JobState.QUEUED: said("queued"),
    JobState.RUNNING: said("running"),
    JobState.DONE: said("done"),
    JobState.FAILED: said("failed"),
    JobState.CANCELLED: said("cancelled"),
}


def readiness(database: Database, storage: Storage) -> dict[str, bool]:
    """Whether each part that every page needs does its work."""
    return {"database": _is_database_ready(database), "storage": _is_storage_ready(storage)}


def facts(settings: Settings, database: Database) -> dict[str, str]:
    """What the house runs on, without any secret."""
    stores = {
        "disk": said("on this disk"),
        "s3": said("S3, bucket %(name)s", name=settings.s3_bucket),
    }
    broker = said("files on this disk") if settings.broker_is_embedded else said("a server")
    return {
        said("Mode"): settings.env,
        said("Address"): settings.base_url,
        said("Database"): database.dialect,
        said("Storage"): stores[settings.storage],
        said("Broker"): broker,
    }


def minutes_of_silence(reports: Sequence[WorkerReport]) -> int | None:
    """How long no worker has reported, once that is too long; None while any of them is there."""
    silence = clock.now() - max(report.seen_at for report in reports)
    return None if silence < SILENT_AFTER else int(silence.total_seconds() // 60)


@dataclass(frozen=True)
class QueueLine:
    """A queue as the job console shows it."""

    depth: QueueDepth
    done: Throughput


@dataclass(frozen=True)
class WorkerLine:
    """A worker, and what it does now."""

    report: WorkerReport
    running: Sequence[JobRow]


def queue_lines(
    depths: Sequence[QueueDepth], throughput: Mapping[str, Throughput]
) -> Sequence[QueueLine]:
    """Every queue that there is, also those in which nothing happens."""
    known = {depth.queue: depth for depth in depths}
    names = [*QueueName, *sorted((known.keys() | throughput.keys()) - set(QueueName))]
    return [
        QueueLine(known.get(name, QueueDepth(name)), throughput.get(name, Throughput()))
        for name in map(str, names)
    ]


def worker_lines(
    reports: Sequence[WorkerReport], running: Sequence[JobRow]
) -> Sequence[WorkerLine]:
    """Every worker with its jobs: its threads hold the leases, under names that begin with its."""
    return [
        WorkerLine(
            report,
            [row for row in running if (row.lease_owner or "").rpartition(":")[0] == report.name],
        )
        for report in reports
    ]


def _is_database_ready(database: Database) -> bool:
    try:
        return migrate.is_current(database)
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return False


def _is_storage_ready(storage: Storage) -> bool:
    try:
        storage.stat(PROBE_KEY)
    except ObjectMissingError:
        return True
    except (MediashareError, OSError):
        log.exception("the store does not answer")
        return False
    return True
