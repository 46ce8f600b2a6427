"""The queue in the database: put, claim, keep, finish, retry, cancel, sweep.

Every change of a running job names the attempt it was claimed with, so that a worker which lost
its lease (stopped for too long, cut off) can't overwrite what its successor did.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.errors import ConflictError, NotFoundError
from mediashare.jobs import order
from mediashare.jobs.job import Extent, Job
from mediashare.jobs.models import JobRow, JobState
from mediashare.sentences import said

# Waits of 10 s, 40 s, 160 s …, as long as it takes a restarted store or database to be back.
BACKOFF_S = 10.0
BACKOFF_FACTOR = 4
# From here on waits grow no more: attempts go on being counted when somebody starts a job anew.
LAST_STEP = 5
ERROR_LENGTH = 2000
# What people read of work that was cancelled though what it is about is still there.
STOPPED = said("Stopped by an admin.")
WITHDRAWN = said("Something newer has taken its place.")


class LeaseLostError(ConflictError):
    """Another worker has taken the job over; what was done here does not count."""

    message = said("The job was taken over by another worker.")


class JobCancelledError(ConflictError):
    """Somebody does not want the job's result any more; it must not be stored."""

    message = said("The job was cancelled.")


class JobNotFoundError(NotFoundError):
    """No such job."""

    message = said("There is no such job.")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a worker can do now: jobs of at most so many seconds of work, and so many bytes of
    scratch `room` now, `most_room` when all else there is done. None means any number."""

    work: float | None = None
    room: int | None = None
    most_room: int | None = None


ANYTHING = Limits()
UNKNOWN = Extent()


def put(
    session: Session,
    job: Job,
    *,
    owner_id: str | None = None,
    priority: int | None = None,
    extent: Extent = UNKNOWN,
) -> JobRow:
    """Ask for a job as part of the caller's transaction: no commit, no job.

    `extent` says how much it is about, and `priority` takes the place of that of the job's kind.
    """
    row = JobRow(
        kind=job.kind,
        queue=job.queue.value,
        subject=job.subject,
        owner_id=owner_id,
        payload=job.payload(),
        priority=job.priority if priority is None else priority,
        work=job.work(extent),
        room=job.room(extent),
        max_attempts=job.max_attempts,
    )
    order.give_turn(session, row)
    session.add(row)
    _wake_after_commit(session, job.queue.value)
    return row


def claim(
    session: Session,
    queues: Collection[str],
    *,
    worker: str,
    lease: timedelta,
    limits: Limits = ANYTHING,
) -> JobRow | None:
    """Take the job of these queues whose turn it is, or None when there is nothing to take.

    A running job whose lease has ended had its turn already, so it goes first. One that must wait
    for room keeps those behind it waiting too, or else it might wait for ever.
    """
    now = clock.now()
    row = _find_next(session, queues, limits, now)
    if row is None or (limits.room is not None and row.room > limits.room):
        return None
    row.state = JobState.RUNNING
    row.attempt += 1
    row.lease_owner = worker
    row.lease_until = now + lease
    row.started_at = now
    row.progress = 0.0
    row.ends_at = None
    session.flush()
    return row


def renew(session: Session, job_id: str, attempt: int, *, lease: timedelta) -> bool:
    """Keep a running job for another `lease`; True when its cancellation was asked for.

    Raises LeaseLostError when the job is no longer ours.
    """
    _update_own(session, job_id, attempt, lease_until=clock.now() + lease)
    return bool(session.scalar(select(JobRow.cancel_requested).where(JobRow.id == job_id)))


def report_progress(
    session: Session, job_id: str, attempt: int, progress: float, ends_at: datetime | None = None
) -> None:
    """Note how far a running job is, from 0 to 1, and when it will be done, if that is known."""
    shown = min(1.0, max(0.0, progress))
    _update_own(session, job_id, attempt, progress=shown, ends_at=ends_at)


def finish(session: Session, job_id: str, attempt: int) -> None:
    """The job is done; called in the transaction that stores its result.

    Raises JobCancelledError when it was cancelled meanwhile, so that what was deleted while it
    was worked on stays deleted.
    """
    row = _end(session, job_id, attempt, JobState.DONE, progress=1.0, error=None, error_detail=None)
    if row.cancel_requested:
        raise JobCancelledError


def cancelled(session: Session, job_id: str, attempt: int) -> str:
    """The job stopped because somebody asked for that; the sentence that says who."""
    row = _end(
        session, job_id, attempt, JobState.CANCELLED, error=JobRow.cancel_reason, error_detail=None
    )
    return row.error or STOPPED


def give_up(
    session: Session, job_id: str, attempt: int, *, error: str, detail: str | None = None
) -> None:
    """The job has failed for good, with a reason that people can read."""
    _end(session, job_id, attempt, JobState.FAILED, error=error[:ERROR_LENGTH], error_detail=detail)


def retry_later(
    session: Session, job_id: str, attempt: int, *, error: str, detail: str | None = None
) -> None:
    """The job failed in a way that may pass: wait longer after each attempt, then try again."""
    step = min(attempt, LAST_STEP) - 1
    delay = timedelta(seconds=BACKOFF_S * BACKOFF_FACTOR**step)
    _update_own(
        session,
        job_id,
        attempt,
        state=JobState.QUEUED,
        lease_owner=None,
        lease_until=None,
        run_after=clock.now() + delay,
        error=error[:ERROR_LENGTH],
        error_detail=detail,
    )


def hand_back(session: Session, job_id: str, attempt: int) -> None:
    """The worker is being stopped: another may start the job at once, at no cost in attempts."""
    row = _update_own(
        session,
        job_id,
        attempt,
        state=JobState.QUEUED,
        lease_owner=None,
        lease_until=None,
        max_attempts=JobRow.max_attempts + 1,
    )
    _wake_after_commit(session, row.queue)


def restart(session: Session, job_id: str) -> JobRow:
    """Somebody wants a failed or cancelled job tried again from the beginning."""
    row = session.get(JobRow, job_id)
    if row is None:
        raise JobNotFoundError
    if row.state not in {JobState.FAILED, JobState.CANCELLED}:
        raise ConflictError(said("Only a failed or cancelled job can be tried again."))
    order.give_turn(session, row)
    row.state = JobState.QUEUED
    row.max_attempts = row.attempt + Job.max_attempts
    row.run_after = clock.now()
    row.error = row.error_detail = row.cancel_reason = None
    row.cancel_requested = False
    row.started_at = row.finished_at = None
    row.progress = 0.0
    _wake_after_commit(session, row.queue)
    return row


def cancel(session: Session, subject: str, *, reason: str = STOPPED) -> set[str]:
    """Stop everything about `subject`: what waits at once, what runs at its next heartbeat.

    The kinds that waited are returned: no worker will say that they have ended.
    """
    # The first round waits for jobs that are just finishing or being claimed; the second finds
    # what the finishing ones have put.
    about = JobRow.subject == subject
    rounds = [_cancel_active(session, about, reason) for _round in range(2)]
    return {kind for states in rounds for kind, state in states if state is JobState.CANCELLED}


def cancel_one(session: Session, job_id: str, *, reason: str) -> bool:
    """Stop one job; True when it waited and has ended now, so that no worker will tell of it."""
    states = _cancel_active(session, JobRow.id == job_id, reason)
    if not states:
        raise ConflictError(said("Only what waits or runs can be stopped."))
    return states[0][1] is JobState.CANCELLED


def withdraw(
    session: Session, subject: str, queues: Collection[str], *, waits: bool = True
) -> None:
    """End at once what waits or runs about `subject` in these queues, because something newer
    takes its place. Nobody is told: whoever works on it has lost it, and stores nothing.

    With `waits`, a job that is just ending is waited for; without, it is left alone.
    """
    about = (JobRow.subject == subject, JobRow.queue.in_(queues), _is_active())
    # Newest first: the job that makes the newest thing may be ending right now, and will want to
    # withdraw the older ones in its turn. Two rounds as in `cancel`.
    newest_first = (JobRow.created_at.desc(), JobRow.id.desc())
    for _round in range(2):
        found = session.scalars(
            select(JobRow.id)
            .where(*about)
            .order_by(*newest_first)
            .with_for_update(skip_locked=not waits)
        ).all()
        session.execute(
            update(JobRow)
            .where(JobRow.id.in_(found))
            .values(
                state=JobState.CANCELLED,
                finished_at=clock.now(),
                lease_owner=None,
                lease_until=None,
                error=WITHDRAWN,
            )
            .execution_options(synchronize_session=False)
        )


def count_waiting(session: Session) -> Mapping[str, int]:
    """How many jobs of each queue could start now: what the sweeper sends messages for."""
    query = select(JobRow.queue, func.count()).where(_is_waiting()).group_by(JobRow.queue)
    return dict(session.execute(query).all())


def is_anything_waiting(session: Session, queue: str) -> bool:
    """Whether some job of the queue could start now, were there a worker with time and room."""
    # Two conditions, each along its own part of the index, instead of one over the whole queue.
    here = and_(JobRow.queue == queue, JobRow.attempt < JobRow.max_attempts)
    found = select(or_(*(exists().where(here, way) for way in _ways_to_wait())))
    return bool(session.scalar(found))


def may_repeat(session: Session, kind: str, *, every: timedelta) -> bool:
    """Whether a periodic job is due: the last one of its kind was asked for long enough ago."""
    recent = exists().where(
        JobRow.kind == kind,
        or_(
            JobRow.created_at > clock.now() - every,
            JobRow.state.in_([JobState.QUEUED, JobState.RUNNING]),
        ),
    )
    return not session.scalar(select(recent))


def list_exhausted(session: Session) -> Sequence[str]:
    """Ids of jobs that took their worker with them in every attempt."""
    return session.scalars(select(JobRow.id).where(_is_exhausted())).all()


def find_exhausted(session: Session, job_id: str) -> JobRow | None:
    """The job, locked, if it still is exhausted and nobody else is about to end it."""
    return session.scalars(
        select(JobRow).where(JobRow.id == job_id, _is_exhausted()).with_for_update(skip_locked=True)
    ).one_or_none()


def _find_next(
    session: Session, queues: Collection[str], limits: Limits, now: datetime
) -> JobRow | None:
    fitting = (
        select(JobRow)
        .where(JobRow.queue.in_(queues), JobRow.attempt < JobRow.max_attempts)
        .limit(1)
        .with_for_update(skip_locked=True, of=JobRow)
    )
    if limits.work is not None:
        fitting = fitting.where(JobRow.work <= limits.work)
    if limits.most_room is not None:
        fitting = fitting.where(JobRow.room <= limits.most_room)
    abandoned = fitting.where(JobRow.state == JobState.RUNNING, JobRow.lease_until < now)
    row = session.scalars(abandoned.order_by(JobRow.turn, JobRow.created_at)).one_or_none()
    if row is not None:
        return row
    waiting = fitting.where(JobRow.state == JobState.QUEUED, JobRow.run_after <= now)
    return session.scalars(waiting.order_by(JobRow.turn, JobRow.created_at)).one_or_none()


def _cancel_active(
    session: Session, which: ColumnElement[bool], reason: str
) -> Sequence[tuple[str, JobState]]:
    # One statement for both states, so that no job changes from one to the other in between.
    waits = JobRow.state == JobState.QUEUED
    cancelled = literal(JobState.CANCELLED, JobRow.state.type)
    rows = session.execute(
        update(JobRow)
        .where(which, _is_active())
        .values(
            state=case((waits, cancelled), else_=JobRow.state),
            finished_at=case((waits, clock.now())),
            error=case((waits, reason), else_=JobRow.error),
            cancel_requested=True,
            cancel_reason=reason,
        )
        .returning(JobRow.kind, JobRow.state)
        .execution_options(synchronize_session=False)
    )
    return [(row.kind, row.state) for row in rows]


def _is_active() -> ColumnElement[bool]:
    return JobRow.state.in_([JobState.QUEUED, JobState.RUNNING])


def _is_exhausted() -> ColumnElement[bool]:
    return and_(
        JobRow.state == JobState.RUNNING,
        JobRow.lease_until < clock.now(),
        JobRow.attempt >= JobRow.max_attempts,
    )


def _is_waiting() -> ColumnElement[bool]:
    return and_(JobRow.attempt < JobRow.max_attempts, or_(*_ways_to_wait()))


def _ways_to_wait() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    now = clock.now()
    return (
        and_(JobRow.state == JobState.QUEUED, JobRow.run_after <= now),
        and_(JobRow.state == JobState.RUNNING, JobRow.lease_until < now),
    )


def _end(session: Session, job_id: str, attempt: int, state: JobState, **values: object) -> JobRow:
    return _update_own(
        session,
        job_id,
        attempt,
        state=state,
        lease_owner=None,
        lease_until=None,
        finished_at=clock.now(),
        **values,
    )


def _update_own(session: Session, job_id: str, attempt: int, **values: object) -> JobRow:
    row = session.scalars(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.attempt == attempt, JobRow.state == JobState.RUNNING)
        .values(**values)
        .returning(JobRow)
    ).one_or_none()
    if row is None:
        raise LeaseLostError
    return row


def _wake_after_commit(session: Session, queue: str) -> None:
    session.info.setdefault("wake", []).append(queue)
