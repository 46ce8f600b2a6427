"""Find episodes. `readable_by` is the one place that decides who may see what."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts import queries as accounts_queries
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.groups import queries as groups_queries
from mediashare.groups.models import GroupRole, Membership
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.library.models import Audience, Episode, EpisodeGroup, EpisodeState, EpisodeTag, Tag

# A page asks for what its viewer may find up to ten times, and building the condition takes as long
# as some of its statements.
VIEWERS_KEPT = 256


def readable_by(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `viewer` may see an episode, with or without a link to it.

    Authors see their own in every state. Moderators see what is not private, also while it is
    hidden. Everybody else sees published, playable, unhidden episodes of their audiences.
    """
    if not viewer.is_signed_in:
        return and_(_is_open(), Episode.audience == Audience.PUBLIC)
    own = Episode.author_id == viewer.id
    if accounts_policy.is_moderator(viewer):
        return or_(own, and_(Episode.audience != Audience.PRIVATE, _is_published()))
    return or_(own, and_(_is_open(), _is_in_audience(viewer)))


@lru_cache(VIEWERS_KEPT)
def listed_for(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which an episode shows up in lists and search: readable, published,
    not hidden, and not kept off the lists by its audience."""
    return and_(
        _is_open(),
        readable_by(viewer),
        or_(Episode.audience != Audience.UNLISTED, Episode.author_id == viewer.id),
    )


def is_tended_by(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which the viewer is a steward of a group that an episode is for."""
    return exists().where(
        EpisodeGroup.episode_id == Episode.id,
        EpisodeGroup.group_id == Membership.group_id,
        Membership.user_id == viewer.id,
        Membership.role == GroupRole.STEWARD,
    )


def tends(session: Session, viewer: Viewer, episode: Episode) -> bool:
    """Whether the viewer is a steward of a group that this episode is for."""
    tended = select(Episode.id).where(Episode.id == episode.id, is_tended_by(viewer))
    return session.scalar(tended) is not None


def get_episode(session: Session, viewer: Viewer, ident: str) -> Episode:
    """The episode with this id; raises EpisodeNotFoundError unless `viewer` may see it."""
    return _or_raise(_find(session, viewer, Episode.id, ident))


def get_episode_by_slug(session: Session, viewer: Viewer, slug: str) -> Episode:
    """The episode with this slug; raises EpisodeNotFoundError unless `viewer` may see it."""
    return _or_raise(_find(session, viewer, Episode.slug, slug))


def may_user_read(session: Session, user_id: str, episode_id: str) -> bool:
    """Whether somebody who is not asking may see the episode now; ask before telling them of it."""
    user = session.get(User, user_id)
    if user is None or not user.is_active:
        return False
    seen = readable_by(accounts_queries.viewer_of(user))
    return session.scalar(select(Episode.id).where(Episode.id == episode_id, seen)) is not None


def may_still_read(session: Session, viewer: Viewer, episode_id: str) -> bool:
    """Whether somebody who is reading already may see the episode now, as the person that they
    are by now."""
    if viewer.id is not None:
        return may_user_read(session, viewer.id, episode_id)
    seen = readable_by(viewer)
    return session.scalar(select(Episode.id).where(Episode.id == episode_id, seen)) is not None


def list_newest(
    session: Session,
    viewer: Viewer,
    page: PageRequest,
    *,
    author_id: str | None = None,
    tag: str | None = None,
) -> Page[Episode]:
    """Published episodes, newest first, perhaps of one author or with one tag."""
    query = select(Episode).where(listed_for(viewer)).options(*for_cards())
    if author_id is not None:
        query = query.where(Episode.author_id == author_id)
    if tag is not None:
        query = query.where(_has_tag(tag))
    return page_by_time(session, query, page, time=Episode.published_at, ident=Episode.id)


def list_own(session: Session, viewer: Viewer, page: PageRequest) -> Page[Episode]:
    """What the viewer has made, newest first, in every state."""
    query = select(Episode).where(Episode.author_id == viewer.id).options(*for_cards())
    return page_by_time(session, query, page, time=Episode.created_at, ident=Episode.id)


def list_arriving(
    session: Session, viewer: Viewer, *, since: datetime, limit: int = 15
) -> Sequence[Episode]:
    """The viewer's episodes that are on their way or did not make it, then those made since then,
    each newest first, without what cards show beside them."""
    is_there = Episode.state == EpisodeState.READY
    return session.scalars(
        select(Episode)
        .where(Episode.author_id == viewer.id, or_(~is_there, Episode.created_at > since))
        .order_by(is_there, Episode.created_at.desc())
        .limit(limit)
    ).all()


def list_by_ids(session: Session, idents: Collection[str]) -> dict[str, Episode]:
    """Episodes by id, for callers that have already made sure they may be seen."""
    rows = session.scalars(select(Episode).where(Episode.id.in_(idents)).options(*for_cards()))
    return {episode.id: episode for episode in rows}


def list_group_ids(session: Session, episode_id: str) -> Sequence[str]:
    """Every group that the episode names, for its author: also those they know no more of."""
    query = select(EpisodeGroup.group_id).where(EpisodeGroup.episode_id == episode_id)
    return session.scalars(query.order_by(EpisodeGroup.group_id)).all()


def is_tag(name: str) -> ColumnElement[bool]:
    """Whether a tag is called so. Those that were kept before ß was told from ss have ss."""
    return Tag.name.in_({name, name.casefold()})


def for_cards() -> tuple[ORMOption, ...]:
    """What a card shows beyond the row itself: author and tags."""
    return (joinedload(Episode.author), selectinload(Episode.tags))


def _find(
    session: Session, viewer: Viewer, column: InstrumentedAttribute[str], value: str
) -> Episode | None:
    found = session.scalars(
        select(Episode)
        .join(Episode.author)
        .where(column == value, readable_by(viewer))
        .options(
            contains_eager(Episode.author),
            # A few rows more, and a statement less on every page of an episode.
            joinedload(Episode.tags),
            # The names of groups that the viewer may not know of stay where they are.
            joinedload(Episode.groups.and_(groups_queries.visible_to(viewer))),
        )
    )
    return found.unique().one_or_none()


def _or_raise(episode: Episode | None) -> Episode:
    if episode is None:
        raise EpisodeNotFoundError
    return episode


def _is_published() -> ColumnElement[bool]:
    return and_(Episode.state == EpisodeState.READY, Episode.published_at.is_not(None))


def _is_open() -> ColumnElement[bool]:
    return and_(_is_published(), Episode.hidden_at.is_(None))


def _is_in_audience(viewer: Viewer) -> ColumnElement[bool]:
    in_group = exists().where(
        EpisodeGroup.episode_id == Episode.id,
        EpisodeGroup.group_id == Membership.group_id,
        Membership.user_id == viewer.id,
    )
    everyone = (Audience.INTERNAL, Audience.UNLISTED, Audience.PUBLIC)
    is_member = true() if accounts_policy.is_member(viewer) else false()
    return or_(
        and_(is_member, Episode.audience.in_(everyone)),
        and_(Episode.audience == Audience.GROUP, in_group),
    )


def _has_tag(name: str) -> ColumnElement[bool]:
    return exists().where(
        EpisodeTag.episode_id == Episode.id, EpisodeTag.tag_id == Tag.id, is_tag(name)
    )
