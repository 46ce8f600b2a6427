"""What people type, read as words, phrases and exclusions; whatever it is, it means something."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mediashare import stems
from mediashare.glossary.policy.everyday import is_everyday
from mediashare.stems import WORD
from mediashare.text import clean_line

MAX_TERMS = 12
# Words that follow each other. Longer phrases find nothing else, and take a second each.
MOST_IN_ORDER = 16
UNSEEN = re.compile(f"[{stems.UNSEEN}]")
QUOTES = str.maketrans("“”„«»", '"' * 5)
# One dash right before a word excludes it, also one that was made a minus or longer on the way; two
# are how engineers write options (--force).
MINUS = r"(?<!\S)[-\u2212\u2013](?!-)"
# A quote that is never closed runs to the end, as it does while somebody types.
PIECE = re.compile(rf'(?P<minus>{MINUS})?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')
# Words that nearly every text has. They count inside quotes, in capitals (CAN, IT), and when
# nothing else was asked.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be but by can do does for from had has have how i if in into is it "
        "its of on or our so that the their then there these they this to was we were what when "
        "where which who why will with you your",
    )
)
# Words that other search engines want in capitals are no names.
JOINING = frozenset({"AND", "OR"})
# Fewer letters are the beginning of nearly everything.
LEAST_PREFIX = 3
# The index has words without their endings: somebody who is typing one may be in the middle of it.
LONGEST_ENDING, LEAST_STEM = 6, 4

Words = tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """Words that must follow each other; a single word most of the time.

    `also` are other words for the same thing. With `is_prefix` the last word is not finished yet;
    what `is_quoted` is to be found as it is typed.
    """

    words: Words
    also: tuple[Words, ...] = ()
    is_prefix: bool = False
    is_quoted: bool = False

    @property
    def text(self) -> str:
        """The words as both databases read them: letters, digits and single spaces alone."""
        return " ".join(self.words)

    @property
    def forms(self) -> tuple[Words, ...]:
        """Every way to say it."""
        return (self.words, *self.also)

    @property
    def is_plain(self) -> bool:
        """Whether no way to say it has several words, which would have to follow each other."""
        return all(len(words) == 1 for words in self.forms)


@dataclass(frozen=True)
class Question:
    """What must and what must not be there. `left_out` is what was typed beyond what counts, as it
    is typed; `is_blank`: nothing was typed at all. `typed` is what must be there as it was typed,
    with words that do not count and punctuation, without quotes."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    left_out: tuple[str, ...] = ()
    is_blank: bool = True
    typed: str = ""

    @property
    def words(self) -> Sequence[str]:
        """Every word that is looked for."""
        return [word for term in self.terms for words in term.forms for word in words]

    @property
    def is_browsing(self) -> bool:
        """Whether no word has to be found, so that everything (but what is excluded) is."""
        return not self.terms and (self.is_blank or bool(self.excluded))

    @property
    def together(self) -> Term | None:
        """All words as one phrase, where several were typed without saying so."""
        words = [word for term in self.terms for word in term.words]
        if len(self.terms) < 2 or any(len(term.words) > 1 for term in self.terms):  # noqa: PLR2004 - two words make a phrase
            return None
        return Term(tuple(words), is_prefix=self.terms[-1].is_prefix)


def read_question(text: str, *, is_typing: bool = False) -> Question:
    """Words, "phrases" and -exclusions; other punctuation only joins (CVE-2026-1234 is found as a
    whole) or separates words, so that no input is an error or a command.

    While somebody is typing, the last word may be the beginning of a longer one.
    """
    text = UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(QUOTES)
    terms: dict[Term, bool] = {}
    excluded: dict[Term, None] = {}
    cut: list[str] = []
    wanted: list[str] = []
    for piece in PIECE.finditer(text):
        written = piece["phrase"] or piece["word"] or ""
        typed = tuple(WORD.findall(written))
        words, rest = typed[:MOST_IN_ORDER], typed[MOST_IN_ORDER:]
        cut += [_typed(Term(rest))] if rest else []
        if words and piece["minus"]:
            excluded[Term(words)] = None
        elif words:
            terms[Term(words)] = terms.get(Term(words), False) or piece["phrase"] is not None
            wanted.append(written)
    asked, unwanted = _worth_asking(terms), list(excluded)
    if is_typing and asked and _is_unfinished(text, asked[-1]):
        asked[-1] = replace(asked[-1], is_prefix=True)
    asked, too_many = _choose(asked)
    beyond = [f"-{_typed(term)}" for term in unwanted[MAX_TERMS:]]
    left_out = (*map(_typed, too_many), *beyond, *cut)
    excluding = tuple(unwanted[:MAX_TERMS])
    is_blank = not text.strip()
    return Question(tuple(asked), excluding, left_out, is_blank, typed=clean_line(" ".join(wanted)))


def list_stems_within(word: str) -> Sequence[str]:
    """What may be left in the index of a word of which this much has been typed."""
    least = max(LEAST_STEM, len(word) - LONGEST_ENDING)
    return [word[:length] for length in range(least, len(word))]


def _worth_asking(terms: dict[Term, bool]) -> list[Term]:
    """The terms that tell something, of those that were typed with or without quotes."""
    asked = [replace(term, is_quoted=is_quoted) for term, is_quoted in terms.items()]
    return [term for term in asked if term.is_quoted or not _is_stop_word(term)] or asked


def _is_stop_word(term: Term) -> bool:
    return not _is_in_capitals(term) and term.text.lower() in STOP_WORDS


def _is_in_capitals(term: Term) -> bool:
    word = term.text
    return word.isupper() and len(word) > 1 and word not in JOINING


def _choose(terms: Sequence[Term]) -> tuple[list[Term], list[Term]]:
    """Those of the terms that count, where there are too many those that tell most; and the others.
    Both are as they were typed."""
    if len(terms) <= MAX_TERMS:
        return list(terms), []
    places = sorted(range(len(terms)), key=lambda place: -_tells(terms[place]))
    kept, left = sorted(places[:MAX_TERMS]), sorted(places[MAX_TERMS:])
    return [terms[place] for place in kept], [terms[place] for place in left]


def _tells(term: Term) -> int:
    """How much a term tells of what is looked for: what is quoted, of several words or with a digit
    more than a word, and everyday words least."""
    if term.is_quoted or any(letter.isdigit() for letter in term.text):
        return 2
    # The words of `don't`, which is no name, have an apostrophe between them.
    if is_everyday("'".join(term.words)) and not _is_in_capitals(term):
        return 0
    return 2 if len(term.words) > 1 else 1


def _typed(term: Term) -> str:
    return term.text if len(term.words) == 1 else f'"{term.text}"'


def _is_unfinished(text: str, last: Term) -> bool:
    # What comes before narrows it down: CVE-2026-8 is the beginning of few names.
    return len("".join(last.words)) >= LEAST_PREFIX and text.endswith(last.words[-1])
