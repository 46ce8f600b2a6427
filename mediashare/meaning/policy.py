"""Which stretches of a transcript get a vector, and in which languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mediashare.transcripts.queries import SaidSegment

# The sentences of one stretch, and how many further the next one begins: chosen by measurement
# (`make bench name=retrieval`).
SENTENCES, STEP = 3, 2
# The model reads about this many words; what comes later in a stretch would not count.
MOST_WORDS = 120
# What the model has learnt. Of another language it would make vectors that mean nothing.
LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some sentences that follow each other; times in milliseconds."""

    start_ms: int
    end_ms: int
    text: str


def is_understood(language: str | None) -> bool:
    """Whether the model knows the language; one that nobody has named is taken for English."""
    return language is None or language.split("-")[0].lower() == LANGUAGE


def cut(segments: Sequence[SaidSegment], title: str) -> Iterator[Stretch]:
    """The stretches of a transcript, each of which overlaps with the next.

    The title goes before the words of each: it says what "it" is.
    """
    for first in range(0, len(segments), STEP):
        chosen = list(_fitting(segments[first : first + SENTENCES]))
        said = " ".join(segment.text for segment in chosen)
        yield Stretch(chosen[0].start_ms, chosen[-1].end_ms, f"{title}. {said}")
        if len(chosen) == len(segments[first:]):
            return


def _fitting(segments: Sequence[SaidSegment]) -> Iterator[SaidSegment]:
    words = 0
    for number, segment in enumerate(segments):
        words += len(segment.text.split())
        # What follows too late begins a stretch of its own.
        if words > MOST_WORDS and number >= STEP:
            return
        yield segment
