"""What search needs of a database's full text index."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    String,
    column,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.db.base import UtcDateTime
from mediashare.search.queries.question import Term

Rows: TypeAlias = Select[*tuple[Any, ...]]
# The documents of both indexes: one for each episode, with a number and the rules by which what is
# written about it is read.
DOCUMENTS = table(
    "search_documents",
    column("no", Integer),
    column("episode_id", String),
    column("language", String),
)
# What each is worth whatever is asked for; `years` are those from 2020 to when it was published or
# last found to be still true.
WORTH = table(
    "search_worth",
    column("no", Integer),
    column("episode_id", String),
    column("solved_count", Integer),
    column("did_not_work_count", Integer),
    column("outdated_count", Integer),
    column("rating_sum", Integer),
    column("rating_count", Integer),
    column("published_at", UtcDateTime),
    column("years", Float),
)
LANGUAGES = table("search_languages", column("no", Integer), column("language", String))
_EACH_LANGUAGE = """
    WITH RECURSIVE known AS (
        SELECT min(language) AS language FROM search_languages
        UNION ALL
        SELECT (SELECT min(l.language) FROM search_languages l WHERE l.language > known.language)
        FROM known WHERE known.language IS NOT NULL
    )
    SELECT language FROM known WHERE language IS NOT NULL
"""


class Field(StrEnum):
    """Where in a document a word may stand, as far as that counts. `often` are the words that are
    said again and again."""

    TITLE = "title"
    TAGS = "tags"
    CHAPTERS = "chapters"
    PEOPLE = "people"
    OFTEN = "often"
    DESCRIPTION = "description"


@dataclass(frozen=True)
class Range:
    """An episode whose lines are looked through: the rules of its languages, its own first, and
    where the index has its lines: from which number to which. Lines that were added later may be
    in a range of their own."""

    episode_id: str
    languages: tuple[str, ...]
    first: int
    last: int


def list_languages(session: Session) -> Sequence[str]:
    """By which rules the documents of this library are read: one step for each of them."""
    return session.scalars(text(_EACH_LANGUAGE)).all() or [stems.UNSAID]


class SearchIndex(Protocol):
    """Finds where terms stand. Knows nothing of who may see it: that is the caller's part."""

    @property
    def languages(self) -> Sequence[str]:
        """By which rules the documents of this library are read."""
        ...

    def anywhere(self, terms: Sequence[Term]) -> Rows:
        """Rows (`no`) of the documents that have all of these terms, wherever, each once."""
        ...

    def each(self, terms: Sequence[Term]) -> Rows:
        """Rows (`no`, `term`) of the documents that have any of these terms, wherever, once for
        each term; `term` is its place among them."""
        ...

    def described(self, field: Field, term: Term) -> Rows:
        """Rows (`no`) of the documents that have the term in this field, each once."""
        ...

    def standing(self, terms: Sequence[Term], points: Mapping[Field, int]) -> Rows:
        """Rows (`no`, `points`): what each field is worth in which a document has one of the terms.
        Words that are said often do not follow each other, so that phrases are not looked for
        there."""
        ...

    def list_ranges(self, session: Session, episode_ids: Collection[str]) -> Sequence[Range]:
        """Where the lines of these episodes are."""
        ...

    def said(self, ranges: Collection[Range], terms: Sequence[Term], most: int) -> Rows:
        """Rows (`segment_id`) of the segments with any of the terms, so many for each episode: the
        first ones."""
        ...

    def said_most(self, ranges: Collection[Range], terms: Sequence[Term], most: int) -> Rows:
        """The same, but those with more of the terms before the others, which takes longer."""
        ...

    def known(self, word: str | ColumnElement[str]) -> Rows:
        """Rows (`no`) of the documents that have a word of `list_words`."""
        ...

    def said_word(self, ranges: Collection[Range], word: str) -> Rows:
        """Rows (`segment_id`) of the segments in these ranges with a word of `list_words`."""
        ...

    def list_words(self, session: Session, start: str, lengths: range) -> Sequence[str]:
        """The words of the whole library that begin with `start` and are so long, as the index has
        them. Nobody may be told of one before it is known that they may read it somewhere."""
        ...

    def stemmed_otherwise(
        self, session: Session, words: Mapping[str, Collection[str]]
    ) -> Mapping[str, Mapping[str, str]]:
        """By language, how the index has those of these words, without case and accents, that it
        has otherwise than mediashare/stems.py would."""
        ...

    def make(self, session: Session, episode_ids: Sequence[str]) -> None:
        """Make the documents and lines of these episodes anew."""
        ...

    def sweep(self, session: Session) -> None:
        """Remove what belongs to nothing any more, should there ever be any."""
        ...

    def compact(self, session: Session, *, begin: bool) -> bool:
        """Take some of what was deleted off the disk, or go on with that; whether there is more."""
        ...


def each_phrase(index: SearchIndex, terms: Sequence[Term]) -> list[Rows]:
    """The part of `SearchIndex.each` that is of phrases, which are looked for one by one."""
    return [
        select(found.c.no, literal(number).label("term"))
        for number, term in enumerate(terms)
        if not term.is_plain
        for found in [index.anywhere([term]).subquery()]
    ]


def group_by_reading(readings: Mapping[str, str]) -> dict[str, list[str] | None]:
    """Languages by how a question reads in them; None instead of the languages where it reads alike
    in all of them, so that nobody need look."""
    groups: dict[str, list[str] | None] = {}
    for language, reading in readings.items():
        known = groups.setdefault(reading, [])
        if known is not None:
            known.append(language)
    if len(groups) == 1:
        return dict.fromkeys(groups)
    return groups


def gather_ranges(rows: Iterable[Sequence[Any]]) -> Sequence[Range]:
    """Ranges from rows of (episode, language, first, last), of which each range has one for each of
    the languages of its episode, its own first."""
    ranges: dict[tuple[str, int], Range] = {}
    for ident, language, first, last in rows:
        known = ranges.get((ident, first), Range(ident, (), first, last))
        ranges[ident, first] = replace(known, languages=(*known.languages, language))
    return list(ranges.values())
