"""Words as search takes them for the same: without case and accents, and without their endings.

SQLite's index is made of what `stems` returns; PostgreSQL does the same with dictionaries of its
own (migrations 0014, 0024). Whoever changes a rule here has to run `mediashare reindex`.
"""

import re
import threading
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Protocol

import snowballstemmer

# A word is letters and digits of any script; accents may be marks of their own.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
# Languages whose endings both databases know, by the first part of their code.
ALGORITHMS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
# What is taken for English because nobody has said what it is, and what has no endings we know.
UNSAID, PLAIN = "english", "simple"
# A word is said often when it is said so many times, and once in so many words.
OFTEN, OFTEN_AMONG = 3, 400

_own = threading.local()


class Stemmer(Protocol):
    """Takes the endings of one language off."""

    def stemWord(self, word: str) -> str:  # noqa: N802 - its name in Snowball
        """The word without its ending."""
        ...


def algorithm_for(language: str | None) -> str:
    """By which rules words of a language lose their endings."""
    if not language:
        return UNSAID
    return ALGORITHMS.get(re.split("[-_]", language.lower())[0], PLAIN)


def fold(text: str) -> str:
    """Text without accents and case."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", bare).lower()


@lru_cache(maxsize=2**16)
def stem(word: str, algorithm: str) -> str:
    """The part of one word that its other forms have too; names with digits stay whole."""
    plain = fold(word)
    if algorithm == PLAIN or not plain.isalpha():
        return plain
    return _stemmer(algorithm).stemWord(plain)


def stems(text: str, algorithm: str) -> str:
    """The words of a text in order, as the index has them, with single blanks."""
    return " ".join(stem(word, algorithm) for word in WORD.findall(text))


def distinct(words: str) -> str:
    """Each of these words once."""
    return " ".join(dict.fromkeys(words.split()))


def often(words: str) -> str:
    """Those of these words that come back again and again."""
    said = words.split()
    least = max(OFTEN, len(said) / OFTEN_AMONG)
    return " ".join(word for word, times in Counter(said).items() if times >= least)


def _stemmer(algorithm: str) -> Stemmer:
    # A stemmer remembers the word it works on, so each thread has its own.
    if not hasattr(_own, "stemmers"):
        _own.stemmers = {}
    known: dict[str, Stemmer] = _own.stemmers
    if algorithm not in known:
        known[algorithm] = snowballstemmer.stemmer(algorithm)
    return known[algorithm]
