"""The cut: which part of a recording is played, and what of it nobody may hear or see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeAlias

from mediashare.media.policy import Edit, Span
from workers.tools.facts import AudioFacts, Facts, VideoFacts
from workers.tools.ffmpeg import Stream

Spans: TypeAlias = tuple[tuple[float, float], ...]

# Sound is switched off and on between frames, so frames are made this short: 2 ms of 48 kHz.
FINE = "96"
# A picture stands until the next one comes: at the slowest rate there is, 0.2 s into the span.
STANDS_S = 0.2
# More pictures a second than any player is sent.
HIGHEST_RATE = "60"
# Three boxes of a quarter of the height leave colours and no shapes, however large a letter is.
RADIUS = "min(w,h)/8"
CHROMA_RADIUS = "min(cw,ch)/8"
TIMES = "3"


@dataclass(frozen=True)
class Cut:
    """What is played of a recording, in seconds: from `start` for `duration`.

    `muted` and `blurred` are spans in seconds of what is played. `ends_early` says that something
    follows in the recording which is not played.
    """

    start: float
    duration: float
    muted: Spans = ()
    blurred: Spans = ()
    ends_early: bool = False

    @classmethod
    def of(cls, edit: Edit, recorded: float) -> Self:
        """What an edit plays of a recording that is `recorded` seconds long."""
        recorded_ms = round(recorded * 1000)
        start, length = edit.start_ms / 1000, edit.length_ms(recorded_ms) / 1000
        ends_early = edit.end_ms is not None and edit.end_ms < recorded_ms
        return cls(
            start=start,
            duration=length if ends_early else max(0.0, recorded - start),
            muted=_seconds(edit.played_spans(edit.muted, recorded_ms)),
            blurred=_seconds(edit.played_spans(edit.blurred, recorded_ms)),
            ends_early=ends_early,
        )

    @property
    def is_whole(self) -> bool:
        """Whether nothing is cut off, at the start or at the end."""
        return self.start == 0 and not self.ends_early

    def input_options(self) -> dict[str, str]:
        """The options under which a recording is opened, so that time 0 is where playing starts.

        Where playing ends is not among them: `-t` counts from the first picture or sound that
        comes, so that of a picture which begins late too much would be played.
        """
        return {"ss": f"{self.start:.3f}"} if self.start else {}


def present(facts: Facts, cut: Cut) -> Facts:
    """A recording without the picture or the sound of which nothing lies in what is played."""
    video, audio = facts.video, facts.audio
    if video and not _is_present(video, facts.start, cut):
        video = None
    if audio and not _is_present(audio, facts.start, cut):
        audio = None
    return replace(facts, video=video, audio=audio) if video or audio else facts


def shown(stream: Stream, cut: Cut) -> Stream:
    """The picture up to where playing ends."""
    return stream.filter("trim", end=f"{cut.duration:.3f}") if cut.ends_early else stream


def heard(stream: Stream, cut: Cut) -> Stream:
    """The sound up to where playing ends."""
    return stream.filter("atrim", end=f"{cut.duration:.3f}") if cut.ends_early else stream


def silenced(stream: Stream, cut: Cut) -> Stream:
    """The sound without what was said in the muted spans."""
    if not cut.muted:
        return stream
    fine = stream.filter("asetnsamples", FINE, pad="0")
    return fine.filter("volume", "0", enable=_within(cut.muted))


def blurred(stream: Stream, cut: Cut, rate: str = HIGHEST_RATE) -> Stream:
    """The picture, at `rate` pictures a second, with nothing to be read in the blurred spans."""
    if not cut.blurred:
        return stream
    # A slow source would else show its last clear picture on into the span.
    steady = stream.filter("fps", rate)
    spans = tuple((max(0.0, start - STANDS_S), end) for start, end in cut.blurred)
    return steady.filter(
        "boxblur",
        luma_radius=RADIUS,
        luma_power=TIMES,
        chroma_radius=CHROMA_RADIUS,
        chroma_power=TIMES,
        enable=_within(spans),
    )


def _is_present(track: VideoFacts | AudioFacts, begin: float, cut: Cut) -> bool:
    # Of recordings that were looked at long ago, it is not known when a track ends.
    is_over = 0 < track.end - begin <= cut.start
    return not is_over and track.start - begin < cut.start + cut.duration


def _within(spans: Spans) -> str:
    return "+".join(f"between(t,{start:.3f},{end:.3f})" for start, end in spans)


def _seconds(spans: Sequence[Span]) -> Spans:
    return tuple((start / 1000, end / 1000) for start, end in spans)
