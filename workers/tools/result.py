"""Judges what ffmpeg has made; its own word is not enough: it ends well on input cut off."""

from dataclasses import dataclass
from typing import Any

from workers.tools import codecs, ffprobe, sidx
from workers.tools.codecs import UnknownCodecError
from workers.tools.facts import Facts
from workers.tools.packets import Packets
from workers.tools.process import Bench, ToolError
from workers.tools.sidx import Index, IndexMissingError

KEPT = 0.98
# The last frames of a cut recording decode to nothing; at 8 kHz each lasts an eighth of a second.
SLACK_S = 0.25
# A shorter span says nothing about how many pictures a second takes.
SHORTEST_S = 0.1
SHORT = "The playable file came out shorter than the recording."
INCOMPLETE = "The playable file came out incomplete."


@dataclass(frozen=True)
class Expected:
    """What a file must hold: so many seconds, a picture, sound."""

    duration: float
    video: bool
    audio: bool

    @classmethod
    def all_of(cls, facts: Facts) -> "Expected":
        """Everything that the recording holds."""
        return cls(facts.duration, facts.video is not None, facts.audio is not None)


@dataclass(frozen=True)
class Result:
    """A playable file: seconds, size of its picture and pictures a second (None for sound alone),
    codecs (RFC 6381), and its index (None for a WebM)."""

    duration: float
    width: int | None
    height: int | None
    fps: float | None
    codecs: str
    index: Index | None


def examine(bench: Bench, name: str, expected: Expected, *, demuxer: str = "mov") -> Result:
    """What the file `name` is; raises ToolError unless it holds all that is expected."""
    found, _ended = ffprobe.ask(bench, demuxer, name)
    streams = {stream["codec_type"]: stream for stream in (found or {}).get("streams", [])}
    wanted = {"video": expected.video, "audio": expected.audio}
    if set(streams) != {kind for kind, is_wanted in wanted.items() if is_wanted}:
        raise ToolError(INCOMPLETE)
    packets = ffprobe.scan(bench, demuxer, name)
    duration = max((one.end for one in packets.values()), default=0.0)
    if duration < KEPT * expected.duration - SLACK_S:
        raise ToolError(SHORT, details=f"{duration} s instead of {expected.duration} s")
    index = _index(bench, name) if demuxer == "mov" else None
    video = streams.get("video")
    return Result(
        duration=duration,
        width=video["width"] if video else None,
        height=video["height"] if video else None,
        fps=_fps(packets[video["index"]]) if video else None,
        codecs=_codecs(streams, index),
        index=index,
    )


def _fps(packets: Packets) -> float:
    return round(packets.count / max(packets.span, SHORTEST_S), 3)


def _index(bench: Bench, name: str) -> Index:
    try:
        return sidx.read_index(bench.folder / name)
    except IndexMissingError as error:
        raise ToolError(INCOMPLETE) from error


def _codecs(streams: dict[str, dict[str, Any]], index: Index | None) -> str:
    try:
        return codecs.names(streams, index.moov if index else None)
    except UnknownCodecError as error:
        raise ToolError(INCOMPLETE) from error
