"""Tables of fixes: what people have put right in transcripts, or would."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare.accounts.models import User
from mediashare.db.base import Base, CreatedAt, Id
from mediashare.library.models import Episode

# When a word is heard, the word, and how sure the recogniser was.
Heard = tuple[int, int, str, float | None]


class FixState(StrEnum):
    """What became of a fix: the words of an applied one are those of the transcript."""

    SUGGESTED = "suggested"
    APPLIED = "applied"
    REJECTED = "rejected"
    UNDONE = "undone"


class Fix(Base):
    """What one person has changed at once: one line, or with `wanted` the same words everywhere.

    People stay named by their ids; who has left is nobody in particular.
    """

    __tablename__ = "fixes"

    id: Mapped[Id]
    episode_id: Mapped[str] = mapped_column(ForeignKey("episodes.id", ondelete="CASCADE"))
    author_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[FixState] = mapped_column(default=FixState.SUGGESTED)
    wanted: Mapped[str | None] = mapped_column(Text)
    replacement: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    undone_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    undone_at: Mapped[datetime | None]

    author: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[author_id])
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])
    undone_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[undone_by_id])
    episode: Mapped[Episode] = relationship(lazy="raise")
    lines: Mapped[list["FixedLine"]] = relationship(
        lazy="raise",
        order_by="FixedLine.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (Index("ix_fixes_episode_id_created_at", "episode_id", "created_at"),)


class FixedLine(Base):
    """One line of a fix, before and after; `line_id` is that of the segment.

    `confirmed` are the positions of words in `after` that the person has listened to. `heard` are
    the words as they stood before, `[start, end, text, confidence]` with times from the start of
    the line, so that an undo gives them back exactly.
    """

    __tablename__ = "fixed_lines"

    fix_id: Mapped[str] = mapped_column(
        ForeignKey("fixes.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[str] = mapped_column(String(32), index=True)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    confirmed: Mapped[list[int]] = mapped_column(JSON, default=list)
    heard: Mapped[list[Heard]] = mapped_column(JSON, default=list)
