"""Tables of what must be done, who does it now, and how it went; and of who is there to do it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, TextClause, text
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt, Id, SentenceText

_IS_STARTED, _IS_FRESH = text("started_at IS NOT NULL"), text("started_at IS NULL")


def _only(condition: TextClause) -> dict[str, Any]:
    """What makes an index one of those rows alone."""
    return {"sqlite_where": condition, "postgresql_where": condition}


class JobState(StrEnum):
    """Queued until claimed, running under a lease, then one of the three ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobRow(Base):
    """One job. `attempt` counts the claims and is the fencing token: whoever holds an older
    number has lost the job and may not write its result.

    `work` and `room` are the seconds and the bytes of scratch that it is expected to take, `place`
    and `turn` say when it is its turn (order.py), `ends_at` when the running attempt will probably
    be over.
    """

    __tablename__ = "jobs"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    queue: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    priority: Mapped[int] = mapped_column(default=0)
    work: Mapped[float] = mapped_column(default=0.0)
    room: Mapped[int] = mapped_column(BigInteger, default=0)
    place: Mapped[float] = mapped_column(default=0.0)
    turn: Mapped[float] = mapped_column(default=0.0)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int]
    run_after: Mapped[CreatedAt]
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    cancel_reason: Mapped[str | None] = mapped_column(SentenceText)
    progress: Mapped[float] = mapped_column(default=0.0)
    ends_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(SentenceText)
    error_detail: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        # Claims walk along the first from its beginning; the others tell how far a queue has come.
        Index("ix_jobs_claim", "queue", "state", "turn", "created_at"),
        Index("ix_jobs_started", *("queue", "priority", "place"), **_only(_IS_STARTED)),
        Index("ix_jobs_fresh", *("queue", "priority", "state", "place"), **_only(_IS_FRESH)),
        Index("ix_jobs_subject", "subject"),
        Index("ix_jobs_owner_id_queue_state", "owner_id", "queue", "state"),
        Index("ix_jobs_state_finished_at", "state", "finished_at"),
        Index("ix_jobs_created_at_id", "created_at", "id"),
    )


class WorkerReport(Base):
    """What a worker process says of itself; renewed as long as it lives.

    `room` is the bytes of scratch that another job could have now.
    """

    __tablename__ = "worker_reports"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    queues: Mapped[str] = mapped_column(String(80))
    speech: Mapped[str] = mapped_column(SentenceText)
    sandbox: Mapped[str] = mapped_column(SentenceText)
    room: Mapped[int | None] = mapped_column(BigInteger)
    seen_at: Mapped[CreatedAt]
