"""What there is to explore, as far as the viewer may see it: in a fixed number of statements, over
the newest so many episodes, so that a large library takes no longer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Subquery, case, func, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.db.paging import Page
from mediashare.groups import queries as groups_queries
from mediashare.groups.models import Group
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode, EpisodeGroup, EpisodeTag, Tag
from mediashare.pages import queries as pages_queries
from mediashare.pages.queries import Cards
from mediashare.playlists import queries as playlists_queries
from mediashare.playlists.models import Playlist
from mediashare.search import queries as search_queries
from mediashare.search.queries import weights
from mediashare.vectors.port import Finder

# Beyond that many episodes what is older counts for nothing here.
LOOKED_AT = 1000
# What episodes share makes them related: a topic counts more than a group or who has made them.
TOPIC_POINTS, GROUP_POINTS, AUTHOR_POINTS = 3, 1, 1
RELATED = 4
LATELY = timedelta(days=30)
HELPFUL, TOPICS, GROUPS, PEOPLE, PLAYLISTS = 6, 24, 8, 8, 6


@dataclass(frozen=True)
class Topic:
    """A tag, and how many of the episodes that were looked at bear it."""

    name: str
    count: int


@dataclass(frozen=True)
class Place:
    """A group, and how many of these episodes are for it."""

    group: Group
    count: int


@dataclass(frozen=True)
class Contributor:
    """A person, how many of these episodes they have made, and for how many people these have
    solved a problem."""

    person: User
    count: int
    solved: int


@dataclass(frozen=True)
class Overview:
    """All that the page shows. `is_lately`: what has helped is of the last month; else there was
    nothing helpful in it, and it is of all that was looked at."""

    helpful: Cards
    is_lately: bool
    topics: Sequence[Topic]
    groups: Sequence[Place]
    people: Sequence[Contributor]
    playlists: Sequence[Playlist]


def get_overview(session: Session, viewer: Viewer) -> Overview:
    """What there is for this viewer."""
    seen = (
        select(Episode.id, Episode.author_id, Episode.solved_count, Episode.published_at)
        .where(library_queries.listed_for(viewer))
        .order_by(Episode.published_at.desc(), Episode.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    helpful = _list_helpful(session, seen, is_lately=True)
    is_lately = bool(helpful)
    found = helpful or _list_helpful(session, seen, is_lately=False)
    return Overview(
        helpful=pages_queries.make_cards(session, Page(found, None)),
        is_lately=is_lately,
        topics=_list_topics(session, seen),
        groups=_list_groups(session, viewer, seen),
        people=_list_people(session, seen),
        playlists=playlists_queries.list_for_everybody(session, viewer, limit=PLAYLISTS),
    )


def list_related(
    session: Session, viewer: Viewer, episode: Episode, finder: Finder | None
) -> Sequence[Episode]:
    """What to go on with after an episode: where something like its title is said, then what shares
    its topics, its groups or its author, as far as the viewer may find it."""
    alike = search_queries.list_alike(session, viewer, episode.title, finder)
    nearest = [ident for ident in alike if ident != episode.id][:RELATED]
    if len(nearest) < RELATED:
        nearest += _list_sharing(session, viewer, episode, nearest)
    found = library_queries.list_by_ids(session, nearest[:RELATED])
    # What has been deleted since it was found is left out.
    return [found[ident] for ident in nearest[:RELATED] if ident in found]


def _list_sharing(
    session: Session, viewer: Viewer, episode: Episode, known: Collection[str]
) -> Sequence[str]:
    """The ids of those that share something with an episode, the most helpful first among those
    that share as much."""
    topics = select(EpisodeTag.tag_id).where(EpisodeTag.episode_id == episode.id)
    groups = select(EpisodeGroup.group_id).where(EpisodeGroup.episode_id == episode.id)
    shared = (
        TOPIC_POINTS * _count(EpisodeTag, EpisodeTag.tag_id.in_(topics))
        + GROUP_POINTS * _count(EpisodeGroup, EpisodeGroup.group_id.in_(groups))
        + case((Episode.author_id == episode.author_id, AUTHOR_POINTS), else_=0)
    )
    seen = (
        select(Episode.id)
        .where(library_queries.listed_for(viewer), Episode.id.not_in([episode.id, *known]))
        .order_by(Episode.published_at.desc(), Episode.id.desc())
        .limit(LOOKED_AT)
    )
    return session.scalars(
        select(Episode.id)
        .where(Episode.id.in_(select(seen.subquery())), shared > 0)
        .order_by(shared.desc(), weights.helpfulness().desc(), Episode.id)
        .limit(RELATED)
    ).all()


def _count(
    related: type[EpisodeTag | EpisodeGroup], is_shared: ColumnElement[bool]
) -> ScalarSelect[int]:
    counted = select(func.count()).where(related.episode_id == Episode.id, is_shared)
    return counted.correlate(Episode).scalar_subquery()


def _list_helpful(session: Session, seen: Subquery, *, is_lately: bool) -> Sequence[Episode]:
    """Those that have solved problems or were liked, the most helpful first."""
    helpfulness = weights.helpfulness()
    query = select(Episode).join(seen, seen.c.id == Episode.id).where(helpfulness > 0)
    if is_lately:
        query = query.where(seen.c.published_at >= clock.now() - LATELY)
    ordered = query.order_by(helpfulness.desc(), Episode.published_at.desc(), Episode.id.desc())
    return session.scalars(ordered.options(*library_queries.for_cards()).limit(HELPFUL)).all()


def _list_topics(session: Session, seen: Subquery) -> Sequence[Topic]:
    count = func.count().label("count")
    rows = session.execute(
        select(Tag.name, count)
        .join(EpisodeTag, EpisodeTag.tag_id == Tag.id)
        .join(seen, seen.c.id == EpisodeTag.episode_id)
        .group_by(Tag.id, Tag.name)
        .order_by(count.desc(), Tag.name)
        .limit(TOPICS)
    )
    return [Topic(*row) for row in rows]


def _list_groups(session: Session, viewer: Viewer, seen: Subquery) -> Sequence[Place]:
    count = func.count().label("count")
    rows = session.execute(
        select(Group, count)
        .join(EpisodeGroup, EpisodeGroup.group_id == Group.id)
        .join(seen, seen.c.id == EpisodeGroup.episode_id)
        .where(groups_queries.visible_to(viewer))
        .group_by(Group.id)
        .order_by(count.desc(), Group.name, Group.id)
        .limit(GROUPS)
    )
    return [Place(*row) for row in rows]


def _list_people(session: Session, seen: Subquery) -> Sequence[Contributor]:
    """First those who have solved most, then those who have made most."""
    count, solved = func.count().label("count"), func.sum(seen.c.solved_count).label("solved")
    rows = session.execute(
        select(User, count, solved)
        .join(seen, seen.c.author_id == User.id)
        .where(User.is_active)
        .group_by(User.id)
        .order_by(solved.desc(), count.desc(), User.name, User.id)
        .limit(PEOPLE)
    )
    return [Contributor(person, made, int(helped)) for person, made, helped in rows]
