"""Peaks: how loud a recording is over time, as the player draws it."""

import array
import itertools
import math
import sys
from pathlib import Path

from workers.tools import ffmpeg
from workers.tools.process import Bench

RATE = 8000
SAMPLE_BYTES = 2
LOUDEST = 32768
MOST = 800
HIGHEST = 255
# The ear hears levels, not amplitudes; a root makes quiet speech visible beside loud.
CURVE = 0.5


def make_peaks(bench: Bench, name: str, duration: float) -> list[int]:
    """At most 800 values from 0 to 255, evenly spaced over the file `name` of the bench."""
    draft = "peaks.raw"
    graph = ffmpeg.output(
        [ffmpeg.source("mov", name).audio], draft, f="s16le", ac="1", ar=str(RATE)
    )
    ffmpeg.execute(graph, bench, ffmpeg.limits(duration, factor=5)).ended.check()
    path = bench.folder / draft
    try:
        return read_peaks(path)
    finally:
        path.unlink()


def read_peaks(path: Path) -> list[int]:
    """The peaks of raw 16-bit mono sound; read in pieces, however long it is."""
    samples = path.stat().st_size // SAMPLE_BYTES
    if samples == 0:
        return []
    count = min(MOST, samples)
    with path.open("rb") as file:
        edges = [number * samples // count for number in range(count + 1)]
        return [
            _level(file.read((end - start) * SAMPLE_BYTES))
            for start, end in itertools.pairwise(edges)
        ]


def _level(block: bytes) -> int:
    values = array.array("h", block)
    if sys.byteorder == "big":
        values.byteswap()
    peak = max(*values, -min(values), 0)
    return min(HIGHEST, math.ceil(HIGHEST * (peak / LOUDEST) ** CURVE)) if peak else 0
