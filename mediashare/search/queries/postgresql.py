"""Search by PostgreSQL's text vectors: tables and functions of migration 0014."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    cast,
    column,
    func,
    literal,
    null,
    select,
    table,
    text,
    true,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from mediashare import stems
from mediashare.db.given import given
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
from mediashare.search.queries.question import Term
from mediashare.search.queries.tsquery import Reader, either

_SEGMENTS = table("search_segments", column("segment_id"), column("no"), column("text"))
_WORDS = table("search_words", column("word", Text))
# In the order in which search_standing is told their points.
_STANDING = (
    Field.TITLE,
    Field.TAGS,
    Field.CHAPTERS,
    Field.PEOPLE,
    Field.OFTEN,
    Field.DESCRIPTION,
)


class PostgresqlIndex:
    """Documents and lines, kept by triggers."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._reader = Reader(session)

    @cached_property
    def languages(self) -> Sequence[str]:
        return list_languages(self._session)

    def anywhere(self, terms: Sequence[Term]) -> Rows:
        self._reader.learn(terms, self.languages)
        plain = [term for term in terms if term.is_plain]
        sets = [self._in_order(term) for term in terms if not term.is_plain]
        if plain:
            sets.insert(0, self._documents("words", plain))
        first, *others = (rows.subquery() for rows in sets)
        return select(first.c.no).where(*(first.c.no.in_(select(rows.c.no)) for rows in others))

    def described(self, field: Field, term: Term) -> Rows:
        return self._documents(field.value, [term])

    def each(self, terms: Sequence[Term]) -> Rows:
        plain = {number: term for number, term in enumerate(terms) if term.is_plain}
        found = each_phrase(self, terms)
        if plain:
            found.append(self._call_each("search_by_words", ("no",), self._asked(plain)))
        every = union_all(*found).subquery()
        return select(every.c.no, every.c.term)

    def standing(self, terms: Sequence[Term], points: Mapping[Field, int]) -> Rows:
        asked = self._asked(dict(enumerate(terms)))
        for one in asked:
            one["points"] = _worth(points, is_plain=terms[one["term"]].is_plain)
        return self._call_each("search_standing", ("no", "points"), asked)

    def list_ranges(self, session: Session, episode_ids: Collection[str]) -> Sequence[Range]:
        own = LANGUAGES.c.language == DOCUMENTS.c.language
        number = DOCUMENTS.c.no
        rows = session.execute(
            select(DOCUMENTS.c.episode_id, LANGUAGES.c.language, number, number)
            .join(LANGUAGES, LANGUAGES.c.no == number)
            .where(DOCUMENTS.c.episode_id.in_(episode_ids))
            .order_by(own.desc(), LANGUAGES.c.language)
        )
        return gather_ranges(rows)

    def said(self, ranges: Collection[Range], terms: Sequence[Term], most: int) -> Rows:
        return self._first(most, ranges, terms, counted=())

    def said_most(self, ranges: Collection[Range], terms: Sequence[Term], most: int) -> Rows:
        return self._first(most, ranges, terms, counted=terms)

    def known(self, word: str | ColumnElement[str]) -> Rows:
        return _call("search_by_words", _lexeme(word), None)

    def said_word(self, ranges: Collection[Range], word: str) -> Rows:
        return select(_SEGMENTS.c.segment_id).where(
            _SEGMENTS.c.no.in_([place.first for place in ranges]),
            _matches(_SEGMENTS.c.text, _lexeme(word)),
        )

    def list_words(self, session: Session, start: str, lengths: range) -> Sequence[str]:
        length = func.length(_WORDS.c.word)
        # In one row: there are many, and none has a blank.
        words = session.scalar(
            select(func.string_agg(_WORDS.c.word, " ")).where(
                _WORDS.c.word >= start,
                _WORDS.c.word < start + chr(0x10FFFF),
                length.between(lengths.start, lengths.stop - 1),
            )
        )
        return words.split(" ") if words else []

    def stemmed_otherwise(
        self, session: Session, words: Mapping[str, Collection[str]]
    ) -> Mapping[str, Mapping[str, str]]:
        read = self._reader.read((word, one) for one, several in words.items() for word in several)
        otherwise: dict[str, dict[str, str]] = {language: {} for language in words}
        for (word, language), lexeme in read.items():
            # Between quotes, as queries have them.
            theirs = lexeme.strip("'")
            if theirs != stems.stem(word, language):
                otherwise[language][word] = theirs
        return otherwise

    def make(self, session: Session, episode_ids: Sequence[str]) -> None:
        for ident in episode_ids:
            for statement in _MAKE:
                session.execute(text(statement), {"ident": ident})

    def compact(self, session: Session, *, begin: bool) -> bool:
        # Its own vacuum does that.
        return False

    def sweep(self, session: Session) -> None:
        for statement in _SWEEP:
            session.execute(text(statement))

    def _asked(self, terms: Mapping[int, Term]) -> list[dict[str, Any]]:
        """What the index is asked about each of these terms, in which languages."""
        self._reader.learn(list(terms.values()), self.languages)
        return [
            {"term": number, "wanted": wanted, "languages": languages}
            for number, term in terms.items()
            for wanted, languages in self._readings([term])
        ]

    def _call_each(
        self, name: str, columns: Sequence[str], asked: Sequence[Mapping[str, Any]]
    ) -> Rows:
        """What the function finds for each of these, once for each term. All that is asked is one
        parameter, so that the statement is as short for many terms as for one."""
        kinds: dict[str, TypeEngine[Any]] = {"wanted": Text(), "term": Integer()}
        kinds |= {"languages": ARRAY(Text), "points": ARRAY(Integer)}
        rows = given(self._session, asked, **kinds)
        # The planner takes any such table for one of a hundred rows.
        each = select(rows).limit(len(asked)).subquery()
        more = [each.c.points] if "points" in columns else []
        call = getattr(func, name)(cast(each.c.wanted, TSQUERY), each.c.languages, *more)
        found = call.table_valued(*(column(one, Integer) for one in columns)).render_derived()
        query = select(*found.c, each.c.term).select_from(each).join(found, true())
        is_read_alike = all(one["languages"] is None for one in asked)
        return query if is_read_alike else query.distinct()

    def _first(
        self,
        most: int,
        ranges: Collection[Range],
        terms: Sequence[Term],
        *,
        counted: Sequence[Term],
    ) -> Rows:
        """The first so many lines of each document with any of the terms, those with more of the
        `counted` ones before the others."""
        by_languages: dict[tuple[str, ...], list[int]] = {}
        for place in ranges:
            by_languages.setdefault(place.languages, []).append(place.first)
        found = [
            select(_SEGMENTS.c.segment_id, number.label("number")).where(
                _SEGMENTS.c.no.in_(numbers), self._says(terms, languages)
            )
            for languages, numbers in by_languages.items()
            for count in [
                sum((cast(self._says([term], languages), Integer) for term in counted), literal(0))
            ]
            for number in [
                func.row_number().over(
                    partition_by=_SEGMENTS.c.no, order_by=(count.desc(), _SEGMENTS.c.segment_id)
                )
            ]
        ]
        every = union_all(*found).subquery()
        return select(every.c.segment_id).where(every.c.number <= most)

    def _says(self, terms: Sequence[Term], languages: Sequence[str]) -> ColumnElement[bool]:
        """Whether a line has any of the terms in any of its languages."""
        some = either(self._reader.any_of(terms, languages).values())
        return _matches(_SEGMENTS.c.text, _query(some))

    def _documents(self, place: str, terms: Sequence[Term]) -> Rows:
        """Documents that have all of the terms in this place: once, though several languages of
        one may have them."""
        found = (
            _call(f"search_by_{place}", _query(wanted), languages)
            for wanted, languages in self._readings(terms)
        )
        every = union(*found).subquery()
        return select(every.c.no)

    def _in_order(self, term: Term) -> Rows:
        found = (
            _call("search_in_order", _query(wanted), languages)
            for wanted, languages in self._readings([term])
        )
        every = union(*found).subquery()
        return select(every.c.no)

    def _readings(self, terms: Sequence[Term]) -> Iterable[tuple[str, Sequence[str] | None]]:
        """What the index is asked, and in which languages."""
        return group_by_reading(self._reader.all_of(terms, self.languages)).items()


