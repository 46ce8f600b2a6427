"""Judges what ffmpeg has made; its own word is not enough: it ends well on input cut off."""

from dataclasses import dataclass
from typing import Any

from workers.tools import ffprobe, sidx
from workers.tools.facts import Facts
from workers.tools.process import Bench, ToolError
from workers.tools.sidx import Index, IndexMissingError

KEPT = 0.98
# The last frames of a cut recording decode to nothing; at 8 kHz each lasts an eighth of a second.
SLACK_S = 0.25
AAC = "mp4a.40.2"
SHORT = "The playable file came out shorter than the recording."
INCOMPLETE = "The playable file came out incomplete."


@dataclass(frozen=True)
class Result:
    """A playable file: seconds, size of its picture (None for sound alone), codecs (RFC 6381)."""

    duration: float
    width: int | None
    height: int | None
    codecs: str
    index: Index


def examine(bench: Bench, name: str, facts: Facts) -> Result:
    """What the file `name` is; raises ToolError unless it holds all that the recording held."""
    found, _ended = ffprobe.ask(bench, "mov", name)
    streams = {stream["codec_type"]: stream for stream in (found or {}).get("streams", [])}
    expected = {"video": facts.video, "audio": facts.audio}
    if set(streams) != {kind for kind, wanted in expected.items() if wanted}:
        raise ToolError(INCOMPLETE)
    duration = _duration(bench, name)
    if duration < KEPT * facts.duration - SLACK_S:
        raise ToolError(SHORT, details=f"{duration} s instead of {facts.duration} s")
    index = _index(bench, name)
    video = streams.get("video", {})
    codecs = _codecs(streams, index)
    return Result(duration, video.get("width"), video.get("height"), codecs, index)


def _duration(bench: Bench, name: str) -> float:
    packets = ffprobe.scan(bench, "mov", name).values()
    return max((found.end for found in packets), default=0.0)


def _index(bench: Bench, name: str) -> Index:
    try:
        return sidx.read_index(bench.folder / name)
    except IndexMissingError as error:
        raise ToolError(INCOMPLETE) from error


def _codecs(streams: dict[str, dict[str, Any]], index: Index) -> str:
    codecs = []
    if "video" in streams:
        if index.avc is None:
            raise ToolError(INCOMPLETE)
        codecs.append(f"avc1.{index.avc.hex()}")
    if "audio" in streams:
        codecs.append(AAC)
    return ",".join(codecs)
