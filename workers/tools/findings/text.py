"""Words as a text to look through, in which every sign still knows the words that it stands for."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from mediashare.transcripts.queries import SaidSegment

QUOTES = "\"'()[]{}`“”«»„\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
SENTENCE_ENDS = tuple(".;!?…")
BESIDE = QUOTES + ".,;:!?…"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Token:
    """Some text, and the first and last of the words that it was said with. `begins` tells where
    a sentence or breath starts."""

    text: str
    first: int
    last: int
    begins: bool = False

    @property
    def bare(self) -> str:
        """The text without what stands before and behind it."""
        return self.text.strip(BESIDE)

    @property
    def ends_sentence(self) -> bool:
        """Whether something else is said after it."""
        return self.text.rstrip(QUOTES).endswith(SENTENCE_ENDS)


@dataclass(frozen=True)
class View:
    """Tokens as one text: a line for each sentence or breath."""

    tokens: Sequence[Token]

    @cached_property
    def text(self) -> str:
        """All of it."""
        ends = [token.begins for token in self.tokens[1:]] + [True]
        pairs = zip(self.tokens, ends, strict=True) if self.tokens else ()
        return "".join(token.text + ("\n" if is_end else " ") for token, is_end in pairs)

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [0, *accumulate(len(token.text) + 1 for token in self.tokens)]

    def number_at(self, place: int) -> int:
        """Which token stands at a place in the text."""
        return bisect_right(self._starts, place) - 1

    def span(self, first: int, last: int) -> Span:
        """Where tokens stand in the text."""
        return self._starts[first], self._starts[last + 1] - 1

    def words(self, span: Span) -> Span:
        """The first and last word of a stretch of the text that is not empty."""
        first, last = self.number_at(span[0]), self.number_at(span[1] - 1)
        return self.tokens[first].first, self.tokens[last].last

    def before(self, number: int, count: int) -> Sequence[str]:
        """The words before a token, as `word` has them, the nearest last."""
        return [self.word(place) for place in range(max(0, number - count), number)]

    def begins(self, number: int) -> bool:
        """Whether a token begins a sentence or breath."""
        return number < len(self.tokens) and self.tokens[number].begins

    def word(self, number: int) -> str:
        """A token in small letters, without what stands beside it; nothing beyond the ends."""
        return self.tokens[number].bare.casefold() if 0 <= number < len(self.tokens) else ""


def vocabulary(text: str) -> Sequence[str]:
    """The words of a text that lists words."""
    return text.split()


def as_written(segments: Iterable[SaidSegment]) -> View:
    """What is said, as it is written down."""
    tokens: list[Token] = []
    for segment in segments:
        for place, word in enumerate(segment.timed_words):
            number = len(tokens)
            tokens.append(Token(word.text.strip(), number, number, begins=place == 0))
    return View(tokens)
