"""What is known about a recording, as rows keep it."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class VideoFacts:
    """The moving picture. `width` and `height` are as stored; `rotation` in degrees, `sar` the
    shape of a pixel, `keyframe_gap` in seconds.

    `fps` is what the packets say, `busiest` the same of the second in which most moves (0 where
    that is not known), `base_rate` and `average_rate` what the header does (0 where it
    says nothing), `start` when the first picture is shown and `end` when the last one has been
    (0 where that is not known). `hidden` counts the pictures that are only there so that others
    can be decoded: they were cut off without coding anew.
    """

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
    is_variable: bool = False
    base_rate: float = 0.0
    average_rate: float = 0.0
    start: float = 0.0
    end: float = 0.0
    hidden: int = 0
    busiest: float = 0.0
    primaries: str = ""
    transfer: str = ""
    matrix: str = ""
    color_range: str = ""


@dataclass(frozen=True, kw_only=True)
class AudioFacts:
    """The sound. `layout` names where its channels come from; `start` and `end` are its first and
    its last second (0 where that is not known), `hidden` how many seconds of it were cut off
    without taking them out."""

    index: int
    codec: str
    profile: str
    channels: int
    sample_rate: int
    bitrate: int
    language: str | None = None
    layout: str = ""
    start: float = 0.0
    end: float = 0.0
    hidden: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A recording that was let in. `duration` in seconds, by its packets and not by its header.

    `cover` is the stream that holds a still picture, such as the cover of a podcast; `claimed` the
    duration in the header, if there is one; `videos` and `audios` count the tracks to choose from.
    """

    demuxer: str
    duration: float
    video: VideoFacts | None
    audio: AudioFacts | None
    cover: int | None = None
    warnings: list[str] = field(default_factory=list)
    claimed: float | None = None
    videos: int = 0
    audios: int = 0
    chapters: int = 0

    @property
    def start(self) -> float:
        """When the first of picture and sound begins, by the clock of the recording."""
        return min((one.start for one in (self.video, self.audio) if one), default=0.0)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The facts that `as_json` was written from, by this version or another: what is not
        known here is left out, what was not known there has its default."""
        video, audio = data.get("video"), data.get("audio")
        values = _known(cls, data) | {
            "video": VideoFacts(**_known(VideoFacts, video)) if video else None,
            "audio": AudioFacts(**_known(AudioFacts, audio)) if audio else None,
        }
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """The facts as a column keeps them."""
        return asdict(self)


def _known(kind: type, data: dict[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in data.items() if name in names}
