"""Tables of the outline of an episode: its chapters, and its summary in a few sentences."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt, Id


class Part(StrEnum):
    """The two parts of an outline; each is kept, changed and removed as a whole."""

    CHAPTERS = "chapters"
    SUMMARY = "summary"


class Standing(StrEnum):
    """Whose word a part is: a machine's, a person's, or nobody's, because a person removed it.

    A machine only ever replaces what is proposed.
    """

    PROPOSED = "proposed"
    KEPT = "kept"
    REMOVED = "removed"


class Outline(Base):
    """That an episode has an outline, and how each part of it stands."""

    __tablename__ = "outlines"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    chapters: Mapped[Standing] = mapped_column(default=Standing.PROPOSED)
    summary: Mapped[Standing] = mapped_column(default=Standing.PROPOSED)
    updated_at: Mapped[CreatedAt]

    def standing(self, part: Part) -> Standing:
        """How one part stands."""
        return self.chapters if part is Part.CHAPTERS else self.summary

    def settle(self, part: Part, standing: Standing, now: datetime) -> None:
        """From now on one part stands like this."""
        setattr(self, part.value, standing)
        self.updated_at = now


class _Placed:
    """What has its place in an episode.

    `start_ms` is the time in what is played now, None where it is not played at present. Once the
    episode has been edited, `recording_id` and `recorded_ms` say which moment of which recording
    is meant, whatever is played; it is the same with comments.
    """

    id: Mapped[Id]
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    start_ms: Mapped[int | None]
    recording_id: Mapped[str | None] = mapped_column(
        ForeignKey("recordings.id", ondelete="SET NULL"), index=True
    )
    recorded_ms: Mapped[int | None]


class Chapter(_Placed, Base):
    """What an episode is about from a moment on, until the next chapter begins. `length_ms` is how
    long the stretch is that a machine took the title from; 0 where a person wrote it."""

    __tablename__ = "chapters"

    title: Mapped[str] = mapped_column(String(120))
    length_ms: Mapped[int] = mapped_column(default=0)


class SummarySentence(_Placed, Base):
    """One sentence of what an episode says in short. `length_ms` is how long it is spoken, where
    it was taken from the transcript; 0 where a person wrote it."""

    __tablename__ = "summary_sentences"

    text: Mapped[str] = mapped_column(Text)
    length_ms: Mapped[int] = mapped_column(default=0)
