"""Which episodes are found and in which order: one statement that also decides who may see them.

No candidate is left out: all that have the words, and that the viewer may see, are compared. What
each is worth stands beside the index, so that none of their rows is read for it; the best are then
looked at until enough of them may be seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Row,
    Select,
    Tuple,
    cast,
    func,
    literal,
    select,
    true,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ColumnCollection

from mediashare.accounts.policy import Viewer
from mediashare.db.base import UtcDateTime
from mediashare.db.paging import BadCursorError, decode_cursor, decode_time, encode_cursor
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.search.queries import filters, weights
from mediashare.search.queries.port import DOCUMENTS, WORTH, Field, Rows, SearchIndex
from mediashare.search.queries.question import Question, Term
from mediashare.search.queries.request import Points, SearchRequest, Sort

LARGEST_KEY = 2**62
# What follows each other is looked for up to so many words; nobody types more of a phrase.
MOST_TOGETHER = 5
# For each episode that is wanted so many are looked at, since not all may be seen; where that is
# not enough, so many times more.
AT_ONCE, FURTHER = 2, 8
# A question of so many terms is a long one.
LONG = 3
_HELPFUL, _FRESH = weights.helpfulness(WORTH.c), weights.freshness()


@dataclass(frozen=True)
class Candidate:
    """An episode that the viewer may find, the points of its words, and where it stands in the
    order."""

    episode_id: str
    text: int
    key: int
    published_at: datetime
    is_loose: bool

    @property
    def cursor(self) -> str:
        """Where the page begins that follows it."""
        stamp = self.published_at.isoformat()
        return encode_cursor(self.key, stamp, self.episode_id, int(self.is_loose))


@dataclass(frozen=True)
class Candidates:
    """Episodes in order, best first. `is_loose`: none has all terms, so these have some of them;
    `has_more`: there are others behind them."""

    found: Sequence[Candidate] = ()
    is_loose: bool = False
    has_more: bool = False


def list_candidates(
    session: Session, viewer: Viewer, index: SearchIndex, request: SearchRequest, *, limit: int
) -> Candidates:
    """The best `limit` episodes that the viewer may find, after the cursor of the request if it
    has one: those with all terms, or, when the viewer may see none of these, those with any."""
    after = _read_cursor(request.page.cursor) if request.page.cursor else None
    terms = request.question.terms
    is_loose = after.is_loose if after else False
    conditions = list_conditions(viewer, index, request)

    def look(*, is_loose: bool) -> Sequence[Row[*tuple[Any, ...]]]:
        ordered = _ordered(index, request, after, is_loose=is_loose)
        return _list_rows(session, ordered, conditions, limit)

    may_be_loose = not after and len(terms) > 1 and not request.is_strict
    # No clip has all words of most long questions: that is known sooner than what each of those is
    # worth that has some.
    is_known_missing = (
        may_be_loose and len(terms) >= LONG and not _exists(session, index, terms, conditions)
    )
    rows = [] if is_known_missing else look(is_loose=is_loose)
    if not rows and may_be_loose:
        is_loose = True
        rows = look(is_loose=True)
    return Candidates(
        found=[_candidate(row, is_loose=is_loose) for row in rows[:limit]],
        is_loose=is_loose and bool(rows),
        has_more=len(rows) > limit,
    )


def list_conditions(
    viewer: Viewer, index: SearchIndex, request: SearchRequest
) -> list[ColumnElement[bool]]:
    """What holds of every episode that the viewer may find with this request, whatever words are
    in it."""
    return [
        library_queries.listed_for(viewer),
        *filters.list_conditions(viewer, request.filters),
        *(Episode.id.not_in(_having(index, term)) for term in request.question.excluded),
    ]


def list_fields(
    session: Session, index: SearchIndex, terms: Sequence[Term], episode_ids: Sequence[str]
) -> dict[tuple[str, str], list[str]]:
    """In which fields each of these episodes has each term, for those who want to know why."""
    hits = union_all(
        *(
            select(
                found.c.no, literal(term.text).label("term"), literal(field.value).label("field")
            )
            for term in terms
            for field in Field
            for found in [index.described(field, term).subquery()]
            if field is not Field.OFTEN or term.is_plain
        )
    ).subquery()
    rows = session.execute(
        select(DOCUMENTS.c.episode_id, hits.c.term, hits.c.field)
        .join(hits, hits.c.no == DOCUMENTS.c.no)
        .where(DOCUMENTS.c.episode_id.in_(episode_ids))
        .order_by(hits.c.field)
    )
    fields: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        fields.setdefault((row.episode_id, row.term), []).append(row.field)
    return fields


def list_missing(
    session: Session, index: SearchIndex, terms: Sequence[Term], episode_ids: Sequence[str]
) -> dict[str, list[str]]:
    """The terms that each of these episodes has nowhere, not even said or in a comment."""
    hits = index.each(terms).subquery()
    rows = session.execute(
        select(DOCUMENTS.c.episode_id, hits.c.term)
        .join(hits, hits.c.no == DOCUMENTS.c.no)
        .where(DOCUMENTS.c.episode_id.in_(episode_ids))
    )
    there = {(row.episode_id, row.term) for row in rows}
    return {
        ident: [term.text for number, term in enumerate(terms) if (ident, number) not in there]
        for ident in episode_ids
    }


def list_points(session: Session, episode_ids: Sequence[str]) -> dict[str, Points]:
    """What these episodes are worth whatever is asked for; their words count nothing here."""
    rows = session.execute(
        select(
            WORTH.c.episode_id,
            _HELPFUL.label("helpful"),
            _FRESH.label("fresh"),
        ).where(WORTH.c.episode_id.in_(episode_ids))
    )
    return {row.episode_id: Points(0, float(row.helpful), float(row.fresh)) for row in rows}


def _exists(
    session: Session,
    index: SearchIndex,
    terms: Sequence[Term],
    conditions: Sequence[ColumnElement[bool]],
) -> bool:
    """Whether any episode that meets the conditions has all of these. What others have would be
    told by the time that the answer takes."""
    found = index.anywhere(terms).subquery()
    some = (
        select(Episode.id)
        .join(DOCUMENTS, DOCUMENTS.c.episode_id == Episode.id)
        .join(found, found.c.no == DOCUMENTS.c.no)
        .where(*conditions)
        .limit(1)
    )
    return session.scalar(some) is not None


def _having(index: SearchIndex, term: Term) -> Select[str]:
    return select(DOCUMENTS.c.episode_id).where(DOCUMENTS.c.no.in_(index.anywhere([term])))


@dataclass(frozen=True)
class _After:
    place: Tuple
    is_loose: bool


def _ordered(
    index: SearchIndex, request: SearchRequest, after: _After | None, *, is_loose: bool
) -> Rows:
    """Every episode that is found, whoever may see it, in order."""
    if not request.question.terms:
        rows = _placed(request.sort, literal(0))
    else:
        found = _found(index, request.question, is_loose=is_loose)
        rows = _placed(request.sort, found.c.points).join(found, found.c.no == WORTH.c.no)
    if request.filters.after:
        # What is too old takes no place among the best that are looked at.
        rows = rows.where(WORTH.c.published_at >= request.filters.after)
    ordered = rows.order_by(*_best_first(rows.selected_columns))
    if not after:
        return ordered
    columns = rows.selected_columns
    return ordered.where(tuple_(columns.key, columns.published_at, columns.id) < after.place)


def _placed(sort: Sort, text: ColumnElement[Any]) -> Rows:
    key = {
        Sort.BEST: text + _HELPFUL + _FRESH,
        Sort.HELPFUL: _HELPFUL,
        Sort.NEWEST: literal(0),
    }[sort]
    return select(
        WORTH.c.episode_id.label("id"),
        WORTH.c.published_at,
        # One database would cut off what the other rounds.
        cast(func.round(key), BigInteger).label("key"),
        text.label("text"),
    ).where(WORTH.c.published_at.is_not(None))


def _best_first(columns: ColumnCollection[str, Any]) -> Sequence[ColumnElement[Any]]:
    return columns.key.desc(), columns.published_at.desc(), columns.id.desc()


def _found(index: SearchIndex, question: Question, *, is_loose: bool) -> FromClause:
    """Documents with all terms, or with any, and their points by what they have of them and where.

    What counts for having a term is worth more than all places where it may stand, so that the sum
    itself tells who has enough of them.
    """
    terms = question.terms
    enough = 1 if is_loose else len(terms)
    having = index.each(terms) if is_loose else index.anywhere(terms)
    hits = [
        index.standing(terms, weights.FIELD_POINTS),
        _worth(having, weights.APART_POINTS * enough),
    ]
    own = [replace(term, also=()) for term in terms if term.also]
    if own:
        hits.append(_worth(index.each(own), weights.OWN_POINTS))
    together = question.together
    if together is not None and len(together.words) <= MOST_TOGETHER:
        hits.append(_worth(index.anywhere([together]), weights.TOGETHER_POINTS))
    found = (query.subquery() for query in hits)
    every = union_all(*(select(rows.c.no, rows.c.points) for rows in found)).subquery()
    points = func.sum(every.c.points)
    least = weights.APART_POINTS * enough
    grouped = select(every.c.no, points.label("points")).group_by(every.c.no)
    return grouped.having(points >= least).subquery("found")


def _worth(rows: Rows, points: int) -> Rows:
    """The same rows, each worth so many points."""
    found = rows.subquery()
    return select(found.c.no, literal(points).label("points"))


def _list_rows(
    session: Session,
    ordered: Rows,
    conditions: Sequence[ColumnElement[bool]],
    limit: int,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The best `limit` that meet the conditions, and one more if there are more.

    The best of all are looked at first, and only where too few of these may be seen also those
    behind them: the answer is that of looking at all.
    """
    at_once = AT_ONCE * (limit + 1)
    while True:
        rows = session.execute(_seen(ordered.limit(at_once), conditions, limit + 1)).all()
        seen = [row for row in rows if row.id is not None]
        if len(seen) > limit or rows[0].looked_at < at_once:
            return seen
        at_once *= FURTHER


def _seen(best: Rows, conditions: Sequence[ColumnElement[bool]], limit: int) -> Rows:
    """Those of the best that meet the conditions, each with how many were looked at; one row that
    is empty but for that where none does."""
    looked = best.cte("looked")
    count = select(func.count().label("looked_at")).select_from(looked).subquery("count")
    seen = (
        select(looked)
        .join(Episode, Episode.id == looked.c.id)
        .where(*conditions)
        .order_by(*_best_first(looked.c))
        .limit(limit)
        .subquery("seen")
    )
    rows = select(count.c.looked_at, seen).select_from(count).outerjoin(seen, true())
    return rows.order_by(*_best_first(seen.c))


def _candidate(row: Row[*tuple[Any, ...]], *, is_loose: bool) -> Candidate:
    return Candidate(row.id, int(row.text), row.key, row.published_at, is_loose)


def _read_cursor(cursor: str) -> _After:
    key, stamp, ident, is_loose = decode_cursor(cursor, (int, str, str, int))
    if abs(key) > LARGEST_KEY:
        raise BadCursorError
    moment = type_coerce(decode_time(stamp), UtcDateTime)
    return _After(tuple_(literal(key), moment, literal(ident)), is_loose=bool(is_loose))
