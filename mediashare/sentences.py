"""Sentences for people, written in English where they belong, shown in the language of the reader.

What is no page (services, errors, forms) says `said("…%(number)s…", number=3)` and knows of no
language; the edge (mediashare/web/languages.py) finds the translation by the words before anything
was put into them. For logs, programs and tests it is an ordinary string in English.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar


class Sentence(str):
    """A string that remembers how it was made: `one` and `many` (None: it has no plural) before
    `values` were put into them."""

    __slots__ = ("many", "one", "values")

    one: str
    many: str | None
    values: dict[str, object]


class StoredSentence(Sentence):
    """One that was stored as plain text: how it was made has to be found again by its words
    (mediashare/web/stored.py)."""

    __slots__ = ()


S = TypeVar("S", bound=Sentence)


def said(sentence: str, /, **values: object) -> Sentence:
    """A sentence with `%(name)s` for each value: text, which may be another sentence, a number or
    a date. Without values it stays as it is, and may be a pattern to be said with them later."""
    return _make(_filled(sentence, values) if values else sentence, sentence, None, values)


def said_many(one: str, many: str, num: int, /, **values: object) -> Sentence:
    """The sentence for one, or that for any other number, which is `%(num)s` in them."""
    values["num"] = num
    return _make(_filled(one if num == 1 else many, values), one, many, values)


def together(parts: Iterable[str], between: str = " ") -> Sentence:
    """Several sentences one after the other, or a list of words; each part keeps its language."""
    values: dict[str, object] = {f"part{number}": part for number, part in enumerate(parts)}
    joined = between.replace("%", "%%").join(f"%({name})s" for name in values)
    return _make(_filled(joined, values), joined, None, values)


def stored(text: str) -> StoredSentence:
    """A sentence out of the database, where it stands in English."""
    return _made_of(StoredSentence(text), text, None, {})


def _filled(pattern: str, values: dict[str, object]) -> str:
    return pattern % {name: _in_english(value) for name, value in values.items()}


def _in_english(value: object) -> object:
    return f"{value.day} {value:%b %Y}" if isinstance(value, datetime) else value


def _make(text: str, one: str, many: str | None, values: dict[str, object]) -> Sentence:
    return _made_of(Sentence(text), one, many, values)


def _made_of(made: S, one: str, many: str | None, values: dict[str, object]) -> S:
    made.one, made.many, made.values = one, many, values
    return made
