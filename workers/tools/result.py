"""Judges what ffmpeg has made; its own word is not enough: it ends well on input cut off."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from mediashare.sentences import said
from workers.tools import codecs, ffprobe, sidx
from workers.tools.codecs import UnknownCodecError
from workers.tools.cut import Cut
from workers.tools.facts import AudioFacts, Facts, VideoFacts
from workers.tools.packets import Packets
from workers.tools.process import Bench, ToolFailedError
from workers.tools.sidx import Index, IndexMissingError

KEPT = 0.98
# The last frames of a cut recording decode to nothing; at 8 kHz each lasts an eighth of a second.
SLACK_S = 0.25
# A shorter span says nothing about how many pictures a second takes.
SHORTEST_S = 0.1
# Of a picture that breaks off, so much must be left to be worth playing where there is no sound.
LEAST = 0.5
SHORT = said("The playable file came out shorter than the recording.")
LONG = said("The playable file came out longer than what is to be played.")
INCOMPLETE = said("The playable file came out incomplete.")


@dataclass(frozen=True)
class Expected:
    """What a file must hold: up to which second a picture and sound, None for a file without.

    None of them may go on after `longest`: there is what the author has cut off.
    """

    video: float | None
    audio: float | None
    longest: float = math.inf

    @classmethod
    def all_of(cls, facts: Facts) -> Self:
        """Everything that the recording holds."""
        video, audio = (_end(one, facts) if one else None for one in (facts.video, facts.audio))
        return cls(video, audio)

    @classmethod
    def played(cls, facts: Facts, cut: Cut, *, padded: bool) -> Self:
        """What is played of a recording; sound that is `padded` lasts to the end."""
        whole = cls.all_of(facts)
        video, audio = (
            None if end is None else min(cut.duration, max(0.0, end - cut.start))
            for end in (whole.video, whole.audio)
        )
        if audio is not None and padded:
            audio = cut.duration
        return cls(video, audio, math.inf if cut.is_whole else cut.duration)

    @property
    def kinds(self) -> set[str]:
        """The kinds of streams, as ffprobe names them."""
        ends = {"video": self.video, "audio": self.audio}
        return {kind for kind, end in ends.items() if end is not None}


@dataclass(frozen=True)
class Result:
    """A playable file: seconds, size of its picture and pictures a second (None for sound alone),
    codecs (RFC 6381), and its index (None for a WebM).

    `missing` says how many seconds too early its picture breaks off: so much of the recording
    can't be decoded.
    """

    duration: float
    width: int | None
    height: int | None
    fps: float | None
    codecs: str
    index: Index | None
    missing: float = 0.0


def examine(bench: Bench, name: str, expected: Expected, *, demuxer: str = "mov") -> Result:
    """What the file `name` is; raises ToolFailedError unless it holds all that is expected."""
    found, _ended = ffprobe.ask(bench, demuxer, name)
    streams = {stream["codec_type"]: stream for stream in (found or {}).get("streams", [])}
    if set(streams) != expected.kinds:
        raise ToolFailedError(INCOMPLETE)
    packets = ffprobe.scan(bench, demuxer, name)
    duration = max((one.end for one in packets.values()), default=0.0)
    ends = {
        kind: packets[one["index"]].end for kind, one in streams.items() if one["index"] in packets
    }
    _refuse_length(ends, expected)
    index = _index(bench, name) if demuxer == "mov" else None
    video = streams.get("video")
    return Result(
        duration=duration,
        width=video["width"] if video else None,
        height=video["height"] if video else None,
        fps=_fps(packets[video["index"]]) if video else None,
        codecs=_codecs(streams, index),
        index=index,
        missing=_missing(ends.get("video", 0.0), expected.video),
    )


def _end(track: VideoFacts | AudioFacts, facts: Facts) -> float:
    # Of recordings that were looked at long ago it is not known, and so nothing is missed.
    return track.end - facts.start if track.end else 0.0


def _refuse_length(ends: Mapping[str, float], expected: Expected) -> None:
    said = f"{dict(ends)} instead of {expected}"
    if set(ends) != expected.kinds:
        raise ToolFailedError(INCOMPLETE, details=said)
    if max(ends.values()) > expected.longest + SLACK_S:
        raise ToolFailedError(LONG, details=said)
    if _missing(ends.get("audio", 0.0), expected.audio):
        raise ToolFailedError(SHORT, details=said)
    if expected.audio is None and expected.video is not None:
        least = LEAST * expected.video - SLACK_S
        if ends["video"] < least:
            raise ToolFailedError(SHORT, details=said)


def _missing(end: float, wanted: float | None) -> float:
    """How many seconds too early a stream ends; 0 where that is no more than coders take."""
    if wanted is None or end >= KEPT * wanted - SLACK_S:
        return 0.0
    return wanted - end


def _fps(packets: Packets) -> float:
    return round(packets.count / max(packets.span, SHORTEST_S), 3)


def _index(bench: Bench, name: str) -> Index:
    try:
        return sidx.read_index(bench.folder / name)
    except IndexMissingError as error:
        raise ToolFailedError(INCOMPLETE) from error


def _codecs(streams: dict[str, dict[str, Any]], index: Index | None) -> str:
    try:
        return codecs.names(streams, index.moov if index else None)
    except UnknownCodecError as error:
        raise ToolFailedError(INCOMPLETE) from error
