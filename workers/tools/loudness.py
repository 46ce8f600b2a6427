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
# -1.5 dBFS as a factor: room for the peaks that coding adds.
CEILING = 0.84
INTEGRATED = re.compile(r"\bI:\s+(-?[\d.]+|-?inf|nan) LUFS")
PEAK = re.compile(r"\bPeak:\s+(-?[\d.]+|-?inf|nan) dBFS")


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness in LUFS and true peak in dBFS; both very low for silence."""

    integrated: float
    peak: float


def measure(graph: Stream, bench: Bench, duration: float) -> Loudness:
    """How loud a stream of sound is, by EBU R128; raises ToolError when it can't be measured."""
    looked = graph.filter("ebur128", framelog="verbose", peak="true")
    report = ffmpeg.execute(ffmpeg.nowhere([looked]), bench, ffmpeg.limits(duration, factor=5))
    report.ended.check()
    # What was said before the summary may hold words of the recording; only what follows counts.
    summary = report.ended.errors.rpartition("Summary:")[2]
    integrated, peak = INTEGRATED.search(summary), PEAK.search(summary)
    if integrated is None or peak is None:
        raise ToolError("The loudness could not be measured.", details=summary)
    return Loudness(_number(integrated[1]), _number(peak[1]))


def gain_for(loudness: Loudness, audio: AudioFacts) -> float:
    """By how many decibels to change the recording; 0 for silence."""
    if loudness.integrated < SILENCE:
        return 0.0
    target = TARGET_MONO if audio.channels < STEREO else TARGET_STEREO
    return round(max(-MAX_GAIN, min(MAX_GAIN, target - loudness.integrated)), 1)


def is_level(gain: float) -> bool:
    """Whether a recording is as loud as it should be already."""
    return abs(gain) <= NEAR_ENOUGH


def shaped(stream: Stream, audio: AudioFacts) -> Stream:
    """The sound in at most two channels, with gaps filled so that it keeps its place in time."""
    layout = "mono" if audio.channels < STEREO else "stereo"
    return stream.filter("aresample", "48000", **{"async": "1"}).filter(
        "aformat", channel_layouts=layout
    )


def levelled(stream: Stream, gain: float) -> Stream:
    """The sound made louder or softer as a whole, its peaks caught and not clipped."""
    return stream.filter("volume", f"{gain}dB").filter(
        "alimiter", limit=str(CEILING), level="false"
    )


def _number(text: str) -> float:
    return -120.0 if "inf" in text or "nan" in text else float(text)
