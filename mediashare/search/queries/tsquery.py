"""What PostgreSQL's index is asked, as the text of a tsquery.

The database says how it reads each word in each language, in one statement for all of them: its
stemmers may be of another version than ours. So what it is then asked is short, and alike in those
languages that read it alike, however many there are.
"""

import itertools
from collections.abc import Iterable, Sequence

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.db.given import given
from mediashare.search.queries.question import Term, Words, list_stems_within


class Reader:
    """Knows how the database reads words; each is asked for once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str, str], str] = {}

    def read(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Each of these words in its language: one lexeme most of the time."""
        asked = dict.fromkeys(pairs)
        unknown = [{"word": w, "language": one} for w, one in asked if (w, one) not in self._known]
        if unknown:
            rows = given(self._session, unknown, word=Text(), language=Text())
            read = cast(func.search_phrase(rows.c.word, rows.c.language), Text)
            for row in self._session.execute(select(rows, read.label("read"))):
                self._known[row.word, row.language] = row.read
        return {pair: self._known[pair] for pair in asked}

    def all_of(self, terms: Sequence[Term], languages: Sequence[str]) -> dict[str, str]:
        """By language, what has all of these terms."""
        self.learn(terms, languages)
        return {one: _both(self._list_terms(terms, one)) for one in languages}

    def any_of(self, terms: Sequence[Term], languages: Sequence[str]) -> dict[str, str]:
        """By language, what has any of these terms."""
        self.learn(terms, languages)
        return {one: either(self._list_terms(terms, one)) for one in languages}

    def learn(self, terms: Sequence[Term], languages: Sequence[str]) -> None:
        """Read all words of these terms at once, before they are asked for one by one."""
        words = {word for term in terms for form in term.forms for word in form}
        self.read(itertools.product(sorted(words), languages))

    def _list_terms(self, terms: Sequence[Term], language: str) -> list[str]:
        return [either(self._list_forms(term, language)) for term in terms]

    def _list_forms(self, term: Term, language: str) -> list[str]:
        whole = [self._phrase(words, language) for words in term.forms]
        if not term.is_prefix:
            return whole
        start, last = self._phrase(term.words[:-1], language), stems.fold(term.words[-1])
        ends = [f"'{last}':*", *(f"'{within}'" for within in list_stems_within(last))]
        return [*whole, *(_in_order([start, end]) for end in ends)]

    def _phrase(self, words: Words, language: str) -> str:
        return _in_order([self._known[word, language] for word in words])


def either(asked: Iterable[str]) -> str:
    """What has any of these."""
    return _joined(" | ", dict.fromkeys(asked))


def _both(asked: Iterable[str]) -> str:
    return _joined(" & ", dict.fromkeys(asked))


def _in_order(asked: Iterable[str]) -> str:
    # What the database reads no word in asks for nothing.
    return " <-> ".join(filter(None, asked))


def _joined(operator: str, asked: Iterable[str]) -> str:
    parts = list(filter(None, asked))
    return parts[0] if len(parts) == 1 else operator.join(f"({part})" for part in parts)
