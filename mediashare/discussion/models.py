"""Table comments."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare.accounts.models import User
from mediashare.db.base import Base, CreatedAt, Id
from mediashare.library.models import Episode


class Unplayed(StrEnum):
    """Why the moment that a comment is about can't be played any more, or not at present."""

    CUT = "cut"
    EARLIER = "earlier"
    LATER = "later"


class Comment(Base):
    """A comment on an episode, on a moment of it, or on another comment.

    `start_ms` and `end_ms` are times of what is played now; both are None, and `unplayed` says
    why, where the moment is not played. Once an episode has been edited, `recording_id` and the
    `recorded` times say which moment of which recording is meant, whatever is played.
    A deleted comment that has replies stays as a row without its words.
    """

    __tablename__ = "comments"

    id: Mapped[Id]
    episode_id: Mapped[str] = mapped_column(ForeignKey("episodes.id", ondelete="CASCADE"))
    author_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[str | None] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), index=True
    )
    body: Mapped[str] = mapped_column(Text)
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    recording_id: Mapped[str | None] = mapped_column(
        ForeignKey("recordings.id", ondelete="SET NULL"), index=True
    )
    recorded_start_ms: Mapped[int | None]
    recorded_end_ms: Mapped[int | None]
    unplayed: Mapped[Unplayed | None]
    created_at: Mapped[CreatedAt]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]

    author: Mapped[User] = relationship(lazy="raise")
    episode: Mapped[Episode] = relationship(lazy="raise")

    __table_args__ = (Index("ix_comments_episode_id_created_at", "episode_id", "created_at"),)

    @property
    def start(self) -> float | None:
        """Where the moment starts, in seconds; None when it is about the whole episode."""
        return None if self.start_ms is None else self.start_ms / 1000

    @property
    def end(self) -> float | None:
        """Where the moment ends, in seconds, if it has an end."""
        return None if self.end_ms is None else self.end_ms / 1000

    @property
    def recorded_start(self) -> float | None:
        """Where the moment starts in its recording, in seconds; None before any edit."""
        return None if self.recorded_start_ms is None else self.recorded_start_ms / 1000

    @property
    def counts(self) -> bool:
        """Whether it is one of the comments that the page says there are."""
        return self.deleted_at is None and self.hidden_at is None
