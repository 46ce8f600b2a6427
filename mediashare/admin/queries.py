"""Read what the back office shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.jobs.models import JobRow, JobState


@dataclass(frozen=True)
class QueueDepth:
    """How much waits in a queue, how much runs, how much has failed, and since when one waits."""

    queue: str
    waiting: int
    running: int
    failed: int
    oldest: datetime | None


@dataclass(frozen=True)
class ListedJob:
    """A job and whose it is."""

    row: JobRow
    owner: str


def list_jobs(session: Session, state: JobState | None, page: PageRequest) -> Page[ListedJob]:
    """Jobs, newest first, perhaps of one state."""
    query = select(JobRow)
    if state is not None:
        query = query.where(JobRow.state == state)
    found = page_by_time(session, query, page, time=JobRow.created_at, ident=JobRow.id)
    owners = {row.owner_id for row in found.items}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(owners))).all())
    listed = [ListedJob(row, names.get(row.owner_id or "", "")) for row in found.items]
    return Page(listed, found.next_cursor)


def list_queue_depths(session: Session) -> Sequence[QueueDepth]:
    """Every queue that has ever had a job, by name."""
    is_waiting = JobRow.state == JobState.QUEUED
    rows = session.execute(
        select(
            JobRow.queue,
            func.sum(case((is_waiting, 1), else_=0)),
            func.sum(case((JobRow.state == JobState.RUNNING, 1), else_=0)),
            func.sum(case((JobRow.state == JobState.FAILED, 1), else_=0)),
            func.min(case((is_waiting, JobRow.created_at))),
        )
        .group_by(JobRow.queue)
        .order_by(JobRow.queue)
    )
    return [QueueDepth(*row) for row in rows]
