"""Table audit_entries: append only."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt, Id


class AuditEntry(Base):
    """One act on record: `actor` did `action` to the `subject` (type and id), with details."""

    __tablename__ = "audit_entries"

    id: Mapped[Id]
    at: Mapped[CreatedAt]
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    address: Mapped[str | None] = mapped_column(String(45))

    __table_args__ = (
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_subject", "subject_type", "subject_id"),
    )
