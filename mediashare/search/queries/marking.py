"""Finds the words of a question in a text, as the index did, and marks them for the eye."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from mediashare import stems
from mediashare.search.queries.question import Question, Words


@dataclass(frozen=True)
class Hit:
    """From where to where a term stands in a text; `term` is its number in the question."""

    start: int
    end: int
    term: int


class Marker:
    """Knows which words of a language the index takes for the same; one for each question."""

    def __init__(self, question: Question, language: str) -> None:
        self._language = language
        self._forms = [
            (number, self._stem(words), term.is_prefix and words == term.words)
            for number, term in enumerate(question.terms)
            for words in term.forms
        ]

    def find(self, text: str) -> list[Hit]:
        """Every place where a term stands in `text`, in order; one may overlap another."""
        words = list(stems.WORD.finditer(text))
        stemmed = self._stem(tuple(word.group() for word in words))
        return sorted(
            (
                Hit(words[first].start(), words[last].end(), term)
                for term, first, last in self._runs(stemmed, [word.group() for word in words])
            ),
            key=lambda hit: (hit.start, hit.end),
        )

    def mark(self, text: str) -> Markup:
        """The text as HTML, escaped, with what was found inside <mark>."""
        parts, done = [], 0
        for start, end in self._spans(text):
            parts += [escape(text[done:start]), Markup("<mark>"), escape(text[start:end])]
            parts.append(Markup("</mark>"))
            done = end
        return Markup("").join([*parts, escape(text[done:])])

    def _spans(self, text: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for hit in self.find(text):
            if found and hit.start < found[-1][1]:
                found[-1] = (found[-1][0], max(hit.end, found[-1][1]))
            else:
                found.append((hit.start, hit.end))
        return found

    def _runs(self, stemmed: Words, written: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        for term, form, is_prefix in self._forms:
            size = len(form)
            for start in range(len(stemmed) - size + 1):
                run = stemmed[start : start + size]
                if run == form or (
                    is_prefix and self._begins(run, written[start + size - 1], form)
                ):
                    yield term, start, start + size - 1

    def _begins(self, run: Words, last: str, form: Words) -> bool:
        return run[:-1] == form[:-1] and stems.fold(last).startswith(form[-1])

    def _stem(self, words: Words) -> Words:
        return tuple(stems.stem(word, self._language) for word in words)
