"""Find playlists and what is in them. Who may see which list, and which of its items, is decided
here, in the same statement; what the viewer may not see is not counted either."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.groups import queries as groups_queries
from mediashare.groups.models import Membership
from mediashare.library import queries as library_queries
from mediashare.library.models import Audience, Episode
from mediashare.playlists import policy
from mediashare.playlists.errors import ItemNotFoundError, PlaylistNotFoundError
from mediashare.playlists.models import Playlist, PlaylistItem

# What stands beside the player of what follows.
FOLLOWING = 5


@dataclass(frozen=True)
class Summary:
    """What a row of a playlist shows of what is in it, as far as the viewer may see that."""

    count: int = 0
    length_ms: int = 0
    cover: Episode | None = None

    @property
    def length(self) -> float:
        """How long all of it plays, in seconds."""
        return self.length_ms / 1000


@dataclass(frozen=True)
class Queue:
    """A playlist that is being played, as far as the viewer may see it, and which of its items is
    on."""

    playlist: Playlist
    items: Sequence[PlaylistItem]
    index: int

    @property
    def number(self) -> int:
        """The place of what is on, counted from 1."""
        return self.index + 1

    @property
    def previous(self) -> PlaylistItem | None:
        """What stands before it."""
        return self.items[self.index - 1] if self.index else None

    @property
    def next(self) -> PlaylistItem | None:
        """What follows."""
        return self.following[0] if self.following else None

    @property
    def following(self) -> Sequence[PlaylistItem]:
        """The first few of what follows."""
        return self.items[self.index + 1 : self.index + 1 + FOLLOWING]


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `viewer` may know of a playlist.

    People see their own, members those for all members, and whoever belongs to a group now those
    for that group. Nobody sees more for tending the place.
    """
    if not viewer.is_signed_in:
        return false()
    in_group = exists().where(
        Membership.group_id == Playlist.group_id, Membership.user_id == viewer.id
    )
    everybody = true() if accounts_policy.is_member(viewer) else false()
    return or_(
        Playlist.owner_id == viewer.id,
        and_(Playlist.audience == Audience.GROUP, in_group),
        and_(Playlist.audience == Audience.INTERNAL, everybody),
    )


def shown_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which an item of a list shows: its episode may be seen. The address of
    an unlisted one is its key, which a list tells others only if the author has put it there."""
    is_told = or_(Playlist.owner_id == viewer.id, Playlist.owner_id == Episode.author_id)
    unlisted = Episode.audience == Audience.UNLISTED
    return and_(library_queries.readable_by(viewer), or_(~unlisted, is_told))


def get_playlist(session: Session, viewer: Viewer, ident: str) -> Playlist:
    """The playlist with this id; raises PlaylistNotFoundError unless the viewer may know of it."""
    found = session.scalar(
        select(Playlist).where(Playlist.id == ident, visible_to(viewer)).options(*_for_rows(viewer))
    )
    if found is None:
        raise PlaylistNotFoundError
    return found


def list_own(session: Session, viewer: Viewer, page: PageRequest) -> Page[Playlist]:
    """The viewer's playlists, last changed first."""
    return _page(session, viewer, page, Playlist.owner_id == viewer.id)


def list_visible(session: Session, viewer: Viewer, page: PageRequest) -> Page[Playlist]:
    """All playlists that the viewer may know of, last changed first."""
    return _page(session, viewer, page, visible_to(viewer))


def list_all_own(session: Session, viewer: Viewer) -> Sequence[Playlist]:
    """The viewer's playlists to choose from, last changed first."""
    return session.scalars(
        select(Playlist)
        .where(Playlist.owner_id == viewer.id)
        .order_by(Playlist.updated_at.desc(), Playlist.id.desc())
        .limit(policy.MOST_PLAYLISTS)
    ).all()


def list_for_everybody(session: Session, viewer: Viewer, *, limit: int) -> Sequence[Playlist]:
    """The playlists for all members that were changed last, with who has made them; without those
    in which there is nothing for this viewer."""
    has_something = (
        select(PlaylistItem.id)
        .join(PlaylistItem.episode)
        .where(PlaylistItem.playlist_id == Playlist.id, shown_to(viewer))
        .correlate(Playlist)
        .exists()
    )
    return session.scalars(
        select(Playlist)
        .where(Playlist.audience == Audience.INTERNAL, visible_to(viewer), has_something)
        .options(joinedload(Playlist.owner))
        .order_by(Playlist.updated_at.desc(), Playlist.id.desc())
        .limit(limit)
    ).all()


def list_items(session: Session, viewer: Viewer, playlist_id: str) -> Sequence[PlaylistItem]:
    """What is in a playlist that the viewer may know of, in order, with what cards show."""
    episode = contains_eager(PlaylistItem.episode)
    cards = episode.options(joinedload(Episode.author), selectinload(Episode.tags))
    return session.scalars(_items(viewer, playlist_id).options(cards)).all()


