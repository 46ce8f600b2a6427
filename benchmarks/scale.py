"""How long the clips of a benchmark are, how often each is measured, and what a limit says."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Seconds of the whole clip, of a piece that is long enough for ratios of encodes, of a long
    video, of a long talk, and of recordings as long as any; how many rounds there are, each of
    which measures everything once; and how many segments the libraries have that are searched."""

    clip_s: int
    piece_s: int
    long_s: int
    talk_s: int
    longest_s: Sequence[int]
    rounds: int
    segments: tuple[int, ...]


FULL = Scale(
    clip_s=60,
    piece_s=15,
    long_s=1800,
    talk_s=3600,
    longest_s=(14_400, 36_000),
    rounds=3,
    segments=(10_000, 100_000, 1_000_000),
)
# Enough to see that everything runs; what comes out says nothing about the limits.
QUICK = Scale(
    clip_s=4,
    piece_s=2,
    long_s=300,
    talk_s=900,
    longest_s=(900,),
    rounds=1,
    segments=(1_000, 10_000),
)


def median_ratio(these: Sequence[float], those: Sequence[float]) -> float:
    """The median of the ratios of what was measured side by side in each round."""
    return statistics.median(one / other for one, other in zip(these, those, strict=True))


def judged(figure: float, limit: float, form: str = ".2f") -> str:
    """The figure beside its limit, and whether that is kept."""
    verdict = "kept" if figure <= limit else "MISSED"
    return f"{figure:{form}} (limit {limit:{form}}: {verdict})"
