"""Find what somebody can do next, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, String, Subquery, and_, cast, exists, func, null, select, union_all
from sqlalchemy.orm import Session, joinedload

from mediashare.accounts.policy import Viewer
from mediashare.follows import queries as follows_queries
from mediashare.groups import queries as groups_queries
from mediashare.groups.models import Group, GroupKind, Membership
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode, EpisodeGroup
from mediashare.requests import policy as requests_policy
from mediashare.requests import queries as requests_queries
from mediashare.requests.models import Answer, Request, RequestState
from mediashare.search.queries import weights
from mediashare.work import policy


@dataclass(frozen=True)
class News:
    """An episode that is new in a group of one's own, or by somebody whom one follows."""

    episode: Episode
    group: Group | None


@dataclass(frozen=True)
class Wish:
    """An open request, with how many answers to it the viewer may see."""

    request: Request
    answers: int
    is_own: bool
    in_own_group: bool
    common: int

    @property
    def is_for_topics(self) -> bool:
        """Whether it asks about something that the viewer has spoken about."""
        return not self.is_own and self.common > 0

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for the viewer: to look at answers, or to help somebody in a group."""
        return self.answers > 0 if self.is_own else self.in_own_group


@dataclass(frozen=True)
class Welcome:
    """First steps of somebody with no clip and no group."""

    groups: Sequence[Group]
    helpful: Sequence[Episode]


@dataclass(frozen=True)
class Work:
    """What stands on the home page of one person. Requests that they can answer because of what
    they have spoken about are not named again among those that wait for them."""

    groups: Sequence[Group] = ()
    news: Sequence[News] = ()
    answerable: Sequence[Wish] = ()
    waiting: Sequence[Wish] = ()
    welcome: Welcome | None = None


def get_work(session: Session, viewer: Viewer, *, has_clips: bool) -> Work:
    """What the viewer can do next; `has_clips` where it is known already that they have some."""
    groups, news = _list_groups(session, viewer)
    welcome = None if groups or has_clips else _find_welcome(session, viewer)
    if welcome is not None:
        return Work(news=news, welcome=welcome)
    wishes = _list_wishes(session, viewer)
    answerable = sorted(
        (wish for wish in wishes if wish.is_for_topics),
        key=lambda wish: (-wish.common, -wish.request.want_count),
    )[: policy.MOST_REQUESTS]
    waiting = [wish for wish in wishes if wish.is_waiting and wish not in answerable]
    # Those with answers first: one click settles them.
    waiting.sort(key=lambda wish: not wish.is_own)
    return Work(groups, news, answerable, waiting[: policy.MOST_REQUESTS])


def _list_groups(session: Session, viewer: Viewer) -> tuple[Sequence[Group], Sequence[News]]:
    """The viewer's groups by name, and the newest episodes of others in them and of people whom
    the viewer follows."""
    here = _sources(viewer)
    rows = session.execute(
        select(Group, Episode)
        .select_from(here)
        .outerjoin(Group, Group.id == here.c.group_id)
        .outerjoin(Episode, Episode.id == here.c.episode_id)
        .options(joinedload(Episode.author))
        .order_by(Group.id.is_not(None), func.lower(Group.name), Group.id)
    ).all()
    groups = list(dict.fromkeys(row.Group for row in rows if row.Group))
    # An episode of several groups is news of one; a group says more than that one follows somebody.
    found = {row.Episode.id: News(row.Episode, row.Group) for row in rows if row.Episode}
    newest = sorted(found.values(), key=_published, reverse=True)
    return groups, newest[: policy.MOST_EPISODES]


def _published(news: News) -> tuple[str, str]:
    moment = news.episode.published_at
    return (moment.isoformat() if moment else "", news.episode.id)


def _sources(viewer: Viewer) -> Subquery:
    """Each of the viewer's groups by itself, what is new in it, and what is new by followed
    people, which is of no group here."""
    nothing, ranked = cast(null(), String(32)), _ranked(viewer)
    followed = (
        select(Episode.id)
        .where(
            Episode.author_id.in_(follows_queries.followed_by(viewer)),
            library_queries.listed_for(viewer),
        )
        .order_by(Episode.published_at.desc(), Episode.id.desc())
        .limit(policy.MOST_EPISODES)
        .subquery()
    )
    own = select(Membership.group_id, nothing.label("episode_id"))
    return union_all(
        own.where(Membership.user_id == viewer.id),
        select(ranked.c.group_id, ranked.c.id).where(ranked.c.place <= policy.MOST_OF_GROUP),
        select(nothing, followed.c.id),
    ).subquery()


def _ranked(viewer: Viewer) -> Subquery:
    newest = (Episode.published_at.desc(), Episode.id.desc())
    place = func.row_number().over(partition_by=EpisodeGroup.group_id, order_by=newest)
    own = select(Membership.group_id).where(Membership.user_id == viewer.id)
    return (
        select(EpisodeGroup.group_id, Episode.id, place.label("place"))
        .join(Episode, Episode.id == EpisodeGroup.episode_id)
        .where(
            EpisodeGroup.group_id.in_(own),
            Episode.author_id != viewer.id,
            library_queries.listed_for(viewer),
        )
        .subquery()
    )


def _list_wishes(session: Session, viewer: Viewer) -> Sequence[Wish]:
    """Open requests that the viewer may know of and has not offered anything for, newest first."""
    answers = (
        select(func.count())
        .select_from(Answer)
        .join(Answer.episode)
        .where(Answer.request_id == Request.id, library_queries.listed_for(viewer))
        .correlate(Request)
        .scalar_subquery()
    )
    in_own_group = exists().where(
        Membership.group_id == Request.group_id, Membership.user_id == viewer.id
    )
    has_offered = exists().where(Answer.request_id == Request.id, Answer.offered_by_id == viewer.id)
    rows = session.execute(
        select(
            Request,
            answers.label("answers"),
            in_own_group.label("in_own_group"),
            _own_topics(viewer).scalar_subquery().label("topics"),
        )
        .where(
            Request.state == RequestState.OPEN, requests_queries.visible_to(viewer), ~has_offered
        )
        .options(joinedload(Request.group.and_(groups_queries.visible_to(viewer))))
        .order_by(Request.created_at.desc(), Request.id)
        .limit(policy.LOOKED_AT)
    ).all()
    topics = set(requests_policy.words_of(rows[0].topics or "")) if rows else set()
    return [
        Wish(
            request=row.Request,
            answers=row.answers,
            is_own=row.Request.asker_id == viewer.id,
            in_own_group=bool(row.in_own_group),
            common=_count_common(row.Request, topics),
        )
        for row in rows
    ]


def _count_common(request: Request, topics: set[str]) -> int:
    return len(topics & set(requests_policy.words_of(f"{request.title} {request.details}")))


def _own_topics(viewer: Viewer) -> Select[str]:
    """The tags of the viewer's newest clips, as one text."""
    own = (
        select(Episode.tags_text)
        .where(Episode.author_id == viewer.id)
        .order_by(Episode.created_at.desc())
        .limit(policy.MOST_CLIPS)
        .subquery()
    )
    return select(func.aggregate_strings(own.c.tags_text, " "))


def _find_welcome(session: Session, viewer: Viewer) -> Welcome | None:
    """First steps for somebody with no group; None where they have a clip."""
    size = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.group_id == Group.id)
        .correlate(Group)
        .scalar_subquery()
    )
    own = select(exists().where(Episode.author_id == viewer.id).label("has_clips")).subquery()
    is_open = and_(Group.kind == GroupKind.OPEN, groups_queries.visible_to(viewer))
    # One row at least, also where no group is open.
    rows = session.execute(
        select(own.c.has_clips, Group)
        .select_from(own)
        .outerjoin(Group, is_open)
        .order_by(size.desc(), Group.name, Group.id)
        .limit(policy.MOST_OPEN_GROUPS)
    ).all()
    if rows[0].has_clips:
        return None
    helpful = session.scalars(
        select(Episode)
        .where(library_queries.listed_for(viewer))
        .options(joinedload(Episode.author))
        .order_by(weights.helpfulness().desc(), Episode.published_at.desc(), Episode.id)
        .limit(policy.MOST_HELPFUL)
    ).all()
    return Welcome([row.Group for row in rows if row.Group], helpful)
