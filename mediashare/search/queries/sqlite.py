"""Search by SQLite's FTS5: tables with words as mediashare/stems.py knows them (migration 0014)."""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    column,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.search.queries.port import (
    DOCUMENTS,
    LANGUAGES,
    Field,
    Range,
    Rows,
    each_phrase,
    gather_ranges,
    group_by_reading,
    list_languages,
)
from mediashare.search.queries.question import Term, Words, list_stems_within
from mediashare.transcripts.models import Segment

_EPISODES = table("search_episodes", column("rowid"))
_SEGMENTS = table("search_segments", column("rowid"))
_WORDS = table("search_words", column("word"))
# In the other columns words stand in no order, so that nothing follows anything.
_IN_ORDER = "{title tags chapters people description comments} : "
# Lines of others that are read along, rather than that another range begins: while two clips are
# recognised at the same time, their lines take turns.
MOST_BETWEEN = 500
# Pages that are merged in one transaction: writers wait for some tens of milliseconds.
MERGED_AT_ONCE = 200


class Fts5Index:
    """Documents and lines, kept by triggers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def languages(self) -> Sequence[str]:
        return list_languages(self._session)

    def anywhere(self, terms: Sequence[Term]) -> Rows:
        plain = [term for term in terms if term.is_plain]
        sets = [self._in_order(term) for term in terms if not term.is_plain]
        if plain:
            sets.insert(0, self._documents({one: _all(plain, one) for one in self.languages}))
        first, *others = (rows.subquery() for rows in sets)
        return select(first.c.no).where(*(first.c.no.in_(select(rows.c.no)) for rows in others))

    def described(self, field: Field, term: Term) -> Rows:
        prefix = f"{{{field.value}}} : "
        return self._documents({one: prefix + _any([term], one) for one in self.languages})

    def _readings(self, term: Term) -> dict[str, list[str] | None]:
        return group_by_reading({one: _any([term], one) for one in self.languages})

    def each(self, terms: Sequence[Term]) -> Rows:
        plain = [
            (reading, languages, 0, number)
            for number, term in enumerate(terms)
            if term.is_plain
            for reading, languages in self._readings(term).items()
        ]
        found = each_phrase(self, terms)
        if plain:
            rows = _match_each(plain).subquery()
            found.append(select(rows.c.no, rows.c.term))
        every = union_all(*found).subquery()
        return select(every.c.no, every.c.term)

    def standing(self, terms: Sequence[Term], points: Mapping[Field, int]) -> Rows:
        asked = [
            (f"{{{field.value}}} : {reading}", languages, worth, number)
            for number, term in enumerate(terms)
            for reading, languages in self._readings(term).items()
            for field, worth in points.items()
            if field is not Field.OFTEN or term.is_plain
        ]
        return _match_each(asked)

    def list_ranges(self, session: Session, episode_ids: Collection[str]) -> Sequence[Range]:
        own = LANGUAGES.c.language == DOCUMENTS.c.language
        found = _list_ranges(episode_ids)
        rows = session.execute(
            select(found.c.episode_id, LANGUAGES.c.language, found.c.first, found.c.last)
            .join(DOCUMENTS, DOCUMENTS.c.episode_id == found.c.episode_id)
            .join(LANGUAGES, LANGUAGES.c.no == DOCUMENTS.c.no)
            .order_by(own.desc(), LANGUAGES.c.language, found.c.first)
        )
        return gather_ranges(rows)

    def said(self, ranges: Collection[Range], terms: Sequence[Term], most: int) -> Rows:
        lines = _said([(place, _any_in(place, terms)) for place in ranges]).subquery()
        return _first(most, lines, lines.c.segment_id)

    def said_most(self, ranges: Collection[Range], terms: Sequence[Term], most: int) -> Rows:
        asked = [(place, _any_in(place, [term])) for place in ranges for term in terms]
        each = _said(asked).subquery()
        lines = select(*each.c, func.count().label("terms")).group_by(*each.c).subquery()
        return _first(most, lines, lines.c.terms.desc(), lines.c.segment_id)

    def known(self, word: str | ColumnElement[str]) -> Rows:
        quoted = literal('"') + word + '"'
        return select(_EPISODES.c.rowid.label("no")).where(_matches("search_episodes", quoted))

    def said_word(self, ranges: Collection[Range], word: str) -> Rows:
        every = _said([(place, f'"{word}"') for place in ranges]).subquery()
        return select(every.c.segment_id)

    def list_words(self, session: Session, start: str, lengths: range) -> Sequence[str]:
        length = func.length(_WORDS.c.word)
        # In one row: there are many, and none has a blank.
        words = session.scalar(
            select(func.group_concat(_WORDS.c.word, " ")).where(
                _WORDS.c.word >= start,
                _WORDS.c.word < start + chr(0x10FFFF),
                length.between(lengths.start, lengths.stop - 1),
            )
        )
        return words.split(" ") if words else []

    def stemmed_otherwise(
        self, session: Session, words: Mapping[str, Collection[str]]
    ) -> Mapping[str, Mapping[str, str]]:
        return {language: {} for language in words}

    def make(self, session: Session, episode_ids: Sequence[str]) -> None:
        for ident in episode_ids:
            for statement in _MAKE:
                session.execute(text(statement), {"ident": ident})

    def sweep(self, session: Session) -> None:
        for statement in _SWEEP:
            session.execute(text(statement))

    def compact(self, session: Session, *, begin: bool) -> bool:
        pages = -MERGED_AT_ONCE if begin else MERGED_AT_ONCE
        before = session.scalar(_CHANGES) or 0
        for statement in _MERGE:
            session.execute(statement, {"pages": pages})
        # Each says so itself, which is one change.
        return (session.scalar(_CHANGES) or 0) - before > len(_MERGE)

    def _documents(self, readings: dict[str, str]) -> Rows:
        found = [
            select(_EPISODES.c.rowid.label("no")).where(
                _matches("search_episodes", reading), *_is_in(_EPISODES.c.rowid, languages)
            )
            for reading, languages in group_by_reading(readings).items()
        ]
        # A document with several languages may have each reading, and is there once.
        every = union(*found).subquery()
        return select(every.c.no)

    def _in_order(self, term: Term) -> Rows:
        readings = {one: _any([term], one) for one in self.languages}
        described = self._documents({one: _IN_ORDER + r for one, r in readings.items()})
        spoken = [
            select(DOCUMENTS.c.no)
            .select_from(_SEGMENTS)
            .join(Segment, Segment.id == _SEGMENTS.c.rowid)
            .join(DOCUMENTS, DOCUMENTS.c.episode_id == Segment.episode_id)
            .where(
                _matches("search_segments", reading),
                *_is_in(DOCUMENTS.c.no, languages),
            )
            for reading, languages in group_by_reading(readings).items()
        ]
        every = union(described, *spoken).subquery()
        return select(every.c.no)


def _match_each(asked: Sequence[tuple[str, Sequence[str] | None, int, int]]) -> Rows:
    """What is found (`no`, `points`, `term`) with each of these readings, given with its languages,
    points and term: once for each term, though several languages of a document may have it. All
    that is asked is one parameter, so that the statement is as short for much as for little."""
    each = func.json_each(json.dumps(asked)).table_valued("value")
    names = ("reading", "languages", "points", "term")
    parts = (func.json_extract(each.c.value, f"$[{n}]").label(name) for n, name in enumerate(names))
    # Read once instead of for each row.
    given = select(*parts).cte().prefix_with("MATERIALIZED")
    number, languages = _EPISODES.c.rowid, given.c.languages
    spoken = func.json_each(languages).table_valued("value")
    is_in = exists().where(LANGUAGES.c.no == number, LANGUAGES.c.language == spoken.c.value)
    rows = (
        select(number.label("no"), given.c.points, given.c.term)
        .select_from(given)
        .join(_EPISODES, literal_column("search_episodes").op("MATCH")(given.c.reading))
        .where(or_(languages.is_(None), is_in))
    )
    return rows if all(languages is None for _, languages, _, _ in asked) else rows.distinct()


def _is_in(
    number: ColumnElement[int], languages: Sequence[str] | None
) -> list[ColumnElement[bool]]:
    if languages is None:
        return []
    return [number.in_(select(LANGUAGES.c.no).where(LANGUAGES.c.language.in_(languages)))]


def _all(terms: Sequence[Term], language: str) -> str:
    return " AND ".join(_any([term], language) for term in terms)


def _any(terms: Sequence[Term], language: str) -> str:
    forms = [
        form
        for term in terms
        for words in term.forms
        for form in _forms(words, language, is_prefix=term.is_prefix and words == term.words)
    ]
    return f"({' OR '.join(dict.fromkeys(forms))})"


def _any_in(place: Range, terms: Sequence[Term]) -> str:
    return " OR ".join(dict.fromkeys(_any(terms, one) for one in place.languages))


def _forms(words: Words, language: str, *, is_prefix: bool) -> list[str]:
    """One way to say a term, as FTS5 reads it. What stands between the quotes is letters and
    digits alone, so that it can not be read as an operator."""
    stemmed = [stems.stem(word, language) for word in words]
    whole = f'"{" ".join(stemmed)}"'
    if not is_prefix:
        return [whole]
    start, last = stemmed[:-1], stems.fold(words[-1])
    return [
        whole,
        f'"{" ".join([*start, last])}" *',
        *(f'"{" ".join([*start, within])}"' for within in list_stems_within(last)),
    ]


def _list_ranges(episode_ids: Collection[str]) -> Subquery:
    """Where the lines of these episodes are (`episode_id`, `first`, `last`). Those that were added
    long after others are in a range of their own, so that none spans the library; numbering them
    takes a while, so that it is only done where there are any."""
    first, last = func.min(Segment.id), func.max(Segment.id)
    between = last - first + 1 - func.count()
    own = Segment.episode_id.in_(episode_ids)
    whole = (
        select(Segment.episode_id, first.label("first"), last.label("last"))
        .where(own)
        .group_by(Segment.episode_id)
        .having(between <= MOST_BETWEEN)
    )
    torn = select(Segment.episode_id).where(own).group_by(Segment.episode_id)
    lines = _number_ranges(torn.having(between > MOST_BETWEEN))
    parts = select(lines.c.episode_id, func.min(lines.c.id), func.max(lines.c.id))
    return union_all(whole, parts.group_by(lines.c.episode_id, lines.c.range)).subquery()


def _number_ranges(episode_ids: Select[str]) -> Subquery:
    before = func.lag(Segment.id).over(partition_by=Segment.episode_id, order_by=Segment.id)
    is_far = case((Segment.id - before > MOST_BETWEEN, 1), else_=0).label("is_far")
    lines = (
        select(Segment.episode_id, Segment.id, is_far)
        .where(Segment.episode_id.in_(episode_ids))
        .subquery()
    )
    number = func.sum(lines.c.is_far).over(partition_by=lines.c.episode_id, order_by=lines.c.id)
    return select(lines.c.episode_id, lines.c.id, number.label("range")).subquery()


def _said(asked: Sequence[tuple[Range, str]]) -> Rows:
    """Segments with what is asked of each range (`segment_id`, `episode_id`). Those of other
    episodes stand between them; they have neither, so that they take nobody's place."""
    places = json.dumps([(one.first, one.last, one.episode_id, reading) for one, reading in asked])
    place = func.json_each(places).table_valued("key", "value")
    first, last, episode, reading = (
        func.json_extract(place.c.value, f"$[{part}]") for part in range(4)
    )
    ident = _SEGMENTS.c.rowid
    is_in = and_(_matches("search_segments", reading), ident.between(first, last))
    is_own = and_(Segment.id == ident, Segment.episode_id == episode)
    # Outer joins keep this order: SQLite would read all matches and then look for their place.
    found = select(Segment.id.label("segment_id"), Segment.episode_id).select_from(place)
    return found.outerjoin(_SEGMENTS, is_in).outerjoin(Segment, is_own)


