"""The words of a text as the methods count them: without case and accents, cut to their stems."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import langcodes
import snowballstemmer

WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f'\u2019-](?=[^\W_]))*")
# Scripts that put no blanks between words: two signs are about as telling as a word there.
UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]{2,}")


class Stemmer:
    """Cuts words to their stems (Snowball: Porter, 2001) in one language; those of languages that
    Snowball does not know stay whole."""

    def __init__(self, language: str | None) -> None:
        name = _algorithm(language)
        self._stemmer = snowballstemmer.stemmer(name) if name else None
        self._stem = lru_cache(maxsize=50_000)(self._cut)

    def stem(self, word: str) -> str:
        """The stem of one word."""
        return self._stem(word)

    def terms(self, text: str) -> Sequence[str]:
        """The stems of all words of a text, in order."""
        return [term for word in WORD.findall(text) for term in self._parts(word)]

    def _parts(self, word: str) -> Sequence[str]:
        if UNSPACED.fullmatch(word):
            return [word[place : place + 2] for place in range(len(word) - 1)]
        return [self.stem(word)]

    def _cut(self, word: str) -> str:
        bare = "".join(
            c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)
        )
        plain = bare.casefold()
        stemmed: str = self._stemmer.stemWord(plain) if self._stemmer else plain
        return stemmed


def _algorithm(language: str | None) -> str | None:
    if not language:
        return None
    name = langcodes.Language.get(language).language_name().lower()
    # Norwegian goes by two codes of its own.
    name = "norwegian" if name.startswith("norwegian") else name
    return name if name in snowballstemmer.algorithms() else None
