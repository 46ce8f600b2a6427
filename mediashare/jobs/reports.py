"""What running workers say of themselves: which queues they serve, and with what."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.jobs.models import WorkerReport

# A worker renews its report about every minute; one that is silent for longer has gone.
SILENT_AFTER = timedelta(minutes=3)
FORGOTTEN_AFTER = timedelta(hours=1)


def report(session: Session, *, name: str, queues: str, speech: str, sandbox: str) -> None:
    """A worker is there; those that have been silent for long are forgotten."""
    now = clock.now()
    session.execute(delete(WorkerReport).where(WorkerReport.seen_at < now - FORGOTTEN_AFTER))
    session.merge(
        WorkerReport(name=name, queues=queues, speech=speech, sandbox=sandbox, seen_at=now)
    )


def withdraw(session: Session, name: str) -> None:
    """The worker ends in order and serves no queue any more."""
    session.execute(delete(WorkerReport).where(WorkerReport.name == name))


def list_reports(session: Session) -> Sequence[WorkerReport]:
    """Every worker that is not forgotten, by name."""
    return session.scalars(select(WorkerReport).order_by(WorkerReport.name).limit(1000)).all()
