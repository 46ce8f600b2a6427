"""Tables of bytes: recordings as they came, renditions and waveforms made from them."""

import itertools
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare.db.base import Base, CreatedAt, Id, SentenceText


class Recording(Base):
    """The original bytes of an episode, and what probing found out about them.

    An episode whose recording was replaced has several; `dropped_at` says since when the bytes
    of one are gone, while what is known of them stays.
    """

    __tablename__ = "recordings"

    id: Mapped[Id]
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    storage_key: Mapped[str] = mapped_column(String(200), unique=True)
    filename: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    demuxer: Mapped[str | None] = mapped_column(String(20))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[CreatedAt]
    dropped_at: Mapped[datetime | None]


class VersionState(StrEnum):
    """Being made until its first file plays; then current until a newer one is."""

    MAKING = "making"
    CURRENT = "current"
    FAILED = "failed"
    FORMER = "former"


class Version(Base):
    """One way in which an episode is played: a recording, and the author's edit of it.

    The edit speaks in milliseconds of the recording: play from `start_ms` to `end_ms` (None for
    its end), without the sound of the spans `muted` and the picture of the spans `blurred`, each
    `[start, end]`. `settled_at` says since when it is not being made any more, whatever came of it.
    """

    __tablename__ = "versions"

    id: Mapped[Id]
    episode_id: Mapped[str] = mapped_column(ForeignKey("episodes.id", ondelete="CASCADE"))
    recording_id: Mapped[str] = mapped_column(
        ForeignKey("recordings.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(default=VersionState.MAKING)
    failure: Mapped[str | None] = mapped_column(SentenceText)
    start_ms: Mapped[int] = mapped_column(default=0)
    end_ms: Mapped[int | None]
    muted: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    blurred: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    made_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]
    settled_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("episode_id", "number"),)


class Sound(Base):
    """The sound of one version as recognisers listen to it (FLAC, 16 kHz, mono), and what was
    measured of it.

    `integrated` is its loudness in LUFS, `peak` its true peak in dBFS, both before `gain_db` was
    added; `ear` is the only channel that holds it, where the other was silent. `silences` are
    `[start, end]` in milliseconds of what is played.
    """

    __tablename__ = "sounds"

    version_id: Mapped[str] = mapped_column(
        ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True
    )
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    storage_key: Mapped[str] = mapped_column(String(200), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    integrated: Mapped[float]
    peak: Mapped[float]
    gain_db: Mapped[float]
    ear: Mapped[int | None]
    silences: Mapped[list[list[int]]] = mapped_column(JSON)


class RenditionKind(StrEnum):
    """What a rendition holds."""

    AUDIO = "audio"
    VIDEO = "video"


# What browsers call the containers that we write, and how such files end.
ENDINGS = {
    "video/mp4": "mp4",
    "audio/mp4": "m4a",
    "video/webm": "webm",
    "audio/webm": "weba",
}


class Rendition(Base):
    """One playable file, most often fragmented MP4 with a global index (`sidx`).

    `init_size` bytes of initialisation are followed by the `segments`, each
    `[offset, size, duration in ms]`; HLS playlists are written from them. A provisional rendition
    is the recording as browsers play it already, until better ones are made; it may have no
    segments. A retired one is only kept for who is playing it now. `fps` is pictures a second.
    """

    __tablename__ = "renditions"

    id: Mapped[Id]
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[RenditionKind]
    storage_key: Mapped[str] = mapped_column(String(200), unique=True)
    mime_type: Mapped[str] = mapped_column(String(100))
    codecs: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    duration_ms: Mapped[int]
    bitrate: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    fps: Mapped[float | None]
    video_copied: Mapped[bool] = mapped_column(default=False)
    gain_db: Mapped[float | None]
    init_size: Mapped[int]
    segments: Mapped[list[list[int]]] = mapped_column(JSON)
    is_provisional: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    @property
    def filename(self) -> str:
        """The name under which players ask for it."""
        return f"{self.id}.{ENDINGS[self.mime_type]}"

    @property
    def keyframes(self) -> Sequence[int]:
        """When its segments begin, in milliseconds; a video's each begin with a keyframe."""
        lengths = [length for _offset, _size, length in self.segments]
        return [0, *itertools.accumulate(lengths[:-1])] if lengths else []


class PictureKind(StrEnum):
    """Where a picture comes from: all but storyboards can stand for their episode."""

    FRAME = "frame"  # a moment of the video
    COVER = "cover"  # came with the recording
    DRAWN = "drawn"  # drawn by us, for sound without pictures
    OWN = "own"  # sent by the author
    STORYBOARD = "storyboard"


# A storyboard is made of tiles of this size, so many in a row and so many rows on a sheet.
TILE_WIDTH, TILE_HEIGHT = 160, 90
SHEET_SIDE = 10
SHEET_TILES = SHEET_SIDE * SHEET_SIDE


class Picture(Base):
    """A picture of an episode, made by ourselves: a proposal for its poster, or its storyboard.

    `width` and `height` are those of its largest file. `times` are milliseconds of what is played:
    the moment of a frame; for a storyboard the beginnings of its tiles, and the end of the last.
    """

    __tablename__ = "pictures"

    id: Mapped[Id]
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[PictureKind]
    width: Mapped[int]
    height: Mapped[int]
    times: Mapped[list[int]] = mapped_column(JSON, default=list)
    created_at: Mapped[CreatedAt]

    files: Mapped[list["PictureFile"]] = relationship(
        lazy="raise", order_by="PictureFile.name", passive_deletes=True
    )

    @property
    def filename(self) -> str:
        """The name by which the episode says that this is its poster."""
        return next(file.name for file in self.files if file.mime_type == "image/jpeg")


class PictureFile(Base):
    """One size of a poster, or one sheet of a storyboard; `name` is what pages ask for."""

    __tablename__ = "picture_files"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    picture_id: Mapped[str] = mapped_column(
        ForeignKey("pictures.id", ondelete="CASCADE"), index=True
    )
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    storage_key: Mapped[str] = mapped_column(String(200), unique=True)
    mime_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]


class Waveform(Base):
    """Loudness over time for the player's deck: peaks from 0 to 255, evenly spaced."""

    __tablename__ = "waveforms"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    peaks: Mapped[list[int]] = mapped_column(JSON)
