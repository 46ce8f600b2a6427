"""Tables of the check before publishing: when it was made, what it found, and watched words."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt, Id

LONGEST_WORD = 80


class FindingKind(StrEnum):
    """What may have slipped out; the first one counts where two are the same words."""

    KEY = "key"
    PASSWORD = "password"  # noqa: S105 - the name of a kind
    CARD = "card"
    EMAIL = "email"
    PHONE = "phone"
    WATCHED = "watched"


class FindingState(StrEnum):
    """`gone` is what the words do not say any more, though nobody has muted it."""

    OPEN = "open"
    MUTED = "muted"
    KEPT = "kept"
    GONE = "gone"


class Check(Base):
    """That the words of an episode were looked through, when, and when its author was told last
    of what was found."""

    __tablename__ = "checks"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    checked_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class Finding(Base):
    """A stretch of an episode in which something may have slipped out.

    Times are milliseconds of the recording, as those of edits are, so that no edit moves them.
    `masked` tells people which one it is without saying it: the words themselves are kept nowhere
    but in the transcript, and are gone when they are gone there.
    """

    __tablename__ = "findings"

    id: Mapped[Id]
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[FindingKind]
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    masked: Mapped[str] = mapped_column(String(80))
    state: Mapped[FindingState] = mapped_column(default=FindingState.OPEN)
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class WatchedWord(Base):
    """A word, or a few, that moderators want to know of before others hear it; case-folded."""

    __tablename__ = "watched_words"

    id: Mapped[Id]
    word: Mapped[str] = mapped_column(String(LONGEST_WORD), unique=True)
    added_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]
