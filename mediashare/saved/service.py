"""What happens to saved searches: kept, changed, looked at, told of, read as a feed."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts import queries as accounts_queries
from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.db import upsert
from mediashare.errors import NotAllowedError
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.notifications import service as notifications_service
from mediashare.saved import policy
from mediashare.saved import queries as saved_queries
from mediashare.saved.errors import TooManySearchesError
from mediashare.saved.models import NEW_FOR, Alert, SavedHit, SavedSearch, key_of
from mediashare.sentences import said_many

LIST_PATH = "/searches"
# A daily note names so many searches; the page has them all.
MOST_NAMED = 5


@dataclass(frozen=True)
class SearchDetails:
    """What somebody says about a search they save, checked by saved/forms.py. One that has no name
    of its own (`is_named`) is called by what it looks for."""

    name: str
    query: str
    alert: Alert | None = None
    is_named: bool = True


def save(
    session: Session, viewer: Viewer, new: SearchDetails, *, unsaid: Alert = Alert.NONE
) -> tuple[SavedSearch, bool]:
    """Keep a search, and say whether it is a new one. What it finds already is not new. The same
    search again takes a new name of its own, and stays as it is in what is not said; a new one of
    which no alert is said has the alert `unsaid`."""
    if viewer.id is None:
        raise NotAllowedError
    # Who saves many at the same time saves them one after the other.
    accounts_service.take_turn(session, viewer)
    same = saved_queries.find_same(session, viewer, new.query)
    if same is not None:
        name, alert = new.name if new.is_named else same.name, new.alert or same.alert
        return change(session, viewer, same.id, name=name, alert=alert), False
    own, key = SavedSearch.user_id == viewer.id, key_of(new.query)
    count = session.scalar(select(func.count()).select_from(SavedSearch).where(own)) or 0
    if count >= policy.MOST_SEARCHES:
        raise TooManySearchesError(policy.MOST_SEARCHES)
    alert, now = new.alert or unsaid, clock.now()
    saved = SavedSearch(name=new.name, query=new.query, query_key=key, alert=alert, seen_at=now)
    saved.user = session.get_one(User, viewer.id)
    session.add(saved)
    session.flush()
    # What is there already was found no later than its owner has looked at it, however much it is.
    while _note(session, saved, saved_queries.list_new(session, saved, now), now, told_at=now):
        pass
    return saved, True


def change(session: Session, viewer: Viewer, ident: str, *, name: str, alert: Alert) -> SavedSearch:
    """Another name, or told of in another way from now on. What waits for a daily note that will
    not come is told at once, or not at all where its owner wants to be told of nothing."""
    saved = saved_queries.get_saved(session, viewer, ident)
    before, saved.name, saved.alert = saved.alert, name, alert
    if alert is before:
        return saved
    now = clock.now()
    waiting = _take_waiting(session, [saved.id], now)
    if alert is Alert.DIGEST:
        saved.told_at = now
    if alert is Alert.INBOX:
        idents = [hit.episode_id for hit in waiting]
        _tell(session, saved, len(_list_findable(session, viewer, idents)))
    return saved


def remove(session: Session, viewer: Viewer, ident: str) -> None:
    """It is not kept any more; its feed ends with it."""
    end_feed(session, viewer, ident)
    session.delete(saved_queries.get_saved(session, viewer, ident))


def mark_seen(session: Session, viewer: Viewer, ident: str) -> SavedSearch:
    """Its owner looks at it: nothing in it is new any more."""
    saved = saved_queries.get_saved(session, viewer, ident)
    saved.seen_at = clock.now()
    return saved


def make_feed(session: Session, viewer: Viewer, ident: str) -> str:
    """A token that reads the feed of this search and nothing else; shown once, kept as a hash.
    One that was made before ends."""
    end_feed(session, viewer, ident)
    saved = saved_queries.get_saved(session, viewer, ident)
    row, token = accounts_service.create_feed_token(session, saved.user_id, name=saved.name)
    saved.feed_token_id = row.id
    return token


def end_feed(session: Session, viewer: Viewer, ident: str) -> None:
    """Nobody reads the feed of this search any more; where there is none, nothing happens."""
    saved = saved_queries.get_saved(session, viewer, ident)
    if saved.feed_token_id is not None:
        accounts_service.revoke_token(session, viewer, saved.feed_token_id)
        saved.feed_token_id = None


def look_for_new(session: Session, ident: str) -> None:
    """Run one saved search as its owner, and tell them of each clip once, in the way they want."""
    saved = saved_queries.find_kept(session, ident)
    if saved is None:
        return
    viewer, now = accounts_queries.viewer_of(saved.user), clock.now()
    found = saved_queries.list_new(session, saved, now)
    known = saved_queries.list_by_joining(session, viewer, found, now)
    # What was found when its owner looked at it is not new.
    _note(session, saved, known, saved.seen_at, told_at=now)
    told_at = None if saved.alert is Alert.DIGEST else now
    noted = _note(session, saved, [one for one in found if one not in known], now, told_at=told_at)
    if saved.alert is Alert.INBOX:
        _tell(session, saved, len(_list_findable(session, viewer, noted)))


def send_digest(session: Session, user_id: str, now: datetime) -> None:
    """The daily note of one person: how much is new in which of their searches, as far as they may
    find it now."""
    viewer = accounts_queries.viewer_of(accounts_service.get_user(session, user_id))
    searches = session.scalars(
        select(SavedSearch)
        .where(SavedSearch.user_id == user_id, SavedSearch.alert == Alert.DIGEST)
        .order_by(SavedSearch.name)
    ).all()
    waiting = _take_waiting(session, [one.id for one in searches], now)
    findable = _list_findable(session, viewer, [hit.episode_id for hit in waiting])
    counts = Counter(hit.search_id for hit in waiting if hit.episode_id in findable)
    for search in searches:
        search.told_at = now
    named = [f"{one.name} ({counts[one.id]})" for one in searches if counts[one.id]]
    if named:
        text = _digest(named, len(findable))
        notifications_service.notify(session, user_id, "saved_digest", text, LIST_PATH)


def forget_old(session: Session, now: datetime) -> None:
    """What was found so long ago that it can't be new again."""
    may_be_new = select(Episode.id).where(Episode.published_at >= now - NEW_FOR)
    session.execute(
        delete(SavedHit).where(
            SavedHit.found_at < now - policy.REMEMBERED, SavedHit.episode_id.not_in(may_be_new)
        )
    )


