"""An outline drawn from a transcript: its chapters, and three sentences that say it in short."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mediashare.chapters.queries import Line
from mediashare.transcripts.queries import SaidSegment
from workers.outline import ranking, sentences, tiling, titles, weights
from workers.outline.sentences import Sentence
from workers.outline.words import Stemmer

# Shorter clips are a chapter themselves.
SHORTEST_MS = 180_000
# A chapter lasts as long at least, and on average no less than the other.
LEAST_MS, MEAN_MS = 30_000, 45_000
FEWEST_CHAPTERS, MOST_CHAPTERS = 3, 8
SUMMARY_SENTENCES = 3
# Fewer sentences are read sooner than a summary of them.
FEWEST_SENTENCES = 8
# What is shorter says too little alone, what is longer is no longer short.
SHORTEST_TEXT, LONGEST_TEXT = 30, 280


@dataclass(frozen=True)
class Drawn:
    """What a machine proposes."""

    chapters: Sequence[Line] = ()
    summary: Sequence[Line] = ()


def draw(segments: Sequence[SaidSegment], language: str | None, duration_ms: int) -> Drawn:
    """The outline of a transcript; parts of it are empty where there is too little of it."""
    said = [one for one in sentences.split(segments) if one.is_sure and one.start_ms < duration_ms]
    if not said:
        return Drawn()
    stemmer = Stemmer(language)
    terms = [stemmer.terms(sentence.text) for sentence in said]
    idf = weights.measure(terms)
    return Drawn(
        _find_chapters(said, terms, idf, stemmer, duration_ms),
        _find_summary(said, terms, idf),
    )


def _find_chapters(
    said: Sequence[Sentence],
    terms: Sequence[Sequence[str]],
    idf: dict[str, float],
    stemmer: Stemmer,
    duration_ms: int,
) -> Sequence[Line]:
    if duration_ms < SHORTEST_MS:
        return ()
    starts = [0, *(sentence.start_ms for sentence in said[1:]), duration_ms]
    begins = tiling.choose(
        tiling.find_boundaries(terms, idf),
        starts,
        least_ms=LEAST_MS,
        most=min(MOST_CHAPTERS, duration_ms // MEAN_MS) - 1,
    )
    if len(begins) < FEWEST_CHAPTERS - 1:
        return ()
    everywhere = Counter(term for one in terms for term in one)
    lines = []
    for begin, end in zip((0, *begins), (*begins, len(said)), strict=True):
        inside = Counter(term for one in terms[begin:end] for term in one)
        texts = [sentence.text for sentence in said[begin:end]]
        chapter = titles.Chapter(texts, titles.score(inside, everywhere, idf))
        title = titles.make(chapter, stemmer)
        lines.append(Line(starts[begin], title, starts[end] - starts[begin]))
    return lines


def _find_summary(
    said: Sequence[Sentence], terms: Sequence[Sequence[str]], idf: dict[str, float]
) -> Sequence[Line]:
    if len(said) < FEWEST_SENTENCES:
        return ()
    bags = ranking.make_bags(terms, idf)
    allowed = [number for number, sentence in enumerate(said) if _may_stand_alone(sentence)]
    chosen = ranking.pick(ranking.rank(bags), bags, allowed, SUMMARY_SENTENCES)
    if len(chosen) < SUMMARY_SENTENCES:
        return ()
    return [_line(said[number]) for number in chosen]


def _may_stand_alone(sentence: Sentence) -> bool:
    return SHORTEST_TEXT <= len(sentence.text) <= LONGEST_TEXT and not sentence.is_question


def _line(sentence: Sentence) -> Line:
    return Line(sentence.start_ms, sentence.text, max(0, sentence.end_ms - sentence.start_ms))
