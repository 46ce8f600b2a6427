"""What is known about a recording, as rows keep it."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class VideoFacts:
    """The moving picture. `width` and `height` are as stored; `rotation` in degrees, `sar` the
    shape of a pixel, `keyframe_gap` in seconds."""

    index: int
    codec: str
    profile: str
    level: int
    pixel_format: str
    width: int
    height: int
    sar: float
    rotation: int
    fps: float
    is_interlaced: bool
    is_hdr: bool
    bitrate: int
    keyframe_gap: float
    is_clean: bool = False


@dataclass(frozen=True, kw_only=True)
class AudioFacts:
    """The sound."""

    index: int
    codec: str
    profile: str
    channels: int
    sample_rate: int
    bitrate: int
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A recording that was let in. `duration` in seconds, by its packets and not by its header.

    `cover` is the stream that holds a still picture, such as the cover of a podcast.
    """

    demuxer: str
    duration: float
    video: VideoFacts | None
    audio: AudioFacts | None
    cover: int | None = None
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The facts that `as_json` was written from; what was added to it is left out."""
        return cls(
            demuxer=data["demuxer"],
            duration=data["duration"],
            video=VideoFacts(**data["video"]) if data["video"] else None,
            audio=AudioFacts(**data["audio"]) if data["audio"] else None,
            cover=data["cover"],
            warnings=data["warnings"],
        )

    def as_json(self) -> dict[str, Any]:
        """The facts as a column keeps them."""
        return asdict(self)
