"""Levels speech: reads how loud a recording is, and decides by how much to change that."""

import re
from dataclasses import dataclass

from mediashare.sentences import said
from workers.tools.facts import AudioFacts
from workers.tools.ffmpeg import Stream
from workers.tools.process import ToolError

TARGET_STEREO, TARGET_MONO = -16.0, -19.0
# Below this there is nothing but noise, which must not be raised to the level of speech.
SILENCE = -60.0
# What meters call minus infinity.
NOTHING = -120.0
MAX_GAIN = 20.0
NEAR_ENOUGH = 1.0
STEREO = 2
# There is no usual place for the speakers of so many channels: all are heard in both ears.
PLACELESS = range(9, 16)
# For samples. Between them the wave is up to half a decibel higher, so that it stays below -1.5.
CEILING_DB = -2.0
INTEGRATED = re.compile(r"\bI:\s+(-?[\d.]+|-?inf|nan) LUFS")
PEAK = re.compile(r"\bPeak:\s+(-?[\d.]+|-?inf|nan) dBFS")


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness in LUFS and true peak in dBFS; both very low for silence."""

    integrated: float
    peak: float


def meter(stream: Stream, peak: str = "true") -> Stream:
    """The sound as it is, but ffmpeg says at the end how loud it was, by EBU R128.

    Looking for the true peak costs more than all the rest: `none` does without.
    """
    return stream.filter("ebur128", framelog="verbose", peak=peak)


def read(log: str) -> Loudness:
    """What a meter has found, from the end of what ffmpeg said; raises ToolError if nothing."""
    return Loudness(read_integrated(log), _find(PEAK, log))


def read_integrated(log: str) -> float:
    """How loud the sound was in LUFS, as `read` finds it, whether or not peaks were looked for."""
    return _find(INTEGRATED, log)


def gain_for(loudness: Loudness, channels: int) -> float:
    """By how many decibels to change what is played in so many channels; 0 for silence."""
    if loudness.integrated < SILENCE:
        return 0.0
    target = TARGET_MONO if channels < STEREO else TARGET_STEREO
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


def shaped(stream: Stream, audio: AudioFacts, duration: float) -> Stream:
    """The sound in at most two channels, for all of `duration` seconds: gaps are filled with
    silence, so that it keeps its place in time, and so is what it is shorter than the picture."""
    if audio.channels in PLACELESS:
        every = "+".join(f"c{number}" for number in range(audio.channels))
        stream = stream.filter("pan", f"stereo|c0<{every}|c1<{every}")
    layout = "mono" if audio.channels < STEREO else "stereo"
    # Many channels are mixed so that the sum of all of them is not clipped.
    filled = {"async": "1", "first_pts": "0", "rematrix_maxval": "1"}
    formed = stream.filter("aresample", "48000", **filled).filter(
        "aformat", sample_fmts="fltp", channel_layouts=layout
    )
    return formed.filter("apad", whole_dur=f"{duration:.3f}")


def levelled(stream: Stream, gain: float) -> Stream:
    """The sound made louder or softer as a whole, its peaks caught and not clipped.

    The limiter looks ahead; `latency` lets it give back the time that this takes.
    """
    return stream.filter("volume", f"{gain}dB").filter(
        "alimiter", limit=f"{CEILING_DB}dB", level="false", latency="true"
    )


def _find(pattern: re.Pattern[str], log: str) -> float:
    # What was said before the summary may hold words of the recording; only what follows counts.
    summary = log.rpartition("Summary:")[2]
    found = pattern.search(summary)
    if found is None:
        raise ToolError(said("The loudness could not be measured."), details=summary)
    return NOTHING if "inf" in found[1] or "nan" in found[1] else float(found[1])
