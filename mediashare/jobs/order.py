"""Whose turn it is: fair shares between people, short before long, and nobody last for ever.

Every queue has a clock that counts work instead of time: it stands at the greatest place of the
jobs that were started. A job's place is where that clock would stand at its end if each person had
a worker of their own that did all of their jobs at once, in even slices: then a job waits for each
other one at most as long as it takes itself. So forty jobs of one person lie one behind the other,
while the first of somebody else lies beside them; a short one lies before a long one that came
earlier, but places only grow, so that in the end it is the long one's turn.

The turn is the place, less a head start for each step of priority. It is known as soon as the job
is put and never changes while the job waits, so a claim only takes the smallest.
"""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from mediashare.jobs.models import JobRow, JobState

# As much as the longest recording: what one step of priority is ahead of, counted as work.
HEAD_START_S = 4 * 3600.0


def give_turn(session: Session, row: JobRow) -> None:
    """Put a job, which does not wait yet, behind what its owner already has in that queue."""
    row.place = _clock(session, row.queue) + _ahead(session, row) + row.work
    row.turn = row.place - row.priority * HEAD_START_S


def _clock(session: Session, queue: str) -> float:
    place = session.scalar(
        select(JobRow.place)
        .where(JobRow.queue == queue, JobRow.started_at.is_not(None))
        .order_by(JobRow.place.desc())
        .limit(1)
    )
    return place or 0.0


def _ahead(session: Session, row: JobRow) -> float:
    """The owner's other work, each job counted for as long as this one takes at most."""
    counted = case((JobRow.work < row.work, JobRow.work), else_=row.work)
    total = session.scalar(
        select(func.sum(counted)).where(
            JobRow.owner_id == row.owner_id,
            JobRow.queue == row.queue,
            JobRow.state.in_([JobState.QUEUED, JobState.RUNNING]),
            JobRow.priority >= row.priority,
        )
    )
    return total or 0.0
