"""Tables of reports and the decisions on them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare.accounts.models import User
from mediashare.db.base import Base, CreatedAt, Id
from mediashare.library.models import Episode


class TargetType(StrEnum):
    """What can be reported."""

    EPISODE = "episode"
    COMMENT = "comment"


class Reason(StrEnum):
    """Why something is reported."""

    CONFIDENTIAL = "confidential"
    PERSONAL_DATA = "personal_data"
    ABUSE = "abuse"
    WRONG = "wrong"
    SPAM = "spam"
    OTHER = "other"


class Action(StrEnum):
    """What a moderator decides."""

    HIDE = "hide"
    RESTORE = "restore"
    DISMISS = "dismiss"


class Report(Base):
    """One person's report of an episode or comment, perhaps at a moment of it."""

    __tablename__ = "reports"

    id: Mapped[Id]
    reporter_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    target_type: Mapped[TargetType]
    target_id: Mapped[str] = mapped_column(String(32))
    episode_id: Mapped[str] = mapped_column(ForeignKey("episodes.id", ondelete="CASCADE"))
    reason: Mapped[Reason]
    note: Mapped[str] = mapped_column(Text, default="")
    at_ms: Mapped[int | None]
    created_at: Mapped[CreatedAt]
    decided_at: Mapped[datetime | None]

    reporter: Mapped[User | None] = relationship(lazy="raise")
    episode: Mapped[Episode] = relationship(lazy="raise")

    __table_args__ = (
        Index("ix_reports_decided_at_created_at", "decided_at", "created_at"),
        Index("ix_reports_target", "target_type", "target_id"),
    )

    @property
    def at(self) -> float | None:
        """The second that the report is about, if it names one."""
        return None if self.at_ms is None else self.at_ms / 1000


class Decision(Base):
    """What a moderator decided on a report, and why."""

    __tablename__ = "decisions"

    id: Mapped[Id]
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    moderator_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    action: Mapped[Action]
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]

    report: Mapped[Report] = relationship(lazy="raise")
    moderator: Mapped[User | None] = relationship(lazy="raise")
