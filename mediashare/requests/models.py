"""Tables of requests, who wants them, and what is offered for them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare.accounts.models import User
from mediashare.db.base import Base, CreatedAt, Id
from mediashare.groups.models import Group
from mediashare.library.models import Episode

WORD_LENGTH = 80


class RequestState(StrEnum):
    """Answered: whoever asked has said so. Closed: nobody needs it any more."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Request(Base):
    """A question that asks for a clip, asked of all members, or of one group."""

    __tablename__ = "requests"

    id: Mapped[Id]
    asker_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[str | None] = mapped_column(
        ForeignKey("groups.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    details: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    want_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[CreatedAt]
    settled_at: Mapped[datetime | None]

    asker: Mapped[User] = relationship(lazy="raise")
    group: Mapped[Group | None] = relationship(lazy="raise")

    __table_args__ = (Index("ix_requests_state_created_at", "state", "created_at"),)

    @property
    def path(self) -> str:
        """Where its page is on this site."""
        return f"/r/{self.id}"

    @property
    def wanted_by(self) -> int:
        """How many people want it; whoever asked is one of them."""
        return 1 + self.want_count


class RequestWant(Base):
    """One person who wants the same."""

    __tablename__ = "request_wants"

    request_id: Mapped[str] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[CreatedAt]


class RequestWord(Base):
    """A word that stands in a request, without its ending: what open requests are found by."""

    __tablename__ = "request_words"

    word: Mapped[str] = mapped_column(String(WORD_LENGTH), primary_key=True)
    request_id: Mapped[str] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class PlannedAnswer(Base):
    """An episode that was made for a request, and is to be offered for it once it is published."""

    __tablename__ = "planned_answers"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    request_id: Mapped[str] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[CreatedAt]


class Answer(Base):
    """An episode, or a moment of it, that somebody offers for a request."""

    __tablename__ = "answers"

    id: Mapped[Id]
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"))
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    start_ms: Mapped[int] = mapped_column(default=0)
    end_ms: Mapped[int | None]
    offered_by_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    accepted_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    episode: Mapped[Episode] = relationship(lazy="raise")
    offered_by: Mapped[User] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint(
            "request_id", "episode_id", "start_ms", name="uq_answers_request_id_episode_id_start_ms"
        ),
    )

    @property
    def start(self) -> float:
        """From which second on it answers."""
        return self.start_ms / 1000

    @property
    def path(self) -> str:
        """Where it plays, on this site; the episode is loaded."""
        if not self.start_ms and self.end_ms is None:
            return self.episode.path
        end = "" if self.end_ms is None else f"&end={self.end_ms / 1000:g}"
        return f"{self.episode.path}?t={self.start:g}{end}"
