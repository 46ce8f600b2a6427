"""The jobs about one thing as the steps that people follow on its page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from mediashare import clock
from mediashare.jobs import reports
from mediashare.jobs.models import JobRow, JobState, WorkerReport
from mediashare.sentences import said

ACTIVE = frozenset({JobState.QUEUED, JobState.RUNNING})
# Nobody counts further than this with their eyes, and the database need not either.
MOST_AHEAD = 100
MINUTE_S = 60


@dataclass(frozen=True)
class Step:
    """One kind of work on one thing: how far it is, and why it failed if it did.

    `seconds_left` is an estimate while it runs, `waiting_for` says in words what must happen
    before it does, `took` is how many seconds it ran when it is done, `is_stopping` that somebody
    does not want what is still running.
    """

    name: str
    state: JobState
    progress: float
    error: str | None
    attempts: int
    job_id: str
    seconds_left: int | None = None
    waiting_for: str | None = None
    took: float | None = None
    is_stopping: bool = False

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs, and so can be stopped."""
        return self.state in ACTIVE


def list_steps(session: Session, subject: str) -> Sequence[Step]:
    """What is and was done about `subject`: the newest job of each kind, in pipeline order."""
    return list_steps_of(session, [subject]).get(subject, ())


def list_steps_of(session: Session, subjects: Collection[str]) -> dict[str, Sequence[Step]]:
    """The same for many subjects, in one statement, or two when something waits; those without
    any job are left out."""
    query = (
        select(JobRow, _count_ahead())
        .where(JobRow.subject.in_(subjects))
        .order_by(JobRow.created_at, JobRow.id)
    )
    newest: dict[str, dict[str, tuple[JobRow, int]]] = {}
    for row, ahead in session.execute(query):
        # A dict keeps the place of the first job of a kind, which is its place in the pipeline.
        newest.setdefault(row.subject, {})[row.kind] = (row, ahead)
    found = [row for kinds in newest.values() for row, _ahead in kinds.values()]
    waits = any(row.state is JobState.QUEUED for row in found)
    workers = reports.list_present(session) if waits else ()
    return {
        subject: [_step(row, ahead, workers) for row, ahead in kinds.values()]
        for subject, kinds in newest.items()
    }


def explain_wait(row: JobRow, ahead: int, workers: Sequence[WorkerReport], now: datetime) -> str:
    """What must happen before a waiting job starts, as the end of a sentence."""
    if row.run_after > now:
        pause = span((row.run_after - now).total_seconds())
        if not row.error:
            return said("will be tried again in %(span)s", span=pause)
        return said(
            "will be tried again in %(span)s after: %(reason)s", span=pause, reason=row.error
        )
    serving = reports.serving(workers, row.queue)
    if not serving:
        return said("no worker serves %(queue)s at the moment", queue=row.queue)
    if not reports.has_room(serving, row.room):
        return said("waiting for room on the worker's disk")
    return _explain_turn(ahead)


def _explain_turn(ahead: int) -> str:
    if ahead == MOST_AHEAD:
        return said("waiting for a free worker, %(number)s or more ahead", number=ahead)
    if ahead:
        return said("waiting for a free worker, %(number)s ahead", number=ahead)
    return said("waiting for a free worker, next in line")


def span(seconds: float) -> str:
    """How long something takes: 40 s, 2 min, 1 h 5 min."""
    if seconds < MINUTE_S:
        return said("%(number)s s", number=max(1, round(seconds)))
    minutes = round(seconds / MINUTE_S)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return said("%(number)s min", number=minutes)
    if not rest:
        return said("%(hours)s h", hours=hours)
    return said("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


def _count_ahead() -> ColumnElement[int]:
    """How many jobs of its queue come before a waiting one; 0 for all others."""
    other, now = aliased(JobRow), clock.now()
    earlier = (
        select(literal(1))
        .where(
            other.queue == JobRow.queue,
            other.state == JobState.QUEUED,
            other.run_after <= now,
            or_(
                other.turn < JobRow.turn,
                (other.turn == JobRow.turn) & (other.created_at < JobRow.created_at),
            ),
        )
        .limit(MOST_AHEAD)
        .correlate(JobRow)
        .subquery()
    )
    count = select(func.count()).select_from(earlier).correlate(JobRow).scalar_subquery()
    return case((JobRow.state == JobState.QUEUED, count), else_=0)


def _step(row: JobRow, ahead: int, workers: Sequence[WorkerReport]) -> Step:
    now = clock.now()
    is_queued, is_running = row.state is JobState.QUEUED, row.state is JobState.RUNNING
    return Step(
        name=row.kind,
        state=row.state,
        progress=row.progress,
        error=row.error,
        attempts=row.attempt,
        job_id=row.id,
        seconds_left=_seconds_left(row, now) if is_running else None,
        waiting_for=explain_wait(row, ahead, workers, now) if is_queued else None,
        took=_took(row) if row.state is JobState.DONE else None,
        is_stopping=is_running and row.cancel_requested,
    )


def _seconds_left(row: JobRow, now: datetime) -> int | None:
    if row.ends_at is None or row.ends_at <= now:
        return None
    return max(1, round((row.ends_at - now).total_seconds()))


def _took(row: JobRow) -> float | None:
    if row.started_at is None or row.finished_at is None:
        return None
    return (row.finished_at - row.started_at).total_seconds()
