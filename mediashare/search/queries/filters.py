"""The conditions that narrow a search down."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.follows import queries as follows_queries
from mediashare.groups import queries as groups_queries
from mediashare.groups.models import Group
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode, EpisodeGroup, EpisodeTag, Tag
from mediashare.search.queries.request import Filters, Length

CHECKED_WITHIN = timedelta(days=365)
SHORT_MS, MEDIUM_MS = 5 * 60_000, 20 * 60_000


def list_conditions(viewer: Viewer, filters: Filters) -> Sequence[ColumnElement[bool]]:
    """What an episode must be to pass all filters."""
    conditions: list[ColumnElement[bool]] = []
    if filters.kind:
        conditions.append(Episode.kind == filters.kind)
    if filters.length:
        conditions.append(_is_so_long(filters.length))
    if filters.language:
        conditions.append(_is_in(filters.language))
    if filters.after:
        conditions.append(Episode.published_at >= filters.after)
    if filters.before:
        conditions.append(Episode.published_at < filters.before)
    if filters.not_for:
        conditions.append(Episode.audience.not_in(filters.not_for))
    if filters.other_than is not None:
        conditions.append(Episode.id.not_in(filters.other_than))
    return [*conditions, *_list_proven(filters), *_list_related(viewer, filters)]


def a_year_ago() -> datetime:
    """The beginning of the day (UTC) from which on something counts as recorded lately."""
    return datetime.combine(clock.now().date(), time(tzinfo=UTC)) - CHECKED_WITHIN


def checked_since() -> datetime:
    """What was published or checked since then counts as checked this year."""
    return clock.now() - CHECKED_WITHIN


def length_of(duration_ms: int | None) -> Length | None:
    """How long a clip is, in words; None while nobody knows."""
    if duration_ms is None:
        return None
    if duration_ms < SHORT_MS:
        return Length.SHORT
    return Length.MEDIUM if duration_ms < MEDIUM_MS else Length.LONG


def is_by_followed(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which an episode is by somebody whom the viewer follows."""
    return Episode.author_id.in_(follows_queries.followed_by(viewer))


def is_called(viewer: Viewer, name: str) -> ColumnElement[bool]:
    """Whether a person has this handle, or else this name, alone among those whom the viewer may
    know of."""
    handle = name.lower()
    other = aliased(User)
    has_handle = select(other.id).where(other.handle == handle).exists()
    known = groups_queries.knows_of(viewer)
    of_name = select(func.count()).select_from(User).where(User.name == name, known)
    is_alone = of_name.correlate(None).scalar_subquery() == 1
    return or_(User.handle == handle, and_(User.name == name, known, is_alone, ~has_handle))


def _list_proven(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.solved:
        conditions.append(Episode.solved_count > 0)
    if filters.checked:
        conditions.append(_is_checked_since(checked_since()))
    return conditions


def _list_related(viewer: Viewer, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.group:
        named = or_(Group.slug == filters.group, Group.id == filters.group)
        of_group = and_(EpisodeGroup.episode_id == Episode.id, EpisodeGroup.group_id == Group.id)
        # What one may not know of finds nothing, so that nobody can find out by asking.
        known = groups_queries.visible_to(viewer)
        conditions.append(exists().where(of_group, named, known))
    if filters.tag:
        of_tag = and_(EpisodeTag.episode_id == Episode.id, EpisodeTag.tag_id == Tag.id)
        conditions.append(exists().where(of_tag, library_queries.is_tag(filters.tag)))
    if filters.author:
        called = select(User.id).where(is_called(viewer, filters.author))
        conditions.append(Episode.author_id.in_(called))
    if filters.followed:
        conditions.append(is_by_followed(viewer))
    return conditions


def _is_checked_since(moment: datetime) -> ColumnElement[bool]:
    return or_(Episode.published_at >= moment, Episode.checked_at >= moment)


def _is_so_long(length: Length) -> ColumnElement[bool]:
    duration: ColumnElement[Any] = Episode.duration_ms.expression
    return {
        Length.SHORT: duration < SHORT_MS,
        Length.MEDIUM: and_(duration >= SHORT_MS, duration < MEDIUM_MS),
        Length.LONG: duration >= MEDIUM_MS,
    }[length]


def _is_in(language: str) -> ColumnElement[bool]:
    """A language without its country stands for all its countries."""
    code = Episode.language
    return or_(code == language, code.startswith(f"{language}-", autoescape=True))
