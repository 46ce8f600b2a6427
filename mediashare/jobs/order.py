"""Whose turn it is: fair shares between people, short before long, and nobody last for ever.

Every queue has a clock that counts work instead of time: it goes on with the jobs that are started.
A job's place is where it would begin on that clock if each person had a worker of their own, which
did all of their jobs at once in even slices: there a job waits for each other one at most as long
as it takes itself. So forty jobs of one person lie one behind the other, while the first of
somebody else lies beside them; and a short one lies before a long one that came earlier, but places
only grow, so that in the end it is the long one's turn.

The turn is where the job would end, less a head start for each step of priority. It is known as
soon as the job is put and never changes while it waits, so a claim only takes the smallest.
"""

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, case, func, literal, select
from sqlalchemy.orm import Session

from mediashare.jobs.job import Priority
from mediashare.jobs.models import JobRow, JobState

# As much as the longest recording: what one step of priority is ahead of, counted as work.
HEAD_START_S = 4 * 3600.0


def give_turn(session: Session, row: JobRow) -> None:
    """Put a job, which does not wait yet, behind what its owner already has in that queue."""
    clock = _read_clock(session, row)
    row.place = clock + _ahead(session, row, clock)
    row.turn = row.place + row.work - row.priority * HEAD_START_S


def _read_clock(session: Session, row: JobRow) -> float:
    """Where the queue stands for jobs of this priority.

    It is their own started jobs that count. When they had nothing to do, they are as far as all
    others, or else the first one to come again would find much to catch up with.
    """
    levels = sorted({*Priority, row.priority})
    started = [_last_started(row.queue, level) for level in levels]
    *places, following = session.execute(select(*started, _first_waiting(row))).one()
    reached = {level: place or 0.0 for level, place in zip(levels, places, strict=True)}
    furthest = max(reached.values())
    caught_up = furthest if following is None else min(furthest, following)
    return max(reached[row.priority], caught_up)


def _last_started(queue: str, level: int) -> ScalarSelect[float]:
    here = (JobRow.queue == queue, JobRow.priority == level, JobRow.started_at.is_not(None))
    return select(func.max(JobRow.place)).where(*here).scalar_subquery()


def _first_waiting(row: JobRow) -> ScalarSelect[float]:
    here = (JobRow.queue == row.queue, JobRow.priority == row.priority)
    is_fresh = (JobRow.state == JobState.QUEUED, JobRow.started_at.is_(None))
    return select(func.min(JobRow.place)).where(*here, *is_fresh).scalar_subquery()


def _ahead(session: Session, row: JobRow, clock: float) -> float:
    """The owner's other work of this priority, as far as the clock has not passed it: each job
    counts for as long as this one takes at most."""
    left = JobRow.place + JobRow.work - clock
    counted = _smaller(left, _smaller(JobRow.work, literal(row.work)))
    total: float | None = session.scalar(
        select(func.sum(counted)).where(
            JobRow.owner_id == row.owner_id,
            JobRow.queue == row.queue,
            JobRow.state.in_([JobState.QUEUED, JobState.RUNNING]),
            JobRow.priority == row.priority,
            left > 0,
        )
    )
    return total or 0.0


def _smaller(
    one: SQLColumnExpression[float], other: SQLColumnExpression[float]
) -> ColumnElement[float]:
    # The function of that name is called `min` by one of our databases and `least` by the other.
    return case((one < other, one), else_=other)
