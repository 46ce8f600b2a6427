"""What a chapter is called: its most telling words, as they were said.

Candidates are runs of telling words, as in RAKE (Rose, Engel, Cramer and Cowley, "Automatic
Keyword Extraction from Individual Documents", 2010), but which words are telling is measured
instead of looked up: by tf · idf within the recording times the share of the word that falls into
the chapter, which function words, being everywhere, do not reach.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workers.outline.words import WORD, Stemmer

MOST_PHRASES, MOST_WORDS = 3, 3
# How long a title may be that is made of a sentence, and one that is made of words.
LONGEST, LONGEST_WORDS = 60, 100
# A word names a chapter when most of it is said there, and more than once.
LEAST_SHARE, LEAST_COUNT, SHORTEST = 0.6, 2, 3
# A phrase that tells less than this part of the first one is left out.
FAINT = 0.4


@dataclass(frozen=True)
class Chapter:
    """The texts of a chapter's sentences, their terms, and how telling each term is in it."""

    texts: Sequence[str]
    scores: Mapping[str, float]


def score(
    terms: Counter[str], everywhere: Counter[str], idf: Mapping[str, float]
) -> dict[str, float]:
    """How telling each term of a chapter is: tf · idf · (tf / tf everywhere); telling ones only."""
    return {
        term: count * idf[term] * count / everywhere[term]
        for term, count in terms.items()
        if count >= LEAST_COUNT
        and len(term) >= SHORTEST
        and count / everywhere[term] >= LEAST_SHARE
        and not term.isdigit()
    }


def make(chapter: Chapter, stemmer: Stemmer) -> str:
    """A title from the words of a chapter; where none is telling, its first words."""
    found: Counter[tuple[str, ...]] = Counter()
    written: dict[tuple[str, ...], Counter[str]] = {}
    for text in chapter.texts:
        for words in _runs(text, chapter.scores, stemmer):
            key = tuple(stemmer.stem(word) for word in words)
            found[key] += 1
            written.setdefault(key, Counter())[" ".join(words)] += 1
    ranked = sorted(found, key=lambda key: (-_worth(key, found[key], chapter.scores), key))
    chosen = _distinct(ranked, found, chapter.scores)
    title = ", ".join(written[key].most_common(1)[0][0] for key in chosen)
    return shorten(title, LONGEST_WORDS) if title else shorten(chapter.texts[0])


def shorten(text: str, longest: int = LONGEST) -> str:
    """A text cut at the last word that fits."""
    bare = text.rstrip(".,;: ") or text
    if len(bare) <= longest:
        return _capitalised(bare)
    cut = bare[:longest].rpartition(" ")[0] or bare[:longest]
    return _capitalised(cut.rstrip(".,;: ") or cut) + "\N{HORIZONTAL ELLIPSIS}"


def _runs(text: str, scores: Mapping[str, float], stemmer: Stemmer) -> Iterator[Sequence[str]]:
    """Neighbouring telling words without anything but a blank between them."""
    run: list[str] = []
    end = -1
    for match in WORD.finditer(text):
        is_next = match.start() == end + 1 and text[end : match.start()] == " "
        if run and (not is_next or len(run) == MOST_WORDS):
            yield run
            run = []
        if stemmer.stem(match.group()) in scores:
            run.append(match.group())
        elif run:
            yield run
            run = []
        end = match.end()
    if run:
        yield run


def _worth(key: Sequence[str], count: int, scores: Mapping[str, float]) -> float:
    # Said once, a run of words is an accident; its words count for themselves elsewhere.
    return sum(scores[term] for term in set(key)) * (1 if count > 1 else 1 / len(set(key)))


def _distinct(
    ranked: Sequence[tuple[str, ...]],
    found: Mapping[tuple[str, ...], int],
    scores: Mapping[str, float],
) -> Sequence[tuple[str, ...]]:
    chosen: list[tuple[str, ...]] = []
    for key in ranked:
        if len(chosen) == MOST_PHRASES:
            break
        if chosen and _worth(key, found[key], scores) < FAINT * _worth(
            chosen[0], found[chosen[0]], scores
        ):
            break
        if not any(set(key) & set(other) for other in chosen):
            chosen.append(key)
    return chosen


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
