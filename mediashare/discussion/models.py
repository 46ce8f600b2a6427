"""Table comments."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare.accounts.models import User
from mediashare.db.base import Base, CreatedAt, Id
from mediashare.library.models import Episode


class Comment(Base):
    """A comment on an episode, on a moment of it, or on another comment.

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
    def counts(self) -> bool:
        """Whether it is one of the comments that the page says there are."""
        return self.deleted_at is None and self.hidden_at is None
