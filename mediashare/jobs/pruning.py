"""What is known of finished jobs is not kept for ever, or else the table would only grow."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.orm import Session, aliased

from mediashare.jobs.job import Job
from mediashare.jobs.models import JobRow, JobState

OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class PruneJobs(Job):
    """Forget old jobs that no page shows any more."""

    kind: ClassVar[str] = "prune-jobs"

    subject: str = "jobs"


def prune(session: Session, *, before: datetime, is_gone: ColumnElement[bool]) -> int:
    """Forget some of the jobs that were over before then; how many that were.

    The newest of each kind about one subject stays, because the steps page shows it, unless the
    subject `is_gone`, a condition on JobRow.subject.
    """
    newer = aliased(JobRow)
    is_followed = exists().where(
        newer.subject == JobRow.subject,
        newer.kind == JobRow.kind,
        or_(
            newer.created_at > JobRow.created_at,
            and_(newer.created_at == JobRow.created_at, newer.id > JobRow.id),
        ),
    )
    found = session.scalars(
        select(JobRow.id)
        .where(JobRow.state.in_(OVER), JobRow.finished_at < before, or_(is_followed, is_gone))
        .limit(AT_ONCE)
    ).all()
    # Somebody may be starting one of them again right now.
    session.execute(delete(JobRow).where(JobRow.id.in_(found), JobRow.state.in_(OVER)))
    return len(found)
