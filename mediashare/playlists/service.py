"""What happens to playlists: started, described, filled, put in order, deleted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.errors import InvalidInputError, NotAllowedError
from mediashare.groups import queries as groups_queries
from mediashare.library import queries as library_queries
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.library.models import Audience, Episode
from mediashare.playlists import policy
from mediashare.playlists import queries as playlists_queries
from mediashare.playlists.errors import (
    AlreadyThereError,
    NotAddedError,
    NotYourPlaylistError,
    OrderChangedError,
    PlaylistFullError,
    PlaylistNotFoundError,
    TooManyPlaylistsError,
)
from mediashare.playlists.models import Playlist, PlaylistItem
from mediashare.sentences import said

NO_SUCH_CLIP = said("There is no such clip here, or you do not have access to it.")
AFTER_THE_END = said("This is after the end of the clip.")
NOT_YOUR_GROUP = said("You can only show it to groups you belong to.")
NOT_FOR_GUESTS = said("Guests show their playlists to groups they belong to.")


@dataclass(frozen=True)
class PlaylistDetails:
    """What somebody says about a list, checked by playlists/forms.py as far as a form can."""

    title: str
    description: str = ""
    audience: Audience = Audience.PRIVATE
    group_id: str | None = None


@dataclass(frozen=True)
class Span:
    """An episode from a moment on, until another; `end_ms` 0 means to its end."""

    start_ms: int = 0
    end_ms: int = 0


@dataclass(frozen=True)
class Choice:
    """Which of the lists that somebody was shown are to have something, and perhaps a new one."""

    span: Span
    shown: Collection[str]
    wanted: Collection[str]
    title: str = ""


def start(session: Session, viewer: Viewer, details: PlaylistDetails) -> Playlist:
    """Anyone starts a playlist; only they see it unless they say otherwise."""
    if viewer.id is None or not accounts_policy.may_write(viewer):
        raise NotAllowedError
    _require_audience(session, viewer, details)
    own = select(func.count()).select_from(Playlist).where(Playlist.owner_id == viewer.id)
    if (session.scalar(own) or 0) >= policy.MOST_PLAYLISTS:
        raise TooManyPlaylistsError(policy.MOST_PLAYLISTS)
    playlist = Playlist(owner_id=viewer.id)
    _describe(playlist, details)
    session.add(playlist)
    session.flush()
    return playlist


def change(session: Session, viewer: Viewer, ident: str, details: PlaylistDetails) -> Playlist:
    """Its owner says something else about it, or shows it to others."""
    playlist = _lock_own(session, viewer, ident)
    if (details.audience, details.group_id) != (playlist.audience, playlist.group_id):
        _require_audience(session, viewer, details)
    _describe(playlist, details)
    playlist.updated_at = clock.now()
    return playlist


def remove(session: Session, viewer: Viewer, ident: str) -> Playlist:
    """The list goes for good; what was in it stays where it is."""
    playlist = _lock_own(session, viewer, ident)
    session.delete(playlist)
    return playlist


def add(
    session: Session, viewer: Viewer, ident: str, episode_id: str, span: Span, note: str = ""
) -> PlaylistItem:
    """Put an episode that the viewer may see, or a span of it, at the end of a list of theirs."""
    playlist = _lock_own(session, viewer, ident)
    try:
        episode = library_queries.get_episode(session, viewer, episode_id)
    except EpisodeNotFoundError as error:
        raise NotAddedError(errors={"episode_id": NO_SUCH_CLIP}) from error
    span = fit(episode, span)
    if _find(session, playlist, episode, span) is not None:
        raise AlreadyThereError
    return _append(session, viewer, playlist, episode, span, note)


def choose(session: Session, viewer: Viewer, episode: Episode, choice: Choice) -> int:
    """Put a span of an episode into the wanted ones of the lists that were shown, and take it out
    of the others; in how many of them it is now. What is so already stays as it is."""
    span = fit(episode, choice.span)
    shown = set(choice.shown)
    held = playlists_queries.list_holding(session, viewer, episode.id, (span.start_ms, span.end_ms))
    wanted = set(choice.wanted) & shown
    for ident in sorted((wanted ^ held) & shown):
        playlist = _lock_own(session, viewer, ident)
        item = _find(session, playlist, episode, span)
        if ident in wanted and item is None:
            _append(session, viewer, playlist, episode, span)
        elif ident not in wanted and item is not None:
            session.delete(item)
            playlist.updated_at = clock.now()
    if choice.title:
        started = start(session, viewer, PlaylistDetails(title=choice.title))
        _append(session, viewer, started, episode, span)
    return len(wanted) + bool(choice.title)


def annotate(session: Session, viewer: Viewer, ident: str, item_id: str, note: str) -> PlaylistItem:
    """Say, or say no more, why something is in the list."""
    playlist = _lock_own(session, viewer, ident)
    item = playlists_queries.get_item(session, viewer, ident, item_id)
    item.note = note
    playlist.updated_at = clock.now()
    return item


def take_out(session: Session, viewer: Viewer, ident: str, item_id: str) -> None:
    """It is in the list no more."""
    playlist = _lock_own(session, viewer, ident)
    session.delete(playlists_queries.get_item(session, viewer, ident, item_id))
    playlist.updated_at = clock.now()


def move(session: Session, viewer: Viewer, ident: str, item_id: str, step: int) -> None:
    """Let an item and the one before it (-1) or after it (1) change places; at either end of what
    its owner sees, nothing happens."""
    _lock_own(session, viewer, ident)
    wanted = playlists_queries.get_item(session, viewer, ident, item_id)
    idents = [item.id for item in playlists_queries.list_idents(session, viewer, ident)]
    here = idents.index(wanted.id)
    there = min(max(here + step, 0), len(idents) - 1)
    idents[here], idents[there] = idents[there], idents[here]
    put_in_order(session, viewer, ident, idents)


def put_in_order(session: Session, viewer: Viewer, ident: str, idents: Sequence[str]) -> Playlist:
    """All items that its owner sees, in another order; raises OrderChangedError where these are not
    the items. What the owner may not see any more keeps its place between them."""
    playlist = _lock_own(session, viewer, ident)
    items = {item.id: item for item in playlists_queries.list_idents(session, viewer, ident)}
    if len(idents) != len(items) or set(idents) != set(items):
        raise OrderChangedError
    places = sorted(item.position for item in items.values())
    for item_id, position in zip(idents, places, strict=True):
        items[item_id].position = position
    playlist.updated_at = clock.now()
    return playlist


def fit(episode: Episode, span: Span) -> Span:
    """The span as the episode has it: it ends no later than the episode, and what is all of it is
    the whole."""
    length = episode.duration_ms
    if length is None:
        return span
    if span.start_ms and span.start_ms >= length:
        raise NotAddedError(errors={"start": AFTER_THE_END})
    return replace(span, end_ms=0) if span.end_ms >= length else span


def _describe(playlist: Playlist, details: PlaylistDetails) -> None:
    playlist.title, playlist.description = details.title, details.description
    playlist.audience, playlist.group_id = details.audience, details.group_id


def _require_audience(session: Session, viewer: Viewer, details: PlaylistDetails) -> None:
    if not policy.may_show_to(viewer, details.audience):
        raise InvalidInputError(errors={"audience": NOT_FOR_GUESTS})
    group_id = details.group_id
    if group_id and groups_queries.find_membership(session, group_id, viewer.id) is None:
        raise InvalidInputError(errors={"group": NOT_YOUR_GROUP})


def _lock_own(session: Session, viewer: Viewer, ident: str) -> Playlist:
    """The owner's list as it is now; others who change it wait until this transaction ends."""
    playlist = playlists_queries.get_playlist(session, viewer, ident)
    if not policy.may_change(viewer, playlist):
        raise NotYourPlaylistError
    locked = select(Playlist).where(Playlist.id == playlist.id).with_for_update()
    found = session.scalars(locked, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise PlaylistNotFoundError
    return playlist


def _find(
    session: Session, playlist: Playlist, episode: Episode, span: Span
) -> PlaylistItem | None:
    return session.scalar(
        select(PlaylistItem).where(
            PlaylistItem.playlist_id == playlist.id,
            PlaylistItem.episode_id == episode.id,
            PlaylistItem.start_ms == span.start_ms,
            PlaylistItem.end_ms == span.end_ms,
        )
    )


def _append(
    session: Session,
    viewer: Viewer,
    playlist: Playlist,
    episode: Episode,
    span: Span,
    note: str = "",
) -> PlaylistItem:
    count, last = session.execute(
        select(func.count(), func.coalesce(func.max(PlaylistItem.position), 0)).where(
            PlaylistItem.playlist_id == playlist.id
        )
    ).one()
    if count >= policy.MOST_ITEMS:
        raise PlaylistFullError(playlist.title, policy.MOST_ITEMS)
    item = PlaylistItem(
        playlist_id=playlist.id,
        episode_id=episode.id,
        added_by_id=viewer.id,
        position=last + 1,
        start_ms=span.start_ms,
        end_ms=span.end_ms,
        note=note,
    )
    session.add(item)
    playlist.updated_at = clock.now()
    session.flush()
    return item
