"""Listens to a recording: how loud it is, where it is silent, how it looks, what is said in it.

The recording is decoded once. What is needed more than once is kept as 16 kHz sound meanwhile:
that is enough for speech, and takes next to no time to read again.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mediashare.sentences import said
from workers.tools import cut as cuts
from workers.tools import ffmpeg, loudness
from workers.tools.cut import Cut
from workers.tools.facts import AudioFacts, Facts
from workers.tools.ffmpeg import Stream
from workers.tools.loudness import STEREO, Loudness
from workers.tools.peaks import read_peaks
from workers.tools.process import Bench, Limits, ToolError
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
# A limiter that takes more than half of what it is given would only flatten the sound.
WORTH = 0.5
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
        raise ToolError(said("There is nothing to listen to in this recording."))
    source = ffmpeg.source(facts.demuxer, name, **cut.input_options())
    sound = _shaped(source[str(facts.audio.index)], facts.audio, cut)
    allowed = ffmpeg.limits(facts.duration, factor=5)
    found = _decode(bench, sound, allowed, on_progress)
    count = min(STEREO, facts.audio.channels)
    kept = _Kept(bench, allowed, count, _find_ear(bench) if count == STEREO else None)
    gain = _level(kept, found)
    (bench.folder / HEARD).unlink()
    levelled = bench.folder / LEVELLED
    heard = Heard(
        integrated=found.integrated,
        peak=found.peak,
        gain=gain,
        ear=kept.ear,
        silences=find_silences(levelled, RATE, _silence(found) + gain),
        peaks=read_peaks(levelled),
    )
    levelled.unlink()
    return heard


def voice(stream: Stream, audio: AudioFacts, cut: Cut, heard: Heard) -> Stream:
    """The sound as it is played: in its place in time, in both ears, levelled, without what is
    muted."""
    return loudness.levelled(_repaired(_shaped(stream, audio, cut), heard.ear), heard.gain)


def channels(audio: AudioFacts, heard: Heard) -> int:
    """How many channels are played: one or two."""
    return 1 if heard.ear is not None else min(STEREO, audio.channels)


@dataclass(frozen=True)
class _Kept:
    """The sound that was kept from decoding: how many channels it has, and which one is used."""

    bench: Bench
    allowed: Limits
    count: int
    ear: int | None

    @property
    def stream(self) -> Stream:
        source = ffmpeg.source("s16le", HEARD, ar=str(RATE), ac=str(self.count))
        return _repaired(source.audio, self.ear)

    @property
    def played(self) -> int:
        return self.count if self.ear is None else 1

    def measure(self, output: Stream) -> float:
        """Run a graph that holds a meter; what that has found."""
        report = ffmpeg.execute(output, self.bench, self.allowed)
        report.ended.check()
        return loudness.read_integrated(report.ended.errors)


def _shaped(stream: Stream, audio: AudioFacts, cut: Cut) -> Stream:
    return cuts.silenced(loudness.shaped(cuts.heard(stream, cut), audio, cut.duration), cut)


def _repaired(stream: Stream, ear: int | None) -> Stream:
    if ear is None:
        return stream
    return stream.filter("channelmap", str(ear), channel_layout="mono")


def _decode(
    bench: Bench,
    sound: Stream,
    allowed: Limits,
    on_progress: Callable[[float], None] | None,
) -> Loudness:
    """Measure the sound and keep it as HEARD."""
    both = sound.filter_multi_output("asplit", 2)
    kept = both[1].filter("highpass", f=LOWEST_HZ).filter("aresample", str(RATE))
    measured = ffmpeg.nowhere([loudness.meter(both[0])])
    graph = ffmpeg.together([measured, ffmpeg.output([kept], HEARD, f="s16le")])
    report = ffmpeg.execute(graph, bench, allowed, on_progress)
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


def _level(kept: _Kept, level: Loudness) -> float:
    """Write the levelled sound; the gain with which it is as loud as it should be.

    A limiter that has much to do takes loudness away: what it takes is added to the gain.
    """
    wanted = gain = loudness.gain_for(level, kept.played)
    reached = _write(kept, gain)
    if not loudness.is_limited(level, gain):
        return gain
    unlimited = kept.measure(ffmpeg.nowhere([loudness.meter(kept.stream, "none")]))
    for _ in range(TRIES):
        better = loudness.clamped(wanted + unlimited + gain - reached)
        if abs(better - gain) <= NEAR_DB:
            break
        louder = _write(kept, better)
        if louder - reached < WORTH * (better - gain):
            # Nothing is left to raise but noise: these peaks are all there is.
            _write(kept, gain)
            break
        gain, reached = better, louder
    return gain


def _write(kept: _Kept, gain: float) -> float:
    """Write the sound with that gain, for recognisers and for us; how loud it is then."""
    parts = loudness.levelled(kept.stream, gain).filter_multi_output("asplit", 3)
    mono = {"ac": "1", "ar": str(RATE)}
    outputs = [
        ffmpeg.nowhere([loudness.meter(parts[0], "none")]),
        ffmpeg.output([parts[1]], SPEECH, f="flac", sample_fmt="s16", **mono),
        ffmpeg.output([parts[2]], LEVELLED, f="s16le", **mono),
    ]
    return kept.measure(ffmpeg.together(outputs))
