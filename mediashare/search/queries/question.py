"""What people type, read as words, phrases and exclusions; whatever it is, it means something."""

import re
import unicodedata
from dataclasses import dataclass

MAX_TERMS = 12
# A word is letters and digits of any script; accents may be marks of their own.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
QUOTES = str.maketrans("“”„«»", '"' * 5)
# One dash right before a word excludes it; two are how engineers write options (--force). A quote
# that is never closed runs to the end, as it does while somebody types.
PIECE = re.compile(r'(?P<minus>(?<!\S)-(?!-))?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')
# Words that nearly every text has. They count inside phrases, and when nothing else was asked.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be but by can do does for from had has have how i if in into is it "
        "its of on or our so that the their then there these they this to was we were what when "
        "where which who why will with you your",
    )
)


@dataclass(frozen=True)
class Term:
    """Words that must follow each other; a single word most of the time."""

    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words as both databases read them: letters, digits and single spaces alone."""
        return " ".join(self.words)


@dataclass(frozen=True)
class Question:
    """What must and what must not be there. `is_blank`: nothing was typed at all."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    is_blank: bool = True

    @property
    def is_browsing(self) -> bool:
        """Whether no word has to be found, so that everything (but what is excluded) is."""
        return not self.terms and (self.is_blank or bool(self.excluded))


def read_question(text: str) -> Question:
    """Words, "phrases" and -exclusions; other punctuation only joins (CVE-2026-1234 is found as a
    whole) or separates words, so that no input is an error or a command."""
    terms: dict[Term, None] = {}
    excluded: dict[Term, None] = {}
    for piece in PIECE.finditer(unicodedata.normalize("NFC", text).translate(QUOTES)):
        words = tuple(WORD.findall(piece["phrase"] or piece["word"] or ""))
        if words:
            (excluded if piece["minus"] else terms)[Term(words)] = None
    return Question(
        tuple(_worth_asking(terms))[:MAX_TERMS],
        tuple(excluded)[:MAX_TERMS],
        is_blank=not text.strip(),
    )


def _worth_asking(terms: dict[Term, None]) -> list[Term]:
    telling = [term for term in terms if not _is_stop_word(term)]
    return telling or list(terms)


def _is_stop_word(term: Term) -> bool:
    return len(term.words) == 1 and term.words[0].lower() in STOP_WORDS
