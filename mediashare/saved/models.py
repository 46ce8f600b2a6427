"""Tables of saved searches and of what they have found."""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.base import Base, CreatedAt, Id

NAME_LENGTH = 120
# Clips that were published longer ago are never new.
NEW_FOR = timedelta(days=60)


class Alert(StrEnum):
    """How whoever has saved a search is told of what is new in it: not at all, by a note as soon
    as something is found, or by one note a day for all of them."""

    NONE = "none"
    INBOX = "inbox"
    DIGEST = "digest"


def key_of(query: str) -> str:
    """What tells a search from others: its words count whatever their case, but for capitals."""
    parts = dict(parse_qsl(query))
    words = parts.get("q", "").split()
    parts["q"] = " ".join(word if word.isupper() else word.lower() for word in words)
    return sha256(urlencode(parts).encode()).hexdigest()


def _make_key(context: DefaultExecutionContext) -> str:
    return key_of(context.get_current_parameters()["query"])  # type: ignore[no-untyped-call]  # SQLAlchemy's


class SavedSearch(Base):
    """One person's search: `query` is the query string of its page, in one normal form, and
    `query_key` short enough for an index.

    Clips published since `knows_since` were looked through when it was saved. What was found since
    `seen_at` is new; the last daily note was at `told_at`. A feed is read with the token
    `feed_token_id`, which is good for this search alone.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("user_id", "query_key"),)

    id: Mapped[Id]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    query: Mapped[str] = mapped_column(Text)
    query_key: Mapped[str] = mapped_column(String(64), default=_make_key)
    alert: Mapped[Alert] = mapped_column(default=Alert.NONE)
    feed_token_id: Mapped[str | None] = mapped_column(
        ForeignKey("api_tokens.id", ondelete="SET NULL"), unique=True
    )
    knows_since: Mapped[datetime] = mapped_column(default=lambda: clock.now() - NEW_FOR)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    told_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_at: Mapped[CreatedAt]

    user: Mapped[User] = relationship(lazy="raise")

    @property
    def path(self) -> str:
        """Its page of results, on this site."""
        return f"/search?{self.query}"


class SavedHit(Base):
    """An episode that a saved search has found: it is told of once, however often it is found."""

    __tablename__ = "saved_hits"

    search_id: Mapped[str] = mapped_column(
        ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True
    )
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    found_at: Mapped[CreatedAt]
    told_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_saved_hits_search_id_found_at", "search_id", "found_at"),)