def _call(name: str, wanted: ColumnElement[Any], languages: Sequence[str] | None) -> Rows:
    call = getattr(func, name)(wanted, _array(languages))
    found = call.table_valued(column("no", Integer)).render_derived()
    return select(found.c.no)


def _worth(points: Mapping[Field, int], *, is_plain: bool) -> list[int | None]:
    return [
        points.get(field) if field is not Field.OFTEN or is_plain else None for field in _STANDING
    ]


def _array(languages: Sequence[str] | None) -> ColumnElement[Any]:
    given = null() if languages is None else literal(languages, ARRAY(Text))
    return cast(given, ARRAY(Text))


def _query(asked: str) -> ColumnElement[Any]:
    return cast(literal(asked), TSQUERY)


def _lexeme(word: str | ColumnElement[str]) -> ColumnElement[Any]:
    # Letters and digits between quotes can not be read as an operator.
    return cast(literal("'") + word + "'", TSQUERY)


def _matches(vector: ColumnElement[Any], wanted: ColumnElement[Any]) -> ColumnElement[bool]:
    return vector.op("@@", is_comparison=True)(wanted)


# Documents and lines are made where the transaction ends, as they are by all others (migration
# 0025).
_MAKE = (
    # Its trigger tells what it is worth.
    "UPDATE episodes SET published_at = published_at WHERE id = :ident",
    """
    INSERT INTO search_documents (episode_id, language)
    SELECT id, search_algorithm_for(language) FROM episodes WHERE id = :ident
    ON CONFLICT DO NOTHING
    """,
    "SELECT search_put_off(:ident, true)",
)
_SWEEP = (
    """
    SELECT search_put_off(episode_id) FROM search_documents d
    WHERE NOT EXISTS (SELECT FROM episodes e WHERE e.id = d.episode_id)
    """,
    # Documents go before words, as everywhere. Lines of those that are left were just made anew.
    "SET CONSTRAINTS search_made IMMEDIATE",
    """
    DELETE FROM search_segments s
    WHERE NOT EXISTS (SELECT FROM search_documents d WHERE d.no = s.no)
    """,
    # What others do meanwhile is seen by the function: a word that it adds may have gone.
    """
    SELECT search_keep_words(
        coalesce(array_agg(known.word) FILTER (WHERE known.word IS NOT NULL), '{}'),
        coalesce(array_agg(coalesce(known.word, w.word)), '{}'))
    FROM (SELECT DISTINCT unnest(tsvector_to_array(words)) AS word FROM search_documents) known
    FULL JOIN search_words w ON w.word = known.word
    WHERE known.word IS NULL OR w.word IS NULL
    """,
)
