"""Silences: where in a recording nothing is to be heard, for those who skip it and who listen."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WINDOW_MS = 20
SHORTEST_MS = 500
BLOCK_MS = 60_000
SAMPLE_BYTES = 2
FULL_SCALE = 32_768.0


def find_silences(path: Path, rate: int, threshold: float) -> list[list[int]]:
    """The stretches of at least half a second, `[start, end]` in milliseconds, in which raw
    16-bit mono sound stays below `threshold` dBFS; read in pieces, however long it is."""
    windows = [_is_quiet(block, rate, threshold) for block in _blocks(path, rate)]
    if not windows:
        return []
    length = path.stat().st_size // SAMPLE_BYTES * 1000 // rate
    around = np.zeros(1, np.int8)
    # Where quiet begins there is +1, where it ends -1.
    edges = np.diff(np.concatenate([around, *windows, around]))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    spans = [
        [int(start) * WINDOW_MS, min(length, int(end) * WINDOW_MS)]
        for start, end in zip(starts, ends, strict=True)
    ]
    return [span for span in spans if span[1] - span[0] >= SHORTEST_MS]


def _blocks(path: Path, rate: int) -> Iterator[NDArray[np.float32]]:
    size = rate * BLOCK_MS // 1000 * SAMPLE_BYTES
    with path.open("rb") as file:
        while block := file.read(size):
            yield np.frombuffer(block, "<i2").astype(np.float32) / FULL_SCALE


def _is_quiet(block: NDArray[np.float32], rate: int, threshold: float) -> NDArray[np.int8]:
    width = rate * WINDOW_MS // 1000
    starts = np.arange(0, len(block), width)
    power = np.add.reduceat(block**2, starts) / np.diff([*starts, len(block)])
    return (power < 10 ** (threshold / 10)).astype(np.int8)
