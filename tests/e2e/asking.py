"""Requests, saved searches, followed people and what is asked in vain, for tests in a browser."""

from datetime import timedelta

from sqlalchemy import select

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.session import Database
from mediashare.follows.models import Follow
from mediashare.library.models import Episode
from mediashare.requests import policy as requests_policy
from mediashare.requests.models import Answer, Request, RequestState, RequestWord
from mediashare.saved.models import Alert, SavedHit, SavedSearch
from mediashare.search.models import AskedWords
from tests.e2e.library import Library

REQUEST = "b" * 32
ASKED = (
    (REQUEST, "Rotate the trust store without restarting stateful sets?", RequestState.OPEN, 4),
    ("c" * 32, "Show me trustctl drift on a real namespace", RequestState.ANSWERED, 2),
    ("d" * 32, "Donaudampfschifffahrtsgesellschaft" * 4, RequestState.OPEN, 0),
)


def fill_asking(database: Database, library: Library) -> None:
    """Some of everything: open, answered and long, new and not."""
    now = clock.now()
    with database.transaction() as session:
        people = dict(session.execute(select(User.email, User.id)).all())
        slug = library.video.removeprefix("/e/")
        video = session.scalars(select(Episode).where(Episode.slug == slug)).one()
        for ident, title, state, wants in ASKED:
            asked = {"asker_id": people[library.keeper], "title": title, "state": state}
            details = "It works on **one** node, and not on the others."
            asked_at = now - timedelta(days=2)
            session.add(
                Request(id=ident, details=details, want_count=wants, created_at=asked_at, **asked)
            )
            session.flush()
            words = requests_policy.words_of(title)
            session.add_all(RequestWord(word=word, request_id=ident) for word in words)
        moment = {"start_ms": 7200, "offered_by_id": people[library.author]}
        session.add(Answer(request_id=REQUEST, episode_id=video.id, **moment))
        reader = people[library.reader]
        saved = SavedSearch(
            user_id=reader, name="Trust stores", query="q=trust+store", alert=Alert.DIGEST
        )
        saved.seen_at = now - timedelta(days=1)
        session.add(saved)
        for followed in (library.author, library.keeper):
            session.add(Follow(follower_id=reader, followed_id=people[followed]))
        session.flush()
        session.add(SavedHit(search_id=saved.id, episode_id=video.id))
        session.add_all(
            AskedWords(words="spire rotation", day=now.date() - timedelta(days=ago), searches=3,
                       misses=2)
            for ago in (1, 2)
        )  # fmt: skip
