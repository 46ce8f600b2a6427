"""Which sentences say most of what a recording says: LexRank.

Güneş Erkan and Dragomir R. Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text
Summarization", Journal of Artificial Intelligence Research 22, 2004: a sentence is central when
central sentences are similar to it, as pages are in PageRank.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from workers.outline import weights
from workers.outline.weights import Bag

# The chance to go on to any sentence; the paper takes 0.1 to 0.2.
JUMP = 0.15
TOLERANCE, MOST_STEPS = 1e-9, 200
# A sentence this similar to one that is chosen already says nothing new.
SAME = 0.5

Floats = NDArray[np.float64]
Indexes = NDArray[np.intp]


def rank(sentences: Sequence[Bag]) -> Sequence[float]:
    """The centrality of each sentence by continuous LexRank, the paper's weighted PageRank.

    p(u) = d / N + (1 - d) · Σ_v cos(u, v) / Σ_z cos(z, v) · p(v)

    With X the rows of unit length, the matrix of all cosines is X·Xᵀ. It is never made: a step
    takes as long as there are words, so that ten hours of speech need no more than one.
    """
    count = len(sentences)
    cosines = _Cosines(sentences)
    degrees = cosines.times(np.ones(count))
    # What has no word in common with anything, itself included, leads everywhere.
    linked = degrees > 0
    shares = np.divide(1.0, degrees, out=np.zeros(count), where=linked)
    ranks = np.full(count, 1 / count)
    for _step in range(MOST_STEPS):
        lost = ranks[~linked].sum()
        moved = cosines.times(ranks * shares) + lost / count
        following = JUMP / count + (1 - JUMP) * moved
        change = float(np.abs(following - ranks).sum())
        ranks = following
        if change < TOLERANCE:
            break
    return [float(value) for value in ranks]


def pick(
    ranks: Sequence[float], bags: Sequence[Bag], allowed: Sequence[int], most: int
) -> list[int]:
    """The most central of the allowed sentences that each say something of their own, in order."""
    chosen: list[int] = []
    for number in sorted(allowed, key=lambda number: (-ranks[number], number)):
        if len(chosen) == most:
            break
        if all(weights.cosine(bags[number], bags[other]) < SAME for other in chosen):
            chosen.append(number)
    return sorted(chosen)


def make_bags(sentences: Sequence[Sequence[str]], idf: Mapping[str, float]) -> Sequence[Bag]:
    """Each sentence as a vector of tf · idf."""
    return [weights.weigh(Counter(terms), idf) for terms in sentences]


class _Cosines:
    """The matrix X·Xᵀ of the cosines of all sentences, as the entries of the sparse X."""

    def __init__(self, sentences: Sequence[Bag]) -> None:
        terms: dict[str, int] = {}
        entries = [
            (row, terms.setdefault(term, len(terms)), value)
            for row, bag in enumerate(sentences)
            for term, value in bag.items()
        ]
        self._size, self._width = len(sentences), max(1, len(terms))
        self._rows: Indexes = np.array([entry[0] for entry in entries], dtype=np.intp)
        self._columns: Indexes = np.array([entry[1] for entry in entries], dtype=np.intp)
        values: Floats = np.array([entry[2] for entry in entries], dtype=np.float64)
        squares = np.bincount(self._rows, values * values, minlength=self._size)
        self._values: Floats = values / np.sqrt(squares[self._rows])

    def times(self, vector: Floats) -> Floats:
        """The product of the matrix and a vector."""
        inner = np.bincount(self._columns, self._values * vector[self._rows], minlength=self._width)
        product = np.bincount(self._rows, self._values * inner[self._columns], minlength=self._size)
        return product.astype(np.float64)
