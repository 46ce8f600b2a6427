"""Finds in recognised text what stands for a term of the glossary.

Only whole words count, between blanks or the punctuation of sentences: never a part of a longer
word, of an address, a file name or code.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mediashare.glossary.policy.terms import Term, is_in, words_of

APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
QUOTES = f"\"'“„”«»\N{LEFT SINGLE QUOTATION MARK}{APOSTROPHE}"
DASHES = "\N{EN DASH}\N{EM DASH}"
ENDS = (".", "!", "?", "…")
OPENING = f"{QUOTES}{DASHES}([{{¿¡…"
CLOSERS = f"{QUOTES})]}}"
CLOSING = f"{CLOSERS}{DASHES},.;:!?…"
POSSESSIVE = ("'s", f"{APOSTROPHE}s")
_TOKEN = re.compile(r"\S+")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Replacement:
    """The characters from `start` to `end` of a text stand for a term, which is `text` here."""

    start: int
    end: int
    heard: str
    text: str


@dataclass(frozen=True)
class Found:
    """What is to be replaced, in order, and how often each term was met, by its id."""

    replacements: Sequence[Replacement]
    uses: Counter[str]


@dataclass(frozen=True)
class _Token:
    """A word of a text without the punctuation around it."""

    start: int
    end: int
    core: str
    is_open: bool  # no punctuation before it
    is_closed: bool  # punctuation after it
    ends_sentence: bool


@dataclass
class Replacer:
    """The glossary for one language, ready to look through many texts. Where two entries want the
    same sound, that of a group wins."""

    terms: Iterable[Term]
    language: str | None
    _sounds: dict[Words, Term] = field(default_factory=dict, init=False)
    _written: dict[Words, Term] = field(default_factory=dict, init=False)
    _longest: dict[str, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        valid = (term for term in self.terms if is_in(term.language, self.language))
        for term in sorted(valid, key=lambda term: (not term.is_of_group, term.ident)):
            self._written.setdefault(tuple(term.term.split()), term)
            for sound in term.sounds_like:
                words = words_of(sound)
                self._sounds.setdefault(words, term)
                self._sounds.setdefault(("-".join(words),), term)
        for words in (*self._sounds, *map(words_of, map(" ".join, self._written))):
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def find(self, text: str) -> Found:
        """What in a text stands for a term."""
        tokens = list(_tokens(text)) if self._longest else []
        replacements: list[Replacement] = []
        uses: Counter[str] = Counter()
        at = 0
        while at < len(tokens):
            length, term, replacement = self._look(text, tokens, at)
            if term is not None:
                uses[term.ident] += 1
            if replacement is not None:
                replacements.append(replacement)
            at += length
        return Found(replacements, uses)

    def _look(
        self, text: str, tokens: Sequence[_Token], at: int
    ) -> tuple[int, Term | None, Replacement | None]:
        """The longest that stands for a term from this word on, and how many words it has."""
        first = _fold(tokens[at].core)
        for length in range(self._most(first), 0, -1):
            run = tokens[at : at + length]
            if len(run) < length or not _is_together(run):
                continue
            for cores, tail in _readings(run):
                term = self._written.get(cores)
                if term is not None:
                    return length, term, None
                term = self._sounds.get(tuple(map(_fold, cores)))
                if term is not None:
                    starts = at == 0 or tokens[at - 1].ends_sentence
                    return length, term, _replace(text, run, term, tail, starts=starts)
        return 1, None, None

    def _most(self, first: str) -> int:
        bare = first.removesuffix(POSSESSIVE[0])
        return max(self._longest.get(first, 0), self._longest.get(bare, 0))


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        whole = match[0]
        left = whole.lstrip(OPENING)
        core = left.rstrip(CLOSING)
        if not core:
            left = core = whole
        start = match.start() + len(whole) - len(left)
        yield _Token(
            start,
            start + len(core),
            core,
            is_open=len(left) == len(whole),
            is_closed=len(core) < len(left),
            ends_sentence=left[len(core) :].rstrip(CLOSERS).endswith(ENDS),
        )


def _is_together(run: Sequence[_Token]) -> bool:
    """Whether nothing but blanks stands between these words."""
    return not any(token.is_closed for token in run[:-1]) and all(t.is_open for t in run[1:])


def _readings(run: Sequence[_Token]) -> Iterator[tuple[Words, str]]:
    """The words as they are, and without the ending that says whose something is."""
    cores = tuple(token.core for token in run)
    yield cores, ""
    for tail in POSSESSIVE:
        if cores[-1].endswith(tail):
            yield (*cores[:-1], cores[-1].removesuffix(tail)), tail


def _replace(
    text: str, run: Sequence[_Token], term: Term, tail: str, *, starts: bool
) -> Replacement | None:
    start, end = run[0].start, run[-1].end
    heard, written = text[start:end], term.term
    # A name keeps its own letters everywhere; an ordinary word begins a sentence as others do.
    if starts and heard[0].isupper() and written.islower() and _is_plain(written):
        written = written[0].upper() + written[1:]
    written += tail
    return Replacement(start, end, heard, written) if written != heard else None


def _is_plain(term: str) -> bool:
    return all(c.isalpha() or c in " '-" for c in term)


def _fold(word: str) -> str:
    return word.casefold().replace(APOSTROPHE, "'")
