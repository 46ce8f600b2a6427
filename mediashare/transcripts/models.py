"""Tables of speech: transcripts, the chunks they are made in, segments and words."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare.db.base import Base, CreatedAt, Id, SentenceText


class TranscriptState(StrEnum):
    """`none` is a result: no speech was found, or recognition is switched off."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    NONE = "none"
    FAILED = "failed"


class Origin(StrEnum):
    """Who wrote the words; `translation` is a recogniser that has put them into English."""

    RECOGNISER = "recogniser"
    AUTHOR = "author"
    TRANSLATION = "translation"


class Transcript(Base):
    """What is said in one episode: the words as they are spoken, which are primary, or beside them
    the same in another language, at most once in each.

    `language` is what is spoken most of the time: as the author has said, or where
    `is_language_heard`, as a recogniser heard it, which may hear others in some parts.
    `note` is the sentence shown with it, such as why it failed. `is_draft` marks the work of an
    engine that is known to be rough. `sent_to` is the host that the sound was sent to, where no
    machine of this house has recognised it. `heard` are the spans `[start, end]` of the recording,
    in milliseconds, that the recogniser listened to and whose words are still here; None where
    that is simply what is played.
    """

    __tablename__ = "transcripts"

    id: Mapped[Id]
    episode_id: Mapped[str] = mapped_column(ForeignKey("episodes.id", ondelete="CASCADE"))
    is_primary: Mapped[bool] = mapped_column(default=True)
    state: Mapped[TranscriptState] = mapped_column(default=TranscriptState.QUEUED)
    origin: Mapped[Origin] = mapped_column(default=Origin.RECOGNISER)
    language: Mapped[str | None] = mapped_column(String(35))
    is_language_heard: Mapped[bool] = mapped_column(default=False)
    engine: Mapped[str | None] = mapped_column(String(30))
    model: Mapped[str | None] = mapped_column(String(120))
    sent_to: Mapped[str | None] = mapped_column(String(260))
    is_draft: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(SentenceText)
    heard: Mapped[list[list[int]] | None] = mapped_column(JSON)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]

    __table_args__ = (
        Index(
            "uq_transcripts_primary",
            "episode_id",
            unique=True,
            sqlite_where=text("is_primary"),
            postgresql_where=text("is_primary"),
        ),
        Index(
            "uq_transcripts_beside",
            "episode_id",
            "language",
            unique=True,
            sqlite_where=text("NOT is_primary"),
            postgresql_where=text("NOT is_primary"),
        ),
    )


class ChunkState(StrEnum):
    """A chunk that failed is a visible gap, not a failed transcript."""

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"


class Chunk(Base):
    """A stretch of speech, at most 28 s, that is recognised, kept and retried on its own.

    `taken_by` is the job that works on it, or did: while that one runs, it is nobody else's.
    `language` is what was heard in it, and `sureness` how sure of that the engine was, from 0 to 1;
    None where nobody listened for that.
    """

    __tablename__ = "chunks"

    transcript_id: Mapped[str] = mapped_column(
        ForeignKey("transcripts.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    state: Mapped[ChunkState] = mapped_column(default=ChunkState.PLANNED)
    taken_by: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[str | None] = mapped_column(String(35))
    sureness: Mapped[float | None]
    error: Mapped[str | None] = mapped_column(SentenceText)


class Segment(Base):
    """A sentence or breath. `confidence` is 0 to 1, or None where the engine gives none.

    `line_id` names it for good, whatever is cut and played, once a person has corrected it or has
    said how: from then on no recogniser touches it.
    `heard` is the text before terms of the glossary were put into it, for a segment that has no
    words of its own; else the words have it.
    `language` is what was heard in it; None where that of the whole transcript was listened for.
    """

    __tablename__ = "segments"

    id: Mapped[int] = mapped_column(primary_key=True)
    transcript_id: Mapped[str] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"))
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    chunk: Mapped[int] = mapped_column(default=0)
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    speaker: Mapped[str | None] = mapped_column(String(80))
    confidence: Mapped[float | None]
    is_suspect: Mapped[bool] = mapped_column(default=False)
    line_id: Mapped[str | None] = mapped_column(String(32))
    heard: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(35))

    words: Mapped[list["Word"]] = relationship(
        lazy="raise", order_by="Word.position", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (Index("ix_segments_transcript_id_start_ms", "transcript_id", "start_ms"),)


class Word(Base):
    """One spoken word and when it is heard, in milliseconds.

    `heard` is what the recogniser had here before a term of the glossary took its place, which may
    be several words; empty where the word before it has that for both; None where nothing was
    replaced.
    """

    __tablename__ = "words"

    segment_id: Mapped[int] = mapped_column(
        ForeignKey("segments.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float | None]
    heard: Mapped[str | None] = mapped_column(Text)


class CutSegment(Base):
    """A segment that is not played at present, because the author has cut that part off.

    Times are milliseconds of the recording. It is a row of its own kind so that nobody can find
    or read what is not played; `segment` is the rest of it, as `service/pieces.py` writes it. One
    that is partly played has a `shown` segment with that part.
    """

    __tablename__ = "cut_segments"

    id: Mapped[int] = mapped_column(primary_key=True)
    transcript_id: Mapped[str] = mapped_column(
        ForeignKey("transcripts.id", ondelete="CASCADE"), index=True
    )
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    segment: Mapped[dict[str, Any]] = mapped_column(JSON)
    shown_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id", ondelete="SET NULL"))
