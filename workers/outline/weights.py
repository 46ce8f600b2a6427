"""How telling a word is in one recording, and how alike two stretches of speech are."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

Bag = Mapping[str, float]


def measure(sentences: Sequence[Sequence[str]]) -> dict[str, float]:
    """The weight of each term: idf = log(N / n), N the sentences of the recording and n those with
    the term (Spärck Jones, 1972; within one text: Neto, Santos, Kaestner and Freitas, 2000).

    Words that every other sentence has weigh next to nothing, so no list of them is needed.
    """
    found = Counter(term for terms in sentences for term in set(terms))
    return {term: math.log(len(sentences) / count) for term, count in found.items()}


def weigh(terms: Counter[str], idf: Mapping[str, float]) -> Bag:
    """A bag of terms as a vector of tf · idf, of which nothing but what is above zero is kept."""
    return {term: count * idf[term] for term, count in terms.items() if idf[term] > 0}


def cosine(one: Bag, other: Bag) -> float:
    """The idf-modified cosine of two bags (Erkan and Radev, 2004, equation 1).

    It is the sum of tf_w,x · tf_w,y · idf_w² over the words of both, by the product of their
    lengths.
    """
    if not one or not other:
        return 0.0
    small, large = sorted((one, other), key=len)
    common = sum(value * large[term] for term, value in small.items() if term in large)
    return common / (_length(one) * _length(other))


def _length(bag: Bag) -> float:
    return math.sqrt(sum(value * value for value in bag.values()))
