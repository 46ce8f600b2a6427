"""Tables of playlists and of what is in them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.base import Base, CreatedAt, Id
from mediashare.groups.models import Group
from mediashare.library.models import Audience, Episode

TITLE_LENGTH, NOTE_LENGTH = 200, 500


class Playlist(Base):
    """One person's list. Its audience is `private`, `internal`, or `group`: the members of one
    group; where that group is gone, nobody but the owner sees the list."""

    __tablename__ = "playlists"

    id: Mapped[Id]
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    group_id: Mapped[str | None] = mapped_column(
        ForeignKey("groups.id", ondelete="SET NULL"), index=True
    )
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[Audience] = mapped_column(default=Audience.PRIVATE)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)

    owner: Mapped[User] = relationship(lazy="raise")
    group: Mapped[Group | None] = relationship(lazy="raise")

    __table_args__ = (
        Index("ix_playlists_owner_id_updated_at", "owner_id", "updated_at"),
        Index("ix_playlists_audience_updated_at", "audience", "updated_at"),
    )

    @property
    def path(self) -> str:
        """Where its page is on this site."""
        return f"/pl/{self.id}"


class PlaylistItem(Base):
    """An episode in a playlist, or a span of it: `end_ms` 0 means to its end. Items stand in the
    order of `position`, which may have gaps; each span is there once."""

    __tablename__ = "playlist_items"

    id: Mapped[Id]
    playlist_id: Mapped[str] = mapped_column(ForeignKey("playlists.id", ondelete="CASCADE"))
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    added_by_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    position: Mapped[int]
    start_ms: Mapped[int] = mapped_column(default=0)
    end_ms: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    created_at: Mapped[CreatedAt]

    playlist: Mapped[Playlist] = relationship(lazy="raise")
    episode: Mapped[Episode] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("playlist_id", "episode_id", "start_ms", "end_ms"),
        Index("ix_playlist_items_playlist_id_position", "playlist_id", "position"),
    )

    @property
    def is_clip(self) -> bool:
        """Whether it is less than the whole episode."""
        return bool(self.start_ms or self.end_ms)

    @property
    def start(self) -> float:
        """From which second on it plays."""
        return self.start_ms / 1000

    @property
    def end(self) -> float | None:
        """Until which second it plays; None: to the end of the episode."""
        return self.end_ms / 1000 if self.end_ms else None

    @property
    def length_ms(self) -> int:
        """How long it plays, as far as that is known; the episode is loaded."""
        return max(0, (self.end_ms or self.episode.duration_ms or 0) - self.start_ms)

    @property
    def path(self) -> str:
        """Where it plays as a part of its list, on this site; the episode is loaded."""
        start = f"t={self.start:.10g}&" if self.is_clip else ""
        end = f"end={self.end:.10g}&" if self.end is not None else ""
        return f"{self.episode.path}?{start}{end}list={self.playlist_id}&item={self.id}"