def _note(
    session: Session,
    saved: SavedSearch,
    found: Collection[str],
    found_at: datetime,
    *,
    told_at: datetime | None,
) -> set[str]:
    """Note that a search has found these clips; the ids of those that it did not know."""
    there = _keep_there(session, found) if found else ()
    rows = [
        {"search_id": saved.id, "episode_id": ident, "told_at": told_at, "found_at": found_at}
        for ident in found
        if ident in there
    ]
    return upsert.add_new(session, SavedHit, ("search_id", "episode_id"), rows)


def _keep_there(session: Session, idents: Collection[str]) -> set[str]:
    """Which of these clips are there still; they stay until this transaction ends."""
    kept = select(Episode.id).where(Episode.id.in_(idents)).order_by(Episode.id)
    return set(session.scalars(kept.with_for_update(read=True, key_share=True)))


def _take_waiting(session: Session, idents: Sequence[str], now: datetime) -> Sequence[SavedHit]:
    """What these searches have found and nobody was told of; from now on it does not wait."""
    of_these = SavedHit.search_id.in_(idents)
    waiting = session.scalars(select(SavedHit).where(of_these, SavedHit.told_at.is_(None))).all()
    for hit in waiting:
        hit.told_at = now
    return waiting


def _list_findable(session: Session, viewer: Viewer, idents: Collection[str]) -> set[str]:
    """The ids of those of these clips that are news to the viewer and that they may find now."""
    found = select(Episode.id).where(
        Episode.id.in_(idents),
        Episode.author_id != viewer.id,
        library_queries.listed_for(viewer),
    )
    return set(session.scalars(found))


def _tell(session: Session, saved: SavedSearch, clips: int) -> None:
    """One note for all of them. It names no clip and leads to none: it stays in the inbox when its
    reader may not see a clip any more, and titles are in addresses, too."""
    if clips:
        text = said_many(
            "%(num)s new clip for your search “%(name)s”.",
            "%(num)s new clips for your search “%(name)s”.",
            clips,
            name=saved.name,
        )
        notifications_service.notify(session, saved.user_id, "saved_search", text, LIST_PATH)


def _digest(named: Sequence[str], clips: int) -> str:
    shown, rest = ", ".join(named[:MOST_NAMED]), len(named) - MOST_NAMED
    if rest > 0:
        return said_many(
            "%(num)s new clip in your searches: %(named)s and %(rest)s more.",
            "%(num)s new clips in your searches: %(named)s and %(rest)s more.",
            clips,
            named=shown,
            rest=rest,
        )
    return said_many(
        "%(num)s new clip in your searches: %(named)s.",
        "%(num)s new clips in your searches: %(named)s.",
        clips,
        named=shown,
    )
