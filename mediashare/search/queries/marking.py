"""Finds the words of a question in a text, as the index did, and marks them for the eye."""

import unicodedata
from collections.abc import Iterator, Sequence

import snowballstemmer
from markupsafe import Markup, escape

from mediashare.search.queries.question import WORD, Question


class Marker:
    """Knows which words the index takes for the same; one for each question."""

    def __init__(self, question: Question, *, stemmer: str) -> None:
        self._stemmer = snowballstemmer.stemmer(stemmer)
        self._terms = [tuple(map(self._stem, term.words)) for term in question.terms]

    def list_hits(self, text: str) -> list[tuple[int, int]]:
        """Where the terms stand in `text`: from and to, in order, none overlapping another."""
        words = list(WORD.finditer(text))
        stems = [self._stem(word.group()) for word in words]
        spans = sorted((words[a].start(), words[b - 1].end()) for a, b in self._runs(stems))
        found: list[tuple[int, int]] = []
        for start, end in spans:
            if found and start < found[-1][1]:
                found[-1] = (found[-1][0], max(end, found[-1][1]))
            else:
                found.append((start, end))
        return found

    def mark(self, text: str) -> Markup:
        """The text as HTML, escaped, with each hit inside <mark>."""
        parts, done = [], 0
        for start, end in self.list_hits(text):
            parts += [escape(text[done:start]), Markup("<mark>"), escape(text[start:end])]
            parts.append(Markup("</mark>"))
            done = end
        return Markup("").join([*parts, escape(text[done:])])

    def _runs(self, stems: Sequence[str]) -> Iterator[tuple[int, int]]:
        for term in self._terms:
            for start in range(len(stems) - len(term) + 1):
                if tuple(stems[start : start + len(term)]) == term:
                    yield start, start + len(term)

    def _stem(self, word: str) -> str:
        bare = "".join(
            c for c in unicodedata.normalize("NFD", word) if not "\u0300" <= c <= "\u036f"
        )
        plain = unicodedata.normalize("NFC", bare).lower()
        stemmed: str = self._stemmer.stemWord(plain) if plain.isalpha() else plain
        return stemmed
