"""Which episodes are found and in which order: one statement that also decides who may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Row,
    Tuple,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.db.base import UtcDateTime
from mediashare.db.paging import BadCursorError, decode_cursor, decode_time, encode_cursor
from mediashare.groups import queries as groups_queries
from mediashare.groups.models import Group
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode, EpisodeGroup, EpisodeTag, Tag
from mediashare.search.queries.port import Field, Rows, SearchIndex
from mediashare.search.queries.question import Question, Term
from mediashare.search.queries.request import Filters, SearchRequest, Sort

# Where a word stands says most about what a clip is about; a title is worth more than any number
# of mentions, and helpfulness decides among those that fit alike.
WEIGHTS = {Field.TITLE: 6000, Field.TAGS: 5500, Field.DESCRIPTION: 1000}
SPEECH_WEIGHT = 3000
# Mentions add up to this much, helpfulness to within about ±600.
MENTIONS_WEIGHT, MENTIONS_HALF = 300, 3.0
HELPFULNESS_SHARE = 5
# Having more of the words goes before where they stand.
TERM_WEIGHT = 10_000
LARGEST_KEY = 2**62


@dataclass(frozen=True)
class Ranked:
    """Ids of one page of episodes, in order, and the cursor of the next."""

    episode_ids: Sequence[str]
    next_cursor: str | None
    is_loose: bool


def list_ranked(
    session: Session, viewer: Viewer, index: SearchIndex, request: SearchRequest
) -> Ranked:
    """One page of the episodes that the viewer may find, best first.

    Those with all terms, or, when the viewer may see none of these, those with any.
    """
    visible = _visible(viewer, index, request)
    place = tuple_(visible.c.key, visible.c.published_at, visible.c.id)
    query = select(visible).where(_has_enough(visible, request.question))
    if request.page.cursor:
        query = query.where(place < _after(request.page.cursor))
    ordered = query.order_by(
        visible.c.key.desc(), visible.c.published_at.desc(), visible.c.id.desc()
    )
    rows = session.execute(ordered.limit(request.page.limit + 1)).all()
    shown = rows[: request.page.limit]
    return Ranked(
        episode_ids=[row.id for row in shown],
        next_cursor=_cursor(shown[-1]) if len(rows) > len(shown) else None,
        is_loose=any(row.matched < len(request.question.terms) for row in shown),
    )


def list_conditions(
    viewer: Viewer, index: SearchIndex, request: SearchRequest
) -> list[ColumnElement[bool]]:
    """What holds of every episode that the viewer may find with this request, whatever words are
    in it."""
    return [
        library_queries.listed_for(viewer),
        *_conditions(viewer, request.filters),
        *(Episode.id.not_in(_anywhere(index, term)) for term in request.question.excluded),
    ]


def _visible(viewer: Viewer, index: SearchIndex, request: SearchRequest) -> CTE:
    conditions = list_conditions(viewer, index, request)
    if not request.question.terms:
        key = _key(request.sort, literal(0))
        query = select(Episode.id, Episode.published_at, literal(0).label("matched"), key)
        return query.where(*conditions).cte("visible")
    found = _found(index, request.question)
    query = (
        select(Episode.id, Episode.published_at, found.c.matched, _key(request.sort, found.c.score))
        .join(found, found.c.episode_id == Episode.id)
        .where(*conditions)
    )
    return query.cte("visible")


def _found(index: SearchIndex, question: Question) -> CTE:
    """Every episode with any of the terms: how many of them, and how well they stand."""
    hits = union_all(
        *(query for n, term in enumerate(question.terms) for query in _hits(index, n, term))
    ).subquery()
    by_term = (
        select(
            hits.c.episode_id,
            func.max(hits.c.weight).label("weight"),
            func.sum(hits.c.mentions).label("mentions"),
        )
        .group_by(hits.c.episode_id, hits.c.term)
        .subquery()
    )
    mentions = func.sum(by_term.c.mentions)
    matched = func.count()
    score = (
        matched * TERM_WEIGHT
        + func.sum(by_term.c.weight)
        + MENTIONS_WEIGHT * mentions / (mentions + MENTIONS_HALF)
    )
    query = select(by_term.c.episode_id, matched.label("matched"), score.label("score"))
    return query.group_by(by_term.c.episode_id).cte("found")


def _hits(index: SearchIndex, number: int, term: Term) -> list[Rows]:
    queries = []
    for field, weight in WEIGHTS.items():
        found = index.described(field, term).subquery()
        queries.append(_hit(number, found.c.episode_id, weight, literal(0)))
    found = index.spoken(term).subquery()
    spoken = _hit(number, found.c.episode_id, SPEECH_WEIGHT, func.count())
    return [*queries, spoken.group_by(found.c.episode_id)]


def _hit(
    number: int, episode_id: ColumnElement[str], weight: int, mentions: ColumnElement[int]
) -> Rows:
    return select(
        episode_id.label("episode_id"),
        literal(number).label("term"),
        literal(weight).label("weight"),
        mentions.label("mentions"),
    )


def _anywhere(index: SearchIndex, term: Term) -> CompoundSelect[str]:
    described = (index.described(field, term) for field in Field)
    spoken = index.spoken(term).subquery()
    return union_all(*described, select(spoken.c.episode_id))


def _has_enough(visible: CTE, question: Question) -> ColumnElement[bool]:
    wanted = len(question.terms)
    # Asked of what this viewer may see: what they may not see must not change what they find.
    has_all = select(visible.c.id).where(visible.c.matched == wanted)
    return or_(visible.c.matched == wanted, not_(exists(has_all)))


def _key(sort: Sort, score: ColumnElement[Any]) -> ColumnElement[int]:
    helpful = _helpfulness()
    value = {
        Sort.BEST: score + helpful / HELPFULNESS_SHARE,
        Sort.HELPFUL: helpful,
        Sort.NEWEST: literal(0),
    }[sort]
    return cast(value, BigInteger).label("key")


def _helpfulness() -> ColumnElement[Any]:
    """From about -2000 to 3000. Solved problems outrank stars; few voices count less than many."""
    solved, not_solved = Episode.solved_count, Episode.did_not_work_count + Episode.outdated_count
    stars = (Episode.rating_sum + 15.0) / (Episode.rating_count + 5.0) - 3.0
    return 2000 * solved / (solved + 3.0) - 1000 * not_solved / (not_solved + 3.0) + 500 * stars


def _conditions(viewer: Viewer, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.kind:
        conditions.append(Episode.kind == filters.kind)
    if filters.group:
        named = or_(Group.slug == filters.group, Group.id == filters.group)
        of_group = and_(EpisodeGroup.episode_id == Episode.id, EpisodeGroup.group_id == Group.id)
        # What one may not know of finds nothing, so that nobody can find out by asking.
        known = groups_queries.visible_to(viewer)
        conditions.append(exists().where(of_group, named, known))
    if filters.tag:
        of_tag = and_(EpisodeTag.episode_id == Episode.id, EpisodeTag.tag_id == Tag.id)
        conditions.append(exists().where(of_tag, Tag.name == filters.tag))
    if filters.author:
        by = and_(User.id == Episode.author_id, User.handle == filters.author)
        conditions.append(exists().where(by))
    if filters.after:
        conditions.append(Episode.published_at >= filters.after)
    if filters.before:
        conditions.append(Episode.published_at < filters.before)
    if filters.solved:
        conditions.append(Episode.solved_count > 0)
    return conditions


def _cursor(row: Row[*tuple[Any, ...]]) -> str:
    return encode_cursor(row.key, row.published_at.isoformat(), row.id)


def _after(cursor: str) -> Tuple:
    key, stamp, ident = decode_cursor(cursor, (int, str, str))
    if abs(key) > LARGEST_KEY:
        raise BadCursorError
    return tuple_(literal(key), type_coerce(decode_time(stamp), UtcDateTime), literal(ident))
