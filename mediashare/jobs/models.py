"""Tables of what must be done, who does it now, and how it went; and of who is there to do it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt, Id


class JobState(StrEnum):
    """Queued until claimed, running under a lease, then one of the three ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobRow(Base):
    """One job. `attempt` counts the claims and is the fencing token: whoever holds an older
    number has lost the job and may not write its result."""

    __tablename__ = "jobs"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    queue: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    priority: Mapped[int] = mapped_column(default=0)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int]
    run_after: Mapped[CreatedAt]
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[float] = mapped_column(default=0.0)
    error: Mapped[str | None] = mapped_column(Text)
    error_detail: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_jobs_claim", "state", "queue", "run_after"),
        Index("ix_jobs_subject", "subject"),
        Index("ix_jobs_owner_id_state", "owner_id", "state"),
    )


class WorkerReport(Base):
    """What a worker process says of itself; renewed as long as it lives."""

    __tablename__ = "worker_reports"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    queues: Mapped[str] = mapped_column(String(80))
    speech: Mapped[str] = mapped_column(Text)
    sandbox: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[CreatedAt]
