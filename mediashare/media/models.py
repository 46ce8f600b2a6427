"""Tables of bytes: recordings as they came, renditions and waveforms made from them."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt, Id


class Recording(Base):
    """The original bytes of one episode, and what probing found out about them."""

    __tablename__ = "recordings"

    id: Mapped[Id]
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), unique=True
    )
    storage_key: Mapped[str] = mapped_column(String(200), unique=True)
    filename: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    demuxer: Mapped[str | None] = mapped_column(String(20))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[CreatedAt]


class RenditionKind(StrEnum):
    """What a rendition holds."""

    AUDIO = "audio"
    VIDEO = "video"


class Rendition(Base):
    """One playable file: fragmented MP4 with a global index (`sidx`).

    `init_size` bytes of initialisation are followed by the `segments`, each
    `[offset, size, duration in ms]`; HLS playlists are written from them.
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
    video_copied: Mapped[bool] = mapped_column(default=False)
    gain_db: Mapped[float | None]
    init_size: Mapped[int]
    segments: Mapped[list[list[int]]] = mapped_column(JSON)
    created_at: Mapped[CreatedAt]

    @property
    def filename(self) -> str:
        """The name under which players ask for it."""
        return f"{self.id}.{'mp4' if self.kind is RenditionKind.VIDEO else 'm4a'}"


class Picture(Base):
    """The poster of an episode, as a JPEG that we have made ourselves."""

    __tablename__ = "pictures"

    id: Mapped[Id]
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    storage_key: Mapped[str] = mapped_column(String(200), unique=True)
    mime_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[CreatedAt]

    @property
    def filename(self) -> str:
        """The name under which pages ask for it."""
        return f"{self.id}.jpg"


class Waveform(Base):
    """Loudness over time for the player's deck: peaks from 0 to 255, evenly spaced."""

    __tablename__ = "waveforms"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    peaks: Mapped[list[int]] = mapped_column(JSON)
