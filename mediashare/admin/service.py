"""What admins do to jobs; accounts are changed by the service of their own slice."""

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.audit import service as audit_service
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow


def retry_job(session: Session, actor: Viewer, job_id: str, *, address: str | None) -> None:
    """A failed or cancelled job starts from the beginning."""
    row = job_queue.restart(session, job_id)
    _record(session, actor, "job_retried", row, address)


def cancel_job(session: Session, actor: Viewer, job_id: str, *, address: str | None) -> None:
    """Everything about the job's subject stops: one step without the others makes no sense."""
    row = session.get(JobRow, job_id)
    if row is None:
        raise job_queue.JobNotFoundError
    job_queue.cancel(session, row.subject)
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
