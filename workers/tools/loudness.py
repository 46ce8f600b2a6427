"""Levels speech: measures how loud a recording is, and decides by how much to change that."""

import re
from dataclasses import dataclass

from workers.tools import ffmpeg
from workers.tools.facts import AudioFacts
from workers.tools.ffmpeg import Stream
from workers.tools.process import Bench, ToolError

TARGET_STEREO, TARGET_MONO = -16.0, -19.0
# Below this there is nothing but noise, which must not be raised to the level of speech.
SILENCE = -60.0
MAX_GAIN = 20.0
NEAR_ENOUGH = 1.0
STEREO = 2
# Room for the peaks that coding adds.
CEILING_DB = -1.5
CEILING = 10 ** (CEILING_DB / 20)
INTEGRATED = re.compile(r"\bI:\s+(-?[\d.]+|-?inf|nan) LUFS")
PEAK = re.compile(r"\bPeak:\s+(-?[\d.]+|-?inf|nan) dBFS")


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness in LUFS and true peak in dBFS; both very low for silence."""

    integrated: float
    peak: float


def measure(graph: Stream, bench: Bench, duration: float) -> Loudness:
    """How loud a stream of sound is, by EBU R128; raises ToolError when it can't be measured."""
    looked = ffmpeg.nowhere([meter(graph)])
    report = ffmpeg.execute(looked, bench, ffmpeg.limits(duration, factor=5))
    report.ended.check()
    return read(report.ended.errors)


def meter(stream: Stream) -> Stream:
    """The sound as it is, but ffmpeg says at the end how loud it was."""
    return stream.filter("ebur128", framelog="verbose", peak="true")


def read(said: str) -> Loudness:
    """What a meter has found, from the end of what ffmpeg said; raises ToolError if nothing."""
    # What was said before the summary may hold words of the recording; only what follows counts.
    summary = said.rpartition("Summary:")[2]
    integrated, peak = INTEGRATED.search(summary), PEAK.search(summary)
    if integrated is None or peak is None:
        raise ToolError("The loudness could not be measured.", details=summary)
    return Loudness(_number(integrated[1]), _number(peak[1]))


def gain_for(loudness: Loudness, audio: AudioFacts) -> float:
    """By how many decibels to change the recording; 0 for silence."""
    if loudness.integrated < SILENCE:
        return 0.0
    target = TARGET_MONO if audio.channels < STEREO else TARGET_STEREO
    return clamped(target - loudness.integrated)


def clamped(gain: float) -> float:
    """A gain that still is a correction: what needs more is not speech."""
    return round(max(-MAX_GAIN, min(MAX_GAIN, gain)), 1)


def is_limited(loudness: Loudness, gain: float) -> bool:
    """Whether there are peaks that would be too high with that gain."""
    return loudness.peak + gain > CEILING_DB


def is_level(gain: float) -> bool:
    """Whether a recording is as loud as it should be already."""
    return abs(gain) <= NEAR_ENOUGH


def shaped(stream: Stream, audio: AudioFacts) -> Stream:
    """The sound in at most two channels, with gaps filled so that it keeps its place in time."""
    layout = "mono" if audio.channels < STEREO else "stereo"
    # Many channels are mixed so that the sum of all of them is not clipped.
    filled = {"async": "1", "first_pts": "0", "rematrix_maxval": "1"}
    return stream.filter("aresample", "48000", **filled).filter(
        "aformat", sample_fmts="fltp", channel_layouts=layout
    )


def levelled(stream: Stream, gain: float) -> Stream:
    """The sound made louder or softer as a whole, its peaks caught and not clipped.

    The limiter looks ahead; `latency` lets it give back the time that this takes.
    """
    return stream.filter("volume", f"{gain}dB").filter(
        "alimiter", limit=f"{CEILING:.4f}", level="false", latency="true"
    )


def _number(text: str) -> float:
    return -120.0 if "inf" in text or "nan" in text else float(text)
