"""Finds the words of a question in a text, as the index did, and marks them for the eye."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup, escape

from mediashare import stems
from mediashare.search.queries.question import Question, Words, list_stems_within

# So many letters of a longer text are shown, and so many of them before the first word found.
EXCERPT, BEFORE = 180, 60
ALIKE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Hit:
    """From where to where a term stands in a text; `term` is its number in the question."""

    start: int
    end: int
    term: int


class Marker:
    """Knows which words of a language the index takes for the same; one for each question.
    `otherwise` is how the index has words that it has otherwise than we would."""

    def __init__(
        self, question: Question, language: str, otherwise: Mapping[str, str] = ALIKE
    ) -> None:
        self._language = language
        self._otherwise = otherwise
        self._whole: dict[str, list[tuple[int, Words]]] = {}
        self._begun: list[tuple[int, Words]] = []
        for number, term in enumerate(question.terms):
            for words in term.forms:
                for form in dict.fromkeys([self._stem(words), self._stem_as_index(words)]):
                    self._add(number, form)
            if term.is_prefix:
                start, last = self._stem(term.words[:-1]), stems.fold(term.words[-1])
                self._begun.append((number, (*start, last)))
                for within in list_stems_within(last):
                    self._add(number, (*start, within))

    def list_terms(self, text: str) -> list[int]:
        """The terms that stand in `text`, by number, as often as they stand there."""
        written = stems.WORD.findall(text)
        return [term for term, *_place in self._runs(written)]

    def find(self, text: str) -> list[Hit]:
        """Every place where a term stands in `text`, in order; one may overlap another."""
        words = list(stems.WORD.finditer(text))
        written = [word.group() for word in words]
        runs = self._runs(written)
        hits = (Hit(words[first].start(), words[last].end(), term) for term, first, last in runs)
        return sorted(hits, key=lambda hit: (hit.start, hit.end))

    def mark(self, text: str) -> Markup:
        """The text as HTML, escaped, with what was found inside <mark>."""
        parts, done = [], 0
        for start, end in self._spans(text):
            parts += [escape(text[done:start]), Markup("<mark>"), escape(text[start:end])]
            parts.append(Markup("</mark>"))
            done = end
        return Markup("").join([*parts, escape(text[done:])])

    def excerpt(self, text: str) -> Markup:
        """What is around the first place that was found, marked; nothing where there is none."""
        hits = self.find(text)
        if not hits:
            return Markup()
        hit, first = hits[0], 0
        if hit.end > EXCERPT:
            first = text.find(" ", hit.start - BEFORE, hit.start) + 1 or hit.start
        last = max(first + EXCERPT, hit.end)
        if last < len(text):
            blank = text.rfind(" ", hit.end, last)
            last = last if blank < 0 else blank
        before, after = "…" if first else "", "…" if last < len(text) else ""
        return Markup("").join([before, self.mark(text[first:last]), after])

    def _add(self, term: int, form: Words) -> None:
        self._whole.setdefault(form[0], []).append((term, form))

    def _spans(self, text: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for hit in self.find(text):
            if found and hit.start < found[-1][1]:
                found[-1] = (found[-1][0], max(hit.end, found[-1][1]))
            else:
                found.append((hit.start, hit.end))
        return found

    def _runs(self, written: Sequence[str]) -> Iterable[tuple[int, int, int]]:
        own = self._runs_of(self._stem(written), written)
        if not self._otherwise:
            return own
        return dict.fromkeys([*own, *self._runs_of(self._stem_as_index(written), written)])

    def _runs_of(self, stemmed: Words, written: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        for start, first in enumerate(stemmed):
            for term, form in self._whole.get(first, ()):
                if stemmed[start : start + len(form)] == form:
                    yield term, start, start + len(form) - 1
            for term, form in self._begun:
                end = start + len(form) - 1
                is_there = stemmed[start:end] == form[:-1] and end < len(stemmed)
                is_begun = is_there and stems.fold(written[end]).startswith(form[-1])
                if is_begun and (term, form) not in self._whole.get(stemmed[end], ()):
                    yield term, start, end

    def _stem_as_index(self, words: Sequence[str]) -> Words:
        plain = map(stems.fold, words)
        known = zip(plain, self._stem(words), strict=True)
        return tuple([self._otherwise.get(word, stem) for word, stem in known])

    def _stem(self, words: Sequence[str]) -> Words:
        return tuple([stems.stem(word, self._language) for word in words])