def list_idents(session: Session, viewer: Viewer, playlist_id: str) -> Sequence[PlaylistItem]:
    """The same without anything beside the rows, for putting them in order."""
    return session.scalars(_items(viewer, playlist_id)).all()


def get_item(session: Session, viewer: Viewer, playlist_id: str, ident: str) -> PlaylistItem:
    """One item with its card; raises ItemNotFoundError unless it is in the list and the viewer may
    see its episode."""
    episode = contains_eager(PlaylistItem.episode)
    cards = episode.options(joinedload(Episode.author), selectinload(Episode.tags))
    wanted = _items(viewer, playlist_id).where(PlaylistItem.id == ident)
    found = session.scalar(wanted.options(cards))
    if found is None:
        raise ItemNotFoundError
    return found


def list_summaries(
    session: Session, viewer: Viewer, idents: Collection[str]
) -> Mapping[str, Summary]:
    """By playlist, how much is in it for this viewer, and the first episode with a poster."""
    end = case(
        (PlaylistItem.end_ms > 0, PlaylistItem.end_ms), else_=func.coalesce(Episode.duration_ms, 0)
    )
    length = end - PlaylistItem.start_ms
    rows = session.execute(
        select(
            PlaylistItem.playlist_id,
            func.count(),
            func.sum(case((length > 0, length), else_=0)),
        )
        .join(PlaylistItem.playlist)
        .join(PlaylistItem.episode)
        .where(PlaylistItem.playlist_id.in_(idents), shown_to(viewer))
        .group_by(PlaylistItem.playlist_id)
    ).all()
    covers = _list_covers(session, viewer, idents)
    return {
        ident: Summary(count, int(length_ms), covers.get(ident)) for ident, count, length_ms in rows
    }


def list_holding(
    session: Session, viewer: Viewer, episode_id: str, span: tuple[int, int]
) -> set[str]:
    """The ids of the viewer's playlists that have this span of an episode."""
    return set(
        session.scalars(
            select(PlaylistItem.playlist_id)
            .join(PlaylistItem.playlist)
            .where(
                Playlist.owner_id == viewer.id,
                PlaylistItem.episode_id == episode_id,
                PlaylistItem.start_ms == span[0],
                PlaylistItem.end_ms == span[1],
            )
        )
    )


def find_queue(
    session: Session, viewer: Viewer, playlist_id: str, *, item_id: str, episode_id: str
) -> Queue | None:
    """The playlist as it is played at this episode, in one statement; None where the viewer may not
    know of it, or does not find the episode in it. Where the item is not named, or is another
    episode's, the first one with the episode is on."""
    items = session.scalars(
        _items(viewer, playlist_id)
        .where(visible_to(viewer))
        .options(
            contains_eager(PlaylistItem.playlist),
            contains_eager(PlaylistItem.episode).joinedload(Episode.author),
        )
    ).all()
    here = [number for number, item in enumerate(items) if item.episode_id == episode_id]
    if not here:
        return None
    named = (number for number in here if items[number].id == item_id)
    return Queue(items[0].playlist, items, next(named, here[0]))


def _items(viewer: Viewer, playlist_id: str) -> Select[PlaylistItem]:
    return (
        select(PlaylistItem)
        .join(PlaylistItem.playlist)
        .join(PlaylistItem.episode)
        .where(PlaylistItem.playlist_id == playlist_id, shown_to(viewer))
        .order_by(PlaylistItem.position, PlaylistItem.id)
    )


def _list_covers(
    session: Session, viewer: Viewer, idents: Collection[str]
) -> Mapping[str, Episode]:
    turn = func.row_number().over(
        partition_by=PlaylistItem.playlist_id,
        order_by=(PlaylistItem.position, PlaylistItem.id),
    )
    ranked = (
        select(PlaylistItem.playlist_id, PlaylistItem.episode_id, turn.label("turn"))
        .join(PlaylistItem.playlist)
        .join(PlaylistItem.episode)
        .where(PlaylistItem.playlist_id.in_(idents), shown_to(viewer), Episode.poster.is_not(None))
        .subquery()
    )
    rows = session.execute(
        select(ranked.c.playlist_id, Episode)
        .join(Episode, Episode.id == ranked.c.episode_id)
        .where(ranked.c.turn == 1)
    )
    return dict(rows.all())


def _page(
    session: Session, viewer: Viewer, page: PageRequest, condition: ColumnElement[bool]
) -> Page[Playlist]:
    query = select(Playlist).where(condition).options(*_for_rows(viewer))
    return page_by_time(session, query, page, time=Playlist.updated_at, ident=Playlist.id)


def _for_rows(viewer: Viewer) -> tuple[ORMOption, ...]:
    # The names of groups that the viewer may not know of stay where they are: whoever has left a
    # secret group still has the list that they made for it.
    group = Playlist.group.and_(groups_queries.visible_to(viewer))
    return joinedload(Playlist.owner), joinedload(group)
