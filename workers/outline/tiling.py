"""Where a recording changes its topic: TextTiling.

Marti A. Hearst, "TextTiling: Segmenting Text into Multi-paragraph Subtopic Passages",
Computational Linguistics 23(1), 1997. Instead of token sequences of equal length the units are
sentences, as speech has them, and blocks are compared by tf · idf, which spares a stop list.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from workers.outline import weights

# Sentences on each side of a gap that are compared (Hearst's block size k), and how many there must
# be at least: before the first and after the last few sentences nothing can be told.
BLOCK, LEAST_BLOCK = 10, 5
# Scores are smoothed over so many gaps.
WIDTH = 3
# Hearst takes gaps that are deeper than the mean less half a standard deviation. A chapter is
# coarser than her subtopics, so here it is the mean and half a deviation more.
DEVIATIONS = 0.5


def find_boundaries(sentences: Sequence[Sequence[str]], idf: Mapping[str, float]) -> Sequence[int]:
    """The sentences before which the topic changes, deepest change first.

    The score of a gap is the similarity of the blocks on both sides. Its depth is the sum of how
    far the score rises from it to the nearest peak on each side: (a - s) + (b - s). A boundary is
    deeper than the cut-off and than both its neighbours. Smoothing finds it, but blurs it too, so
    it goes to the least similar of the gaps that were smoothed into it.
    """
    gaps = range(LEAST_BLOCK, len(sentences) - LEAST_BLOCK + 1)
    scores = [_compare(sentences, gap, idf) for gap in gaps]
    depths = _find_depths(_smoothed(scores))
    deepest = sorted(_find_deep(depths), key=lambda place: (-depths[place], place))
    return list(dict.fromkeys(gaps[_sharpen(scores, place)] for place in deepest))


def choose(
    boundaries: Sequence[int], starts_ms: Sequence[int], *, least_ms: int, most: int
) -> Sequence[int]:
    """The sentences that begin a new topic: the deepest boundaries, at most so many, each at least
    `least_ms` from the next one and from both ends (`starts_ms` ends with the end of all)."""
    edges = [starts_ms[0], starts_ms[-1]]
    chosen: list[int] = []
    for number in boundaries:
        begin = starts_ms[number]
        if len(chosen) < most and all(abs(begin - edge) >= least_ms for edge in edges):
            chosen.append(number)
            edges.append(begin)
    return sorted(chosen)


def _compare(sentences: Sequence[Sequence[str]], gap: int, idf: Mapping[str, float]) -> float:
    before = Counter(term for terms in sentences[max(0, gap - BLOCK) : gap] for term in terms)
    after = Counter(term for terms in sentences[gap : gap + BLOCK] for term in terms)
    return weights.cosine(weights.weigh(before, idf), weights.weigh(after, idf))


def _smoothed(scores: Sequence[float]) -> Sequence[float]:
    if len(scores) < WIDTH:
        return scores
    padded = np.pad(np.asarray(scores, dtype=float), WIDTH // 2, mode="edge")
    return [float(score) for score in np.convolve(padded, np.full(WIDTH, 1 / WIDTH), mode="valid")]


def _find_depths(scores: Sequence[float]) -> Sequence[float]:
    return [_climb(scores, place, -1) + _climb(scores, place, 1) for place in range(len(scores))]


def _find_deep(depths: Sequence[float]) -> Sequence[int]:
    if not depths:
        return ()
    limit = float(np.mean(depths) + DEVIATIONS * np.std(depths))
    around = [0.0, *depths, 0.0]
    return [
        place
        for place, depth in enumerate(depths)
        if depth > limit and depth >= max(around[place], around[place + 2])
    ]


def _sharpen(scores: Sequence[float], place: int) -> int:
    near = range(max(0, place - WIDTH // 2), min(len(scores), place + WIDTH // 2 + 1))
    return min(near, key=lambda other: (scores[other], abs(other - place)))


def _climb(scores: Sequence[float], gap: int, step: int) -> float:
    """How far the score rises from a gap to the nearest peak in one direction."""
    peak, place = scores[gap], gap + step
    while 0 <= place < len(scores) and scores[place] >= peak:
        peak = scores[place]
        place += step
    return peak - scores[gap]
