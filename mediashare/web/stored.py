"""Finds again which sentence a text from the database was, and what was put into it.

Rows keep in plain English what people were told, also by a worker which the application does not
know. The catalogue of a language has all sentences as they were before anything was put into them:
a text is the one whose words it has, or several of them one after the other.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from babel.messages.catalog import Message
from babel.messages.mofile import read_mo

from mediashare.sentences import Sentence, said, said_many, together
from mediashare.web.rendering import DIST

PLACE = re.compile(r"%\((\w+)\)s")
SENTENCE_END = re.compile(r"(?<=[.!?]) ")
# A pattern with fewer letters of its own would find itself in too much.
LEAST_LETTERS = 10
REMEMBERED = 2000
# A value of this name is a sentence again.
REASON = "reason"


@dataclass(frozen=True)
class _Pattern:
    """A sentence of the catalogue, and the words by which a text is known to be it."""

    one: str
    many: str | None
    words: re.Pattern[str]
    letters: int


@functools.lru_cache(maxsize=REMEMBERED)
def found_again(text: str, language: str) -> Sentence:
    """The sentence that a stored text was made from, as far as the language has it; else the text
    as it is."""
    found = _match(text, language)
    if found is not None:
        return found
    for end in SENTENCE_END.finditer(text):
        first = _match(text[: end.start()], language)
        if first is not None:
            return together([first, found_again(text[end.end() :], language)])
    return together([text])


def _match(text: str, language: str) -> Sentence | None:
    for pattern in _patterns(language):
        found = pattern.words.fullmatch(text)
        if found is not None:
            return _remade(pattern, found.groupdict(), language)
    return None


def _remade(pattern: _Pattern, texts: dict[str, str], language: str) -> Sentence:
    values: dict[str, object] = dict(texts)
    if REASON in texts:
        values[REASON] = found_again(texts[REASON], language)
    if pattern.many is None:
        return said(pattern.one, **values)
    return said_many(pattern.one, pattern.many, int(texts["num"]), **values)


@functools.cache
def _patterns(language: str) -> Sequence[_Pattern]:
    """Those with the most letters of their own first: they know a text best."""
    path = DIST / "translations" / language / "LC_MESSAGES" / "messages.mo"
    if not path.is_file():
        return ()
    with path.open("rb") as file:
        found = [pattern for message in read_mo(file) for pattern in _of_message(message)]
    return sorted(found, key=lambda pattern: -pattern.letters)


def _of_message(message: Message) -> Iterator[_Pattern]:
    if not message.id:
        return
    if isinstance(message.id, str):
        yield from _readable(message.id, None, message.id)
        return
    one, many = message.id
    for form in (one, many):
        yield from _readable(one, many, form)


def _readable(one: str, many: str | None, form: str) -> Iterator[_Pattern]:
    letters = len(PLACE.sub("", form))
    has_places = PLACE.search(form) is not None
    if not has_places or letters >= LEAST_LETTERS:
        yield _Pattern(one, many, _compile(form, has_places=has_places), letters)


def _compile(form: str, *, has_places: bool) -> re.Pattern[str]:
    if not has_places:
        return re.compile(re.escape(form))
    made, last, known = "", 0, set[str]()
    for place in PLACE.finditer(form):
        name = place[1]
        made += re.escape(form[last : place.start()].replace("%%", "%"))
        made += f"(?P={name})" if name in known else _group(name)
        known.add(name)
        last = place.end()
    return re.compile(made + re.escape(form[last:].replace("%%", "%")), re.DOTALL)


def _group(name: str) -> str:
    return f"(?P<{name}>[0-9]+)" if name == "num" else f"(?P<{name}>.+?)"
