"""What admins do to jobs; accounts are changed by the service of their own slice."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.audit import service as audit_service
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.pages import service as pages_service

# One press of a button does not hold a transaction open for longer than that.
MOST_AT_ONCE = 200


def retry_job(session: Session, actor: Viewer, job_id: str, *, address: str | None) -> None:
    """A failed or cancelled job starts from the beginning."""
    row = job_queue.restart(session, job_id)
    pages_service.tell_restarted(session, row.subject, {row.kind})
    _record(session, actor, "job_retried", row, address)


def retry_failures(
    session: Session, actor: Viewer, kind: str, reason: str, *, address: str | None
) -> int:
    """Jobs of one kind that failed for the same reason are all tried again, the oldest first; how
    many that were."""
    found = session.scalars(
        select(JobRow.id)
        .where(JobRow.state == JobState.FAILED, JobRow.kind == kind, JobRow.error == reason)
        .order_by(JobRow.finished_at)
        .limit(MOST_AT_ONCE)
    ).all()
    for job_id in found:
        retry_job(session, actor, job_id, address=address)
    return len(found)


def cancel_job(session: Session, actor: Viewer, job_id: str, *, address: str | None) -> None:
    """Everything about the job's subject stops: one step without the others makes no sense.

    What stopped before it ran is told to its author here; of what runs, the worker tells.
    """
    row = session.get(JobRow, job_id)
    if row is None:
        raise job_queue.JobNotFoundError
    stopped = job_queue.cancel(session, row.subject)
    pages_service.tell_stopped(session, row.subject, stopped, job_queue.STOPPED)
    _record(session, actor, "job_cancelled", row, address)


def _record(session: Session, actor: Viewer, action: str, row: JobRow, address: str | None) -> None:
    audit_service.record(
        session,
        action,
        actor_id=actor.id,
        subject=("job", row.id),
        address=address,
        kind=row.kind,
        about=row.subject,
    )
