"""Tables of episodes: the clips themselves, their tags, the groups that may see them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare.accounts.models import User
from mediashare.db.base import Base, CreatedAt, Id, SentenceText
from mediashare.groups.models import Group


class EpisodeState(StrEnum):
    """How far the clip is: `ready` means playable, not that every step is done."""

    DRAFT = "draft"
    PROCESSING = "processing"
    READY = "ready"
    HIDDEN = "hidden"
    FAILED = "failed"


class EpisodeKind(StrEnum):
    """Audio is first class: it is never turned into fake video."""

    AUDIO = "audio"
    VIDEO = "video"


class Audience(StrEnum):
    """Who may see an episode once it is published."""

    PRIVATE = "private"
    GROUP = "group"
    INTERNAL = "internal"
    UNLISTED = "unlisted"
    PUBLIC = "public"


# The widths of pictures, in points; a smaller picture has its own width as its largest.
POSTER_WIDTHS = (320, 640, 1280)
POSTER_NAME = re.compile(r"([0-9a-f]{32})-([0-9]+)x([0-9]+)\.jpg")


@dataclass(frozen=True)
class Poster:
    """The picture that stands for an episode. The name of its JPEG tells the names of its other
    files, so that lists need not look for them: `<id>-1280x720.jpg` has `<id>-320.webp` beside it.
    """

    picture_id: str
    width: int
    height: int

    @classmethod
    def named(cls, name: str) -> Self | None:
        """The poster whose JPEG has this name; None for one that is a single file."""
        found = POSTER_NAME.fullmatch(name)
        return cls(found[1], int(found[2]), int(found[3])) if found else None

    @property
    def jpeg(self) -> str:
        """The name of the file that feeds and old programs understand."""
        return f"{self.picture_id}-{self.width}x{self.height}.jpg"

    @property
    def widths(self) -> Sequence[int]:
        """How wide its WebPs are, smallest first."""
        return [*(width for width in POSTER_WIDTHS if width < self.width), self.width]

    def webp(self, width: int) -> str:
        """The name of one of its WebPs."""
        return f"{self.picture_id}-{width}.webp"


class Episode(Base):
    """One audio or video clip.

    `state` never says hidden in the table: `hidden_at` does, beside it, so that processing can
    go on behind a hidden episode and restoring it needs no memory of what it was.
    One that `is_held` is not published, whatever its author wants, before what is said in it has
    been checked.
    The counters are written by the slices that own the ratings, comments and outcomes.
    By the day `review_by` somebody is to look at it again; it was `review_days` ahead when it was
    set, and is again when somebody has said at `checked_at` that all is still true.
    """

    __tablename__ = "episodes"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(String(35))
    tags_text: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[EpisodeKind | None]
    duration_ms: Mapped[int | None]
    audience: Mapped[Audience] = mapped_column(default=Audience.INTERNAL)
    state: Mapped[EpisodeState] = mapped_column(default=EpisodeState.DRAFT)
    failure: Mapped[str | None] = mapped_column(SentenceText)
    publish_when_ready: Mapped[bool] = mapped_column(default=True)
    is_held: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    poster: Mapped[str | None] = mapped_column(String(80))
    rating_sum: Mapped[int] = mapped_column(default=0)
    rating_count: Mapped[int] = mapped_column(default=0)
    solved_count: Mapped[int] = mapped_column(default=0)
    did_not_work_count: Mapped[int] = mapped_column(default=0)
    outdated_count: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int] = mapped_column(default=0)
    play_count: Mapped[int] = mapped_column(default=0)
    review_by: Mapped[date | None]
    review_days: Mapped[int | None]
    review_told_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]

    author: Mapped[User] = relationship(lazy="raise")
    tags: Mapped[list["Tag"]] = relationship(
        secondary="episode_tags", lazy="raise", order_by="Tag.name"
    )
    groups: Mapped[list[Group]] = relationship(
        secondary="episode_groups", lazy="raise", order_by=Group.name
    )

    __table_args__ = (
        Index("ix_episodes_published_at_id", "published_at", "id"),
        Index("ix_episodes_author_id_created_at", "author_id", "created_at"),
        Index("ix_episodes_review_by", "review_by"),
    )

    @property
    def path(self) -> str:
        """Where its page is on this site; `#…` or `?t=` may follow."""
        return f"/e/{self.slug}"

    @property
    def duration(self) -> float | None:
        """Length in seconds, once it is known."""
        return None if self.duration_ms is None else self.duration_ms / 1000

    @property
    def poster_sizes(self) -> Poster | None:
        """The sizes of its poster, or None while there is none, or only a single file."""
        return Poster.named(self.poster) if self.poster else None

    @property
    def shown_state(self) -> EpisodeState:
        """The state that people and programs are told: hidden goes before the others."""
        return EpisodeState.HIDDEN if self.hidden_at else self.state

    @property
    def is_released(self) -> bool:
        """Whether its author has published it, or wants that as soon as it is ready."""
        if self.state is EpisodeState.READY and not self.is_held:
            return self.published_at is not None
        return self.publish_when_ready

    @property
    def rating_average(self) -> float | None:
        """Mean of the stars, or None while nobody has rated."""
        return self.rating_sum / self.rating_count if self.rating_count else None


class Tag(Base):
    """A word that episodes can be found by; `name` is kept normalised."""

    __tablename__ = "tags"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(50), unique=True)


class EpisodeTag(Base):
    """Which episode bears which tag."""

    __tablename__ = "episode_tags"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    tag_id: Mapped[str] = mapped_column(
        ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class EpisodeGroup(Base):
    """Which groups an episode with the audience `group` names."""

    __tablename__ = "episode_groups"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[str] = mapped_column(
        ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, index=True
    )
