"""Read what the back office shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, case, func, select, type_coerce
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.jobs.models import JobRow, JobState

OPEN = (JobState.QUEUED, JobState.RUNNING, JobState.FAILED)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# What one page can show; beyond that, numbers tell more than lists.
MOST_REASONS, MOST_RUNNING, MOST_LOOKED_AT = 50, 500, 1000


@dataclass(frozen=True)
class QueueDepth:
    """How much waits in a queue, how much runs, how much has failed, and since when one waits."""

    queue: str
    waiting: int = 0
    running: int = 0
    failed: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Throughput:
    """How many jobs of a queue were done in the last hour, and in the last day."""

    hour: int = 0
    day: int = 0

    @property
    def hourly(self) -> float:
        """Jobs an hour over the last day."""
        return self.day * HOUR / DAY


@dataclass(frozen=True)
class Reason:
    """Jobs of one kind that failed for the same reason: how many, and when the last one did."""

    kind: str
    error: str
    count: int
    newest: datetime | None


@dataclass(frozen=True)
class ListedJob:
    """A job and whose it is."""

    row: JobRow
    owner: str


@dataclass(frozen=True)
class JobFilter:
    """Which jobs to list: of one state, of one kind, or all."""

    state: JobState | None = None
    kind: str | None = None


def list_jobs(session: Session, wanted: JobFilter, page: PageRequest) -> Page[ListedJob]:
    """Jobs, newest first, perhaps of one state or kind."""
    query = select(JobRow)
    if wanted.state is not None:
        query = query.where(JobRow.state == wanted.state)
    if wanted.kind is not None:
        query = query.where(JobRow.kind == wanted.kind)
    found = page_by_time(session, query, page, time=JobRow.created_at, ident=JobRow.id)
    owners = {row.owner_id for row in found.items}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(owners))).all())
    listed = [ListedJob(row, names.get(row.owner_id or "", "")) for row in found.items]
    return Page(listed, found.next_cursor)


def list_kinds(session: Session) -> Sequence[str]:
    """The kinds of the newest jobs, by name."""
    newest = select(JobRow.kind).order_by(JobRow.created_at.desc()).limit(MOST_LOOKED_AT).subquery()
    return session.scalars(select(newest.c.kind).distinct().order_by(newest.c.kind)).all()


def list_queue_depths(session: Session) -> Sequence[QueueDepth]:
    """Every queue in which a job waits, runs or has failed, by name."""
    is_waiting = JobRow.state == JobState.QUEUED
    rows = session.execute(
        select(
            JobRow.queue,
            func.sum(case((is_waiting, 1), else_=0)),
            func.sum(case((JobRow.state == JobState.RUNNING, 1), else_=0)),
            func.sum(case((JobRow.state == JobState.FAILED, 1), else_=0)),
            func.min(case((is_waiting, JobRow.created_at))),
        )
        .where(JobRow.state.in_(OPEN))
        .group_by(JobRow.queue)
        .order_by(JobRow.queue)
    )
    return [QueueDepth(*row) for row in rows]


def list_throughput(session: Session) -> Mapping[str, Throughput]:
    """How fast each queue goes, for those that have done anything in the last day."""
    now = clock.now()
    is_recent = JobRow.finished_at > now - HOUR
    rows = session.execute(
        select(JobRow.queue, func.sum(case((is_recent, 1), else_=0)), func.count())
        .where(JobRow.state == JobState.DONE, JobRow.finished_at > now - DAY)
        .group_by(JobRow.queue)
    )
    return {queue: Throughput(hour, day) for queue, hour, day in rows}


def list_reasons(session: Session) -> Sequence[Reason]:
    """Why jobs have failed, the latest reason first."""
    newest = func.max(JobRow.finished_at)
    error = func.coalesce(type_coerce(JobRow.error, Text), "")
    rows = session.execute(
        select(JobRow.kind, error, func.count(), newest)
        .where(JobRow.state == JobState.FAILED)
        .group_by(JobRow.kind, error)
        .order_by(newest.desc(), JobRow.kind)
        .limit(MOST_REASONS)
    )
    return [Reason(*row) for row in rows]


def list_running(session: Session) -> Sequence[JobRow]:
    """What is being done now, the longest first."""
    return session.scalars(
        select(JobRow)
        .where(JobRow.state == JobState.RUNNING)
        .order_by(JobRow.started_at)
        .limit(MOST_RUNNING)
    ).all()
