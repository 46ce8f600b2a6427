"""Search by PostgreSQL's text vectors: tables and functions of migration 0014."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
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
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.search.queries.port import (
    DOCUMENTS,
    LANGUAGES,
    Field,
    Range,
    Rows,
    gather_ranges,
    group_by_reading,
    list_languages,
)
from mediashare.search.queries.question import Term, Words, list_stems_within

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
        self.languages = list_languages(session)

    def anywhere(self, terms: Sequence[Term]) -> Rows:
        plain = [term for term in terms if term.is_plain]
        sets = [self._in_order(term) for term in terms if not term.is_plain]
        if plain:
            sets.insert(0, self._documents("words", plain))
        first, *others = (rows.subquery() for rows in sets)
        return select(first.c.no).where(*(first.c.no.in_(select(rows.c.no)) for rows in others))

    def described(self, field: Field, term: Term) -> Rows:
        return self._documents(field.value, [term])

    def standing(self, terms: Sequence[Term], points: Mapping[Field, int]) -> Rows:
        found = (self._standing_of(term, points).subquery() for term in terms)
        every = union_all(*(select(rows.c.no, rows.c.points) for rows in found)).subquery()
        return select(every.c.no, every.c.points)

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
        by_languages: dict[tuple[str, ...], list[int]] = {}
        for place in ranges:
            by_languages.setdefault(place.languages, []).append(place.first)
        found = [
            select(_SEGMENTS.c.segment_id, number.label("number")).where(
                _SEGMENTS.c.no.in_(numbers),
                _matches(_SEGMENTS.c.text, _either([_any(terms, one) for one in languages])),
            )
            for languages, numbers in by_languages.items()
            for every in [_either([_all(terms, one) for one in languages])]
            for has_all in [_matches(_SEGMENTS.c.text, every)]
            for number in [
                func.row_number().over(
                    partition_by=_SEGMENTS.c.no,
                    order_by=(has_all.desc(), _SEGMENTS.c.segment_id),
                )
            ]
        ]
        every = union_all(*found).subquery()
        return select(every.c.segment_id).where(every.c.number <= most)

    def known(self, word: str) -> Rows:
        return _call("search_by_words", _lexeme(word), None)

    def said_word(self, ranges: Collection[Range], word: str) -> Rows:
        return select(_SEGMENTS.c.segment_id).where(
            _SEGMENTS.c.no.in_([place.first for place in ranges]),
            _matches(_SEGMENTS.c.text, _lexeme(word)),
        )

    def list_words(self, session: Session, start: str, lengths: range) -> Sequence[str]:
        length = func.length(_WORDS.c.word)
        return session.scalars(
            select(_WORDS.c.word).where(
                _WORDS.c.word >= start,
                _WORDS.c.word < start + chr(0x10FFFF),
                length.between(lengths.start, lengths.stop - 1),
            )
        ).all()

    def make(self, session: Session, episode_ids: Sequence[str]) -> None:
        for ident in episode_ids:
            for statement in _MAKE:
                session.execute(text(statement), {"ident": ident})

    def sweep(self, session: Session) -> None:
        for statement in _SWEEP:
            session.execute(text(statement))

    def _standing_of(self, term: Term, points: Mapping[Field, int]) -> Rows:
        given = _worth(points, is_plain=term.is_plain)
        found = (
            select(call.c.no, call.c.points)
            for wanted, languages in self._readings([term])
            for call in [
                func.search_standing(wanted, _array(languages), given)
                .table_valued(column("no", Integer), column("points", Integer))
                .render_derived()
            ]
        )
        every = union(*found).subquery()
        return select(every.c.no, every.c.points)

    def _documents(self, place: str, terms: Sequence[Term]) -> Rows:
        """Documents that have all of the terms in this place: once, though several languages of
        one may have them."""
        found = (
            _call(f"search_by_{place}", wanted, languages)
            for wanted, languages in self._readings(terms)
        )
        every = union(*found).subquery()
        return select(every.c.no)

    def _in_order(self, term: Term) -> Rows:
        found = (
            _call("search_in_order", wanted, languages)
            for wanted, languages in self._readings([term])
        )
        every = union(*found).subquery()
        return select(every.c.no)

    def _readings(
        self, terms: Sequence[Term]
    ) -> Iterator[tuple[ColumnElement[Any], Sequence[str] | None]]:
        """What the index is asked, and in which languages."""
        readings = {one: _reading(terms, one) for one in self.languages}
        for reading, languages in group_by_reading(readings).items():
            alike = [one for one in self.languages if readings[one] == reading]
            # Should the database stem a word otherwise than we do, it still finds its own forms.
            yield _either([_all(terms, one) for one in alike]), languages


def _call(name: str, wanted: ColumnElement[Any], languages: Sequence[str] | None) -> Rows:
    call = getattr(func, name)(wanted, _array(languages))
    found = call.table_valued(column("no", Integer)).render_derived()
    return select(found.c.no)


def _worth(points: Mapping[Field, int], *, is_plain: bool) -> ColumnElement[Any]:
    worth = [
        points.get(field) if field is not Field.OFTEN or is_plain else None for field in _STANDING
    ]
    return cast(literal(worth, ARRAY(Integer)), ARRAY(Integer))


def _array(languages: Sequence[str] | None) -> ColumnElement[Any]:
    given = null() if languages is None else literal(languages, ARRAY(Text))
    return cast(given, ARRAY(Text))


def _reading(terms: Sequence[Term], language: str) -> str:
    return "\n".join(
        " ".join(stems.stem(word, language) for word in words)
        for term in terms
        for words in term.forms
    )


def _either(wanted: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    return reduce(lambda one, other: one.op("||")(other), wanted)


def _all(terms: Sequence[Term], language: str) -> ColumnElement[Any]:
    return reduce(lambda one, other: one.op("&&")(other), (_any([t], language) for t in terms))


def _any(terms: Sequence[Term], language: str) -> ColumnElement[Any]:
    return _either(
        [
            form
            for term in terms
            for words in term.forms
            for form in _forms(words, language, is_prefix=term.is_prefix and words == term.words)
        ]
    )


def _forms(words: Words, language: str, *, is_prefix: bool) -> list[ColumnElement[Any]]:
    whole = func.search_phrase(" ".join(words), language)
    if not is_prefix:
        return [whole]
    last = stems.fold(words[-1])
    ends = [_lexeme(last, ":*"), *map(_lexeme, list_stems_within(last))]
    if len(words) == 1:
        return [whole, *ends]
    start = func.search_phrase(" ".join(words[:-1]), language)
    return [whole, *(start.op("<->")(end) for end in ends)]


def _lexeme(word: str, suffix: str = "") -> ColumnElement[Any]:
    # Letters and digits between quotes can not be read as an operator.
    return cast(literal(f"'{word}'{suffix}"), TSQUERY)


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
