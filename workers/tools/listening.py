"""Listens to a recording: how loud it is, where it is silent, how it looks, what is said in it.

The recording is decoded once. What is needed more than once is kept as 16 kHz sound meanwhile:
that is enough for speech, and takes next to no time to read again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from workers.tools import cut as cuts
from workers.tools import ffmpeg, loudness
from workers.tools.cut import Cut
from workers.tools.facts import AudioFacts, Facts
from workers.tools.ffmpeg import Stream
from workers.tools.loudness import STEREO, Loudness
from workers.tools.peaks import read_peaks
from workers.tools.process import Bench, ToolError
from workers.tools.silences import find_silences

# What recognisers listen to: FLAC, 16 kHz, mono.
SPEECH = "speech.flac"
RATE = 16_000
# The same before and after it was levelled, as raw 16-bit samples, only while listening.
HEARD, LEVELLED = "heard.raw", "levelled.raw"
# Nobody speaks that low; hums and offsets of cheap microphones would else hide the silences.
LOWEST_HZ = "80"
# What is so much softer than the other ear is no second voice.
EAR_DB = 20.0
# Silent is what lies so much below the speech, but neither what is heard well nor what is not.
BELOW_SPEECH = 29.0
HIGHEST_SILENCE, LOWEST_SILENCE = -45.0, -70.0
# What the limiter takes is given back in so many tries, until so little is missing.
TRIES = 3
NEAR_DB = 0.2
BLOCK_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Heard:
    """What was found out about the sound of what is played.

    `integrated` (LUFS) and `peak` (dBFS) are those before `gain` (dB) is added. `ear` is the only
    channel that holds a voice, where the other one is silent. `silences` are `[start, end]` in
    milliseconds; `peaks` are from 0 to 255, as the player draws them.
    """

    integrated: float
    peak: float
    gain: float
    ear: int | None
    silences: list[list[int]]
    peaks: list[int]


def listen(
    bench: Bench,
    name: str,
    facts: Facts,
    cut: Cut,
    on_progress: Callable[[float], None] | None = None,
) -> Heard:
    """Listen to what is played of the file `name` of the bench, and leave SPEECH there.

    `on_progress` hears how many seconds were listened to.
    """
    if facts.audio is None:
        raise ToolError("There is nothing to listen to in this recording.")
    found = _decode(bench, name, facts, cut, on_progress)
    ear = _find_ear(bench) if facts.audio.channels >= STEREO else None
    played = replace(facts.audio, channels=_channels(facts.audio, ear))
    gain = _level(bench, facts, _Voice(found, played, ear))
    (bench.folder / HEARD).unlink()
    levelled = bench.folder / LEVELLED
    heard = Heard(
        integrated=found.integrated,
        peak=found.peak,
        gain=gain,
        ear=ear,
        silences=find_silences(levelled, RATE, _silence(found) + gain),
        peaks=read_peaks(levelled),
    )
    levelled.unlink()
    return heard


def voice(stream: Stream, audio: AudioFacts, cut: Cut, heard: Heard) -> Stream:
    """The sound as it is played: in its place in time, in both ears, levelled, without what is
    muted."""
    shaped = cuts.silenced(loudness.shaped(stream, audio), cut)
    return loudness.levelled(_repaired(shaped, heard.ear), heard.gain)


def channels(audio: AudioFacts, heard: Heard) -> int:
    """How many channels are played: one or two."""
    return _channels(audio, heard.ear)


@dataclass(frozen=True)
class _Voice:
    level: Loudness
    played: AudioFacts
    ear: int | None


def _channels(audio: AudioFacts, ear: int | None) -> int:
    return 1 if ear is not None else min(STEREO, audio.channels)


def _repaired(stream: Stream, ear: int | None) -> Stream:
    return stream if ear is None else stream.filter("pan", f"mono|c0=c{ear}")


def _decode(
    bench: Bench,
    name: str,
    facts: Facts,
    cut: Cut,
    on_progress: Callable[[float], None] | None,
) -> Loudness:
    audio = facts.audio
    if audio is None:
        raise ToolError
    source = ffmpeg.source(facts.demuxer, name, **cut.input_options())
    shaped = cuts.silenced(loudness.shaped(source[str(audio.index)], audio), cut)
    both = shaped.filter_multi_output("asplit")
    kept = both[1].filter("highpass", f=LOWEST_HZ).filter("aresample", str(RATE))
    graph = ffmpeg.together(
        [
            ffmpeg.nowhere([loudness.meter(both[0])]),
            ffmpeg.output([kept], HEARD, f="s16le"),
        ]
    )
    limits = ffmpeg.limits(facts.duration, factor=5)
    report = ffmpeg.execute(graph, bench, limits, on_progress)
    report.ended.check()
    return loudness.read(report.ended.errors)


def _find_ear(bench: Bench) -> int | None:
    """The louder one of two channels where the other is (nearly) silent."""
    energy = np.zeros(STEREO)
    with (bench.folder / HEARD).open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            samples = np.frombuffer(block, "<i2").reshape(-1, STEREO).astype(np.float64)
            energy += (samples**2).sum(axis=0)
    softer, louder = energy.min(), energy.max()
    is_one = louder > 0 and softer <= louder * 10 ** (-EAR_DB / 10)
    return int(energy.argmax()) if is_one else None


def _silence(level: Loudness) -> float:
    # Where nothing but noise is to be heard, all of it is silence.
    if level.integrated < loudness.SILENCE:
        return HIGHEST_SILENCE
    return max(LOWEST_SILENCE, min(HIGHEST_SILENCE, level.integrated - BELOW_SPEECH))


def _level(bench: Bench, facts: Facts, voice: _Voice) -> float:
    """Write the levelled sound; the gain with which it is as loud as it should be.

    A limiter that has much to do takes loudness away: what it takes is added to the gain.
    """
    wanted = gain = loudness.gain_for(voice.level, voice.played)
    reached = _write(bench, facts, voice, gain)
    if not loudness.is_limited(voice.level, gain):
        return gain
    unlimited = loudness.measure(_kept(facts, voice.ear), bench, facts.duration).integrated
    for _ in range(TRIES):
        better = loudness.clamped(wanted + unlimited + gain - reached)
        if abs(better - gain) <= NEAR_DB:
            break
        gain = better
        reached = _write(bench, facts, voice, gain)
    return gain


def _write(bench: Bench, facts: Facts, voice: _Voice, gain: float) -> float:
    """Write the sound with that gain, for recognisers and for us; how loud it is then."""
    levelled = loudness.levelled(_kept(facts, voice.ear), gain)
    parts = levelled.filter_multi_output("asplit", 3)
    graph = ffmpeg.together(
        [
            ffmpeg.nowhere([loudness.meter(parts[0])]),
            ffmpeg.output([parts[1]], SPEECH, f="flac", ac="1", ar=str(RATE), sample_fmt="s16"),
            ffmpeg.output([parts[2]], LEVELLED, f="s16le", ac="1", ar=str(RATE)),
        ]
    )
    report = ffmpeg.execute(graph, bench, ffmpeg.limits(facts.duration, factor=5))
    report.ended.check()
    return loudness.read(report.ended.errors).integrated


def _kept(facts: Facts, ear: int | None) -> Stream:
    count = min(STEREO, facts.audio.channels) if facts.audio else STEREO
    kept = ffmpeg.source("s16le", HEARD, ar=str(RATE), ac=str(count))
    return _repaired(kept.audio, ear)
