"""Other words for what was typed, from the glossaries that the viewer may read."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.glossary import queries as glossary_queries
from mediashare.glossary.policy import key_of
from mediashare.glossary.queries import Alike
from mediashare.search.queries.question import Question, Term, Words
from mediashare.stems import WORD

# More ways to say one thing make no better results.
MOST_ALSO = 5


def widen(session: Session, viewer: Viewer, question: Question) -> Question:
    """The question with other words for its terms, and for all of it where the glossary has that:
    (dead or DLQ) and (letter or DLQ) is both words, wherever they stand, or the other one."""
    terms = [term for term in question.terms if not term.is_prefix]
    if not terms:
        return question
    whole = key_of(" ".join(term.text for term in question.terms))
    keys = dict.fromkeys([*(key_of(term.text) for term in terms), whole])
    alike = glossary_queries.list_alike(session, viewer, list(keys))
    if not alike:
        return question
    also = _others(alike, whole) if len(question.terms) > 1 else ()
    return replace(question, terms=tuple(_widened(alike, term, also) for term in question.terms))


def list_also(question: Question) -> Sequence[str]:
    """The words that are looked for besides those typed."""
    return list(dict.fromkeys(" ".join(words) for term in question.terms for words in term.also))


def _widened(alike: Sequence[Alike], term: Term, of_all: tuple[Words, ...]) -> Term:
    own = () if term.is_prefix else _others(alike, key_of(term.text))
    return replace(term, also=tuple(dict.fromkeys([*own, *of_all])))


def _others(alike: Sequence[Alike], key: str) -> tuple[tuple[str, ...], ...]:
    own = tuple(key.split())
    others: dict[tuple[str, ...], None] = {}
    for entry in alike:
        ways = [entry.term, *entry.sounds_like]
        if key not in map(_key, ways):
            continue
        for way in ways:
            words = tuple(WORD.findall(way))
            if words and tuple(_key(way).split()) != own:
                others[words] = None
    return tuple(others)[:MOST_ALSO]


def _key(text: str) -> str:
    """A term as what was typed is read: punctuation separates words."""
    return key_of(" ".join(WORD.findall(text)))
