"""Find saved searches, what is new in them, and whose feed a token reads. A search finds what its
owner may find at the moment, by the same query as their own searching."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qsl

from sqlalchemy import and_, func, not_, select
from sqlalchemy.orm import Session, contains_eager

from mediashare import clock
from mediashare.accounts import queries as accounts_queries
from mediashare.accounts.models import ApiToken, Scope, User
from mediashare.accounts.policy import Viewer
from mediashare.db.paging import PageRequest
from mediashare.errors import InvalidInputError
from mediashare.groups.models import Membership
from mediashare.library import queries as library_queries
from mediashare.library.models import Audience, Episode, EpisodeGroup
from mediashare.saved import policy
from mediashare.saved.errors import SavedSearchNotFoundError
from mediashare.saved.models import Alert, SavedHit, SavedSearch, key_of
from mediashare.search import forms as search_forms
from mediashare.search import queries as search_queries
from mediashare.search.queries.address import PARTS
from mediashare.search.queries.request import Result, SearchRequest, Sort

# What one look at a search finds at most, the rest being for the next; and what one feed shows.
MOST_FOUND, MOST_IN_FEED = 1000, 30
# Nothing that is for its author alone, or for those with its link, goes where programs read it.
NOT_IN_FEEDS = frozenset({Audience.PRIVATE, Audience.UNLISTED})


def get_saved(session: Session, viewer: Viewer, ident: str) -> SavedSearch:
    """The viewer's saved search with this id; raises SavedSearchNotFoundError."""
    found = session.scalar(
        select(SavedSearch).where(SavedSearch.id == ident, SavedSearch.user_id == viewer.id)
    )
    if found is None:
        raise SavedSearchNotFoundError
    return found


def find_same(session: Session, viewer: Viewer, query: str) -> SavedSearch | None:
    """What the viewer has saved that asks for the same, if anything."""
    own = SavedSearch.user_id == viewer.id
    return session.scalar(select(SavedSearch).where(own, SavedSearch.query_key == key_of(query)))


def list_saved(session: Session, viewer: Viewer) -> Sequence[SavedSearch]:
    """The viewer's saved searches by name."""
    return session.scalars(
        select(SavedSearch)
        .where(SavedSearch.user_id == viewer.id)
        .order_by(func.lower(SavedSearch.name), SavedSearch.id)
        .limit(policy.MOST_SEARCHES)
    ).all()


def count_new(session: Session, viewer: Viewer) -> Mapping[str, int]:
    """By saved search of the viewer, how many clips it has found since it was last looked at, as
    far as the viewer may find them now."""
    rows = session.execute(
        select(SavedHit.search_id, func.count())
        .join(SavedSearch, SavedSearch.id == SavedHit.search_id)
        .join(Episode, Episode.id == SavedHit.episode_id)
        .where(
            SavedSearch.user_id == viewer.id,
            SavedHit.found_at > SavedSearch.seen_at,
            Episode.author_id != viewer.id,
            library_queries.listed_for(viewer),
        )
        .group_by(SavedHit.search_id)
    )
    return dict(rows.all())


def list_idents(session: Session, after: str, *, limit: int) -> Sequence[str]:
    """The ids of the saved searches of active people that follow this one."""
    return session.scalars(
        select(SavedSearch.id)
        .join(SavedSearch.user)
        .where(SavedSearch.id > after, User.is_active)
        .order_by(SavedSearch.id)
        .limit(limit)
    ).all()


def list_due_readers(session: Session, now: datetime) -> Sequence[str]:
    """The ids of those for whom something waits for their daily note, which is due."""
    return session.scalars(
        select(SavedSearch.user_id)
        .join(SavedHit, SavedHit.search_id == SavedSearch.id)
        .join(SavedSearch.user)
        .where(
            SavedSearch.alert == Alert.DIGEST,
            SavedSearch.told_at <= now - policy.A_DAY,
            SavedHit.told_at.is_(None),
            User.is_active,
        )
        .distinct()
        .order_by(SavedSearch.user_id)
    ).all()


def read_parts(query: str) -> Mapping[str, str]:
    """The parameters of a query string; of one that is there twice, the first counts, as it does on
    the search page."""
    return dict(reversed(parse_qsl(query, keep_blank_values=True)))


