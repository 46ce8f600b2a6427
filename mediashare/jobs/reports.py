"""What running workers say of themselves: which queues they serve, and with what."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.jobs.models import JobRow, JobState, WorkerReport

# A worker renews its report several times a minute; one that is silent for longer has gone.
SILENT_AFTER = timedelta(minutes=3)
FORGOTTEN_AFTER = timedelta(hours=1)


def report(
    session: Session, *, name: str, queues: str, speech: str, sandbox: str, room: int | None = None
) -> None:
    """A worker is there; those that have been silent for long are forgotten."""
    now = clock.now()
    session.execute(delete(WorkerReport).where(WorkerReport.seen_at < now - FORGOTTEN_AFTER))
    session.merge(
        WorkerReport(
            name=name, queues=queues, speech=speech, sandbox=sandbox, room=room, seen_at=now
        )
    )


def withdraw(session: Session, name: str) -> None:
    """The worker ends in order and serves no queue any more."""
    session.execute(delete(WorkerReport).where(WorkerReport.name == name))


def list_reports(session: Session) -> Sequence[WorkerReport]:
    """Every worker that is not forgotten, by name."""
    return session.scalars(select(WorkerReport).order_by(WorkerReport.name).limit(1000)).all()


def list_present(session: Session) -> Sequence[WorkerReport]:
    """Every worker that is not silent for too long, by name."""
    return present(list_reports(session))


def present(workers: Sequence[WorkerReport]) -> Sequence[WorkerReport]:
    """Those of the workers that are not silent for too long."""
    since = clock.now() - SILENT_AFTER
    return [worker for worker in workers if worker.seen_at > since]


def serving(workers: Sequence[WorkerReport], queue: str) -> Sequence[WorkerReport]:
    """Those of the workers that do jobs of this queue."""
    return [worker for worker in workers if queue in worker.queues.split(",")]


def has_room(workers: Sequence[WorkerReport], room: int) -> bool:
    """Whether one of the workers has so much scratch to give, or has not said."""
    return any(worker.room is None or worker.room >= room for worker in workers)


def count_without_room(session: Session, workers: Sequence[WorkerReport]) -> Mapping[str, int]:
    """How many jobs of each queue wait because no worker that serves it has room for them."""
    queues = {queue for worker in workers for queue in worker.queues.split(",")}
    rooms = {queue: [worker.room for worker in serving(workers, queue)] for queue in queues}
    too_large = [
        and_(JobRow.queue == queue, JobRow.room > max(room for room in found if room is not None))
        for queue, found in rooms.items()
        if None not in found
    ]
    if not too_large:
        return {}
    query = (
        select(JobRow.queue, func.count())
        .where(JobRow.state == JobState.QUEUED, or_(*too_large))
        .group_by(JobRow.queue)
    )
    return dict(session.execute(query).all())
