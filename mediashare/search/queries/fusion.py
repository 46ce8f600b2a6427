"""Puts rankings of different kinds together: reciprocal rank fusion (Cormack, Clarke and Büttcher,
SIGIR 2009). It needs no scores that could be compared, only the order."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from mediashare.search.queries.weights import FUSION_K

T = TypeVar("T", bound=Hashable)


def fuse(*rankings: Sequence[T], weights: Sequence[float] = ()) -> list[T]:
    """All that is in any ranking, best first; of equals, what the earlier ranking has. Each counts
    as much as its weight, alike if none are given."""
    return in_order(add_up(*rankings, weights=weights))


def add_up(*rankings: Sequence[T], weights: Sequence[float] = ()) -> dict[T, float]:
    """What each is worth by its places in these rankings."""
    scores: dict[T, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, item in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + weight / (FUSION_K + rank)
    return scores


def in_order(scores: Mapping[T, float]) -> list[T]:
    """Best first."""
    return sorted(scores, key=scores.__getitem__, reverse=True)
