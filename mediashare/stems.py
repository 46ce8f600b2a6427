"""Words as search takes them for the same: without case and accents, and without their endings.

SQLite's index is made of what `stems` returns; PostgreSQL does the same with dictionaries of its
own (migrations 0014, 0027). Whoever changes a rule here has to run `mediashare reindex`.
"""

import json
import re
import threading
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Protocol

import snowballstemmer

# Scripts that are written without blanks between words, or (Korean) with endings that nobody takes
# off: Thai to Khmer, kana, Han, Hangul. Each of their letters is a word, so that what is typed is
# found wherever these letters follow each other.
LONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
    "\U00020000-\U0003ffff"
)
# Accents that stand for themselves, and the points of Hebrew and Arabic with the stroke that makes
# words longer.
ACCENTS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
)
# What nobody sees: where a word may be divided, and where none may be.
UNSEEN = "\u00ad\u200b\u2060\ufeff"
# A word is letters and digits of any script, or the name of a language that is written otherwise.
WORD = re.compile(
    rf"[cC]\+\+|[cCfF]#|[^\W_{LONE}](?:[^\W_{LONE}]|[{ACCENTS}{UNSEEN}])*|(?=[{LONE}])[^\W_]"
)
# What letters are without accents where Unicode does not say so, and those names as words.
PLAINLY = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "\u03c2": "\u03c3"}
)
NAMES = {"c++": "cpp", "c#": "csharp", "f#": "fsharp"}
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

_LEFT_OUT = re.compile(f"[{ACCENTS}{UNSEEN}]")
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
    """Text without accents and case, in one form of each letter; of a word that is a name, the name
    in letters."""
    bare = _LEFT_OUT.sub("", unicodedata.normalize("NFKD", text))
    plain = unicodedata.normalize("NFC", bare).lower().translate(PLAINLY)
    # Some signs are nothing but a blank or what is left out.
    return NAMES.get(plain, plain.strip() or text)


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


def listed(words: str) -> str:
    """Each of these words once, as an array of JSON."""
    return json.dumps(list(dict.fromkeys(words.split())))


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
