"""Sentences for people, written in English where they belong, shown in the language of the reader.

What is no page (services, errors, forms) says `said("…%(number)s…", number=3)` and knows of no
language; the edge (mediashare/web/languages.py) finds the translation by the words before anything
was put into them. For logs, programs and tests it is an ordinary string in English.
"""


class Sentence(str):
    """A string that remembers how it was made: `one` and `many` (None: it has no plural) before
    `values` were put into them."""

    __slots__ = ("many", "one", "values")

    one: str
    many: str | None
    values: dict[str, object]


def said(sentence: str, **values: object) -> Sentence:
    """A sentence with `%(name)s` for each value."""
    return _make(sentence % values if values else sentence, sentence, None, values)


def said_many(one: str, many: str, num: int, **values: object) -> Sentence:
    """The sentence for one, or that for any other number, which is `%(num)s` in them."""
    values["num"] = num
    return _make((one if num == 1 else many) % values, one, many, values)


def _make(text: str, one: str, many: str | None, values: dict[str, object]) -> Sentence:
    made = Sentence(text)
    made.one, made.many, made.values = one, many, values
    return made