def _first(most: int, lines: Subquery, *order: ColumnElement[Any]) -> Rows:
    """The first so many lines of each episode in this order."""
    number = func.row_number().over(partition_by=lines.c.episode_id, order_by=order)
    every = select(lines.c.segment_id, number.label("number")).subquery()
    return select(every.c.segment_id).where(every.c.number <= most)


def _matches(name: str, expression: str | ColumnElement[str]) -> ColumnElement[bool]:
    return literal_column(name).op("MATCH", is_comparison=True)(expression)


_MAKE = (
    """
    INSERT OR IGNORE INTO search_documents (episode_id, language)
    SELECT id, search_algorithm_for(language) FROM episodes WHERE id = :ident
    """,
    """
    UPDATE search_documents SET language = (
        SELECT search_algorithm_for(language) FROM episodes WHERE id = :ident
    ) WHERE episode_id = :ident
    """,
    """
    DELETE FROM search_segments
    WHERE rowid IN (SELECT id FROM segments WHERE episode_id = :ident)
    """,
    """
    INSERT INTO search_segments (rowid, text)
    SELECT s.id, search_stems(s.text, search_algorithm_for(
        CASE WHEN t.is_primary THEN e.language ELSE t.language END))
    FROM segments s
    JOIN episodes e ON e.id = s.episode_id JOIN transcripts t ON t.id = s.transcript_id
    WHERE s.episode_id = :ident
    """,
    "INSERT OR IGNORE INTO search_stale VALUES (:ident)",
    # Its trigger tells what it is worth.
    "UPDATE episodes SET published_at = published_at WHERE id = :ident",
)

_SWEEP = (
    "DELETE FROM search_documents WHERE episode_id NOT IN (SELECT id FROM episodes)",
    "DELETE FROM search_episodes WHERE rowid NOT IN (SELECT no FROM search_documents)",
    "DELETE FROM search_languages WHERE no NOT IN (SELECT no FROM search_documents)",
    "DELETE FROM search_worth WHERE no NOT IN (SELECT no FROM search_documents)",
    "DELETE FROM search_segments WHERE rowid NOT IN (SELECT id FROM segments)",
    "DELETE FROM search_words WHERE word NOT IN (SELECT term FROM search_vocabulary)",
    "INSERT OR IGNORE INTO search_words SELECT term FROM search_vocabulary",
    "INSERT INTO search_episodes (search_episodes) VALUES ('optimize')",
    "INSERT INTO search_segments (search_segments) VALUES ('optimize')",
)

# With a negative number all parts of the index are to become one, in which nothing is left of what
# was deleted; without, that goes on.
_MERGE = tuple(
    text(f"INSERT INTO {name} ({name}, rank) VALUES ('merge', :pages)")  # noqa: S608 - our own words
    for name in ("search_episodes", "search_segments")
)
_CHANGES = text("SELECT total_changes()")