def read_asked(viewer: Viewer, given: Mapping[str, str], *, limit: int) -> SearchRequest:
    """What these parameters ask for, of which a search keeps those that it is made of; raises
    InvalidInputError naming what can't be used."""
    parts = {name: given[name] for name in PARTS if name in given}
    return search_forms.read_request(parts, viewer, PageRequest(limit=limit))


def find_kept(session: Session, ident: str) -> SavedSearch | None:
    """A saved search with its owner, if both are still there."""
    return session.scalar(
        select(SavedSearch)
        .join(SavedSearch.user)
        .options(contains_eager(SavedSearch.user))
        .where(SavedSearch.id == ident, User.is_active)
    )


def has_new(session: Session, ident: str) -> bool:
    """Whether a saved search finds what it has not found before; most find nothing, and then there
    is nothing to write."""
    saved = find_kept(session, ident)
    return saved is not None and bool(list_new(session, saved, clock.now()))


def list_new(session: Session, saved: SavedSearch, now: datetime) -> Sequence[str]:
    """The ids of the clips that have all that a search asks for, that its owner may find and that
    it has not found before, newest first; the owner is loaded."""
    viewer = accounts_queries.viewer_of(saved.user)
    try:
        request = read_asked(viewer, read_parts(saved.query), limit=MOST_FOUND)
    except InvalidInputError:
        # What could be asked when it was saved can't be any more; its page says so.
        return []
    since = policy.new_since(saved.knows_since, now)
    after = max(since, request.filters.after) if request.filters.after else since
    # What is known takes no place among what is found, so that it stays known when others go.
    known = select(SavedHit.episode_id).where(SavedHit.search_id == saved.id)
    filters = replace(request.filters, after=after, other_than=known)
    # Clips with only some of the words are better than none to look at, but no news.
    request = replace(request, sort=Sort.NEWEST, filters=filters, is_strict=True)
    candidates = search_queries.list_candidates(session, viewer, request, limit=MOST_FOUND)
    return [one.episode_id for one in candidates.found]


def list_by_joining(
    session: Session, viewer: Viewer, idents: Collection[str], now: datetime
) -> set[str]:
    """The ids of those of these clips that the viewer may see because they have joined a group
    lately, and that were published before: nothing has happened to them."""
    by_group = (
        select(EpisodeGroup.episode_id)
        .join(Membership, Membership.group_id == EpisodeGroup.group_id)
        .where(EpisodeGroup.episode_id == Episode.id, Membership.user_id == viewer.id)
    )
    lately = Membership.created_at > now - policy.LATELY
    is_since = and_(lately, Membership.created_at >= Episode.published_at)
    found = select(Episode.id).where(
        Episode.id.in_(idents),
        Episode.audience == Audience.GROUP,
        by_group.where(is_since).exists(),
        ~by_group.where(not_(is_since)).exists(),
    )
    return set(session.scalars(found))


def find_feed(session: Session, token: str) -> tuple[SavedSearch, ApiToken] | None:
    """The saved search whose feed this token reads, with the token and its owner, if all are still
    good. No other token reads a feed, and this one reads nothing else."""
    found = accounts_queries.find_token(session, token)
    if found is None or found.scopes != Scope.FEED.value:
        return None
    saved = session.scalar(
        select(SavedSearch)
        .join(SavedSearch.user)
        .options(contains_eager(SavedSearch.user))
        .where(SavedSearch.feed_token_id == found.id, SavedSearch.user_id == found.user_id)
    )
    return None if saved is None else (saved, found)


def list_feed(session: Session, saved: SavedSearch) -> Sequence[Result]:
    """What a feed shows: the newest that its owner may find and others too, with moments."""
    viewer = accounts_queries.viewer_of(saved.user)
    try:
        request = read_asked(viewer, read_parts(saved.query), limit=MOST_IN_FEED)
    except InvalidInputError:
        return ()
    filters = replace(request.filters, not_for=NOT_IN_FEEDS)
    request = replace(request, sort=Sort.NEWEST, filters=filters, is_strict=True)
    return search_queries.list_answers(session, viewer, request)
