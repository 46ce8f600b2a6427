"""Tables of ratings and outcomes."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt


class Rating(Base):
    """One person's stars for one episode, 1 to 5."""

    __tablename__ = "ratings"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    stars: Mapped[int]
    created_at: Mapped[CreatedAt]

    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),)


class Verdict(StrEnum):
    """What came of an episode for the person who needed it."""

    SOLVED = "solved"
    DID_NOT_WORK = "did_not_work"
    OUTDATED = "outdated"


class Outcome(Base):
    """One person's verdict on one episode, with a line of context if they like."""

    __tablename__ = "outcomes"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    verdict: Mapped[Verdict]
    note: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[CreatedAt]
