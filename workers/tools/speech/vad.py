"""Finds where somebody speaks, in blocks, so that an hour takes no more memory than minutes."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from workers.tools.speech.planner import Span
from workers.tools.speech.port import RATE, Sound, duration_ms, read_sound

BLOCK_MS = 120_000
# A stretch that reaches the end of its block is looked at again at the start of the next one.
LONGEST_CARRY_MS = 60_000
# The detector takes near silence for speech now and then; nobody speaks below this.
FLOOR = 10 ** (-55 / 20)
QUIET_MS = 100
OPTIONS = {
    "threshold": 0.5,
    "min_speech_duration_ms": 250,
    "min_silence_duration_ms": 500,
    "speech_pad_ms": 200,
}


def find_speech(path: Path, on_progress: Callable[[float], None]) -> Sequence[Span]:
    """The stretches of a sound file in which somebody speaks, in milliseconds."""
    return list(_spans(path, duration_ms(path), on_progress))


def quietest(path: Path, start_ms: int, end_ms: int) -> int:
    """The middle of the quietest tenth of a second between two times."""
    sound = read_sound(path, start_ms, end_ms)
    width = RATE * QUIET_MS // 1000
    if len(sound) < width:
        return end_ms
    energy = np.convolve(sound**2, np.ones(width, np.float32), "valid")
    return start_ms + (int(energy.argmin()) + width // 2) * 1000 // RATE


def _spans(path: Path, length: int, on_progress: Callable[[float], None]) -> Iterator[Span]:
    start = 0
    while start < length:
        end = min(length, start + BLOCK_MS)
        sound = read_sound(path, start, end)
        spans = [(start + first, start + last) for first, last in _detect(sound)]
        following = end
        if spans and end < length and spans[-1][1] >= end:
            carried = spans[-1][0]
            if end - carried <= LONGEST_CARRY_MS and carried > start:
                spans.pop()
                following = carried
        yield from (span for span in spans if _is_audible(sound, span[0] - start, span[1] - start))
        start = following
        on_progress(start / length)


def _detect(sound: Sound) -> Sequence[Span]:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    found = get_speech_timestamps(sound, VadOptions(**OPTIONS))
    return [(span["start"] * 1000 // RATE, span["end"] * 1000 // RATE) for span in found]


def _is_audible(sound: Sound, start_ms: int, end_ms: int) -> bool:
    part = sound[start_ms * RATE // 1000 : end_ms * RATE // 1000]
    return len(part) > 0 and float(np.sqrt(np.mean(part**2))) >= FLOOR
