"""Other words for what was typed, from the glossaries that the viewer may read."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.glossary import queries as glossary_queries
from mediashare.glossary.policy import key_of
from mediashare.glossary.queries import Alike
from mediashare.search.queries.question import MAX_TERMS, Question, Term, Words
from mediashare.stems import WORD

# More ways to say one thing make no better results. All of them together are asked in each language
# of the library, so that the words that have any share so many.
MOST_ALSO, MOST_IN_ALL = 5, 24
# A single letter is in too much, where letters make words.
LEAST_LETTERS = 2
AROUND = re.compile(r"^\W+|\W+$")
# What makes C++, C# and .NET terms.
SIGNS = re.compile(r"(?<!\S)[+#.]+(?=\w)|(?<=\w)[+#]+(?!\S)")


def widen(session: Session, viewer: Viewer, question: Question) -> Question:
    """The question with other words for its terms, and for all of it where the glossary has that:
    (dead or DLQ) and (letter or DLQ) is both words, wherever they stand, or the other one.

    What is quoted is found as it is typed, and so is all of what has a quote in it."""
    terms = [term for term in question.terms if _may_be_other(term)]
    if not terms:
        return question
    wholes = _list_wholes(question)
    keys = [*(key_of(term.text) for term in terms), *wholes, *_list_marked(question.typed)]
    alike = glossary_queries.list_alike(session, viewer, dict.fromkeys(keys))
    of_all = [words for whole in wholes for words in _others(alike, whole)]
    also = [_list_own(alike, term, of_all) for term in question.terms]
    most = MOST_IN_ALL // max(1, len([own for own in also if own]))
    widened = zip(question.terms, also, strict=True)
    return replace(
        question, terms=tuple(replace(term, also=own[: max(1, most)]) for term, own in widened)
    )


def list_also(question: Question) -> Sequence[str]:
    """The words that are looked for besides those typed."""
    return list(dict.fromkeys(" ".join(words) for term in question.terms for words in term.also))


def _list_wholes(question: Question) -> Sequence[str]:
    """All of it as one term: as it was typed, with words alone, and without those that do not count
    (time to live, the DLQ)."""
    if any(term.is_quoted for term in question.terms):
        return []
    telling = " ".join(term.text for term in question.terms)
    return list(dict.fromkeys([key_of(question.typed), _key(question.typed), key_of(telling)]))


def _list_marked(typed: str) -> Sequence[str]:
    """The words that have punctuation, as a glossary has them (CI/CD), also without what stands
    around them in a sentence."""
    marked = [key_of(word) for word in typed.split() if not word.isalnum()][:MAX_TERMS]
    return [*marked, *filter(None, (AROUND.sub("", word) for word in marked))]


def _list_own(alike: Sequence[Alike], term: Term, of_all: Sequence[Words]) -> tuple[Words, ...]:
    """Other words for this term, after those for all of the question: these must be found by each
    of its terms."""
    own = _others(alike, key_of(term.text)) if _may_be_other(term) else ()
    return tuple(dict.fromkeys([*of_all, *own]))[:MOST_ALSO]


def _others(alike: Sequence[Alike], key: str) -> tuple[Words, ...]:
    own = tuple(key.split())
    others: dict[Words, None] = {}
    for entry in alike:
        ways = [entry.term, *entry.sounds_like]
        if key not in map(_key, ways):
            continue
        for way in ways:
            words = tuple(WORD.findall(way))
            if tuple(_key(way).split()) != own and not _is_cut(way, words):
                others[words] = None
    return tuple(others)[:MOST_ALSO]


def _may_be_other(term: Term) -> bool:
    return not (term.is_prefix or term.is_quoted)


def _is_cut(way: str, words: Words) -> bool:
    """Whether these words are no longer the term: every C is in C++, and profits are net too."""
    left = " ".join(words)
    return (len(left) < LEAST_LETTERS and left.isascii()) or SIGNS.findall(left) != SIGNS.findall(
        way
    )


def _key(text: str) -> str:
    """A term as what was typed is read: punctuation separates words."""
    return key_of(" ".join(WORD.findall(text)))
