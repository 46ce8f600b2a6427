"""Searches that an older house kept twice, in several ways to ask for the same."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import ApiToken, User
from mediashare.db import migrate
from mediashare.db.session import Database, begin_writing
from mediashare.library.models import Episode
from mediashare.saved.models import Alert, SavedHit, SavedSearch, key_of
from tests.factories import make_episode, make_user


def keep(
    session: Session, user: User, ident: str, query: str, clips: list[Episode], alert: Alert
) -> None:
    begin_writing(session)
    saved = SavedSearch(
        id=ident, user_id=user.id, name=ident, query=query, query_key=ident, alert=alert
    )
    if alert is not Alert.NONE:
        token, _secret = accounts_service.create_feed_token(session, user.id, name=ident)
        saved.feed_token_id = token.id
    session.add(saved)
    session.flush()
    session.add_all(SavedHit(search_id=ident, episode_id=clip.id) for clip in clips)
    session.commit()


def test_they_become_one_that_has_what_each_of_them_had(
    database: Database, session: Session
) -> None:
    user, other = make_user(session), make_user(session)
    clips = [make_episode(session, user) for _ in range(3)]
    keep(session, user, "1", "q=Kafka&solved=1", clips[:2], Alert.NONE)
    keep(session, user, "2", "q=kafka++&solved=true&sort=best", clips[1:], Alert.INBOX)
    keep(session, user, "3", "q=kafka&solved=TRUE&checked=0", clips[:1], Alert.DIGEST)
    keep(session, user, "4", "q=kafka&author=%40Ada", [], Alert.NONE)
    keep(session, other, "5", "q=kafka&solved=1", [], Alert.NONE)
    first_feed = select(SavedSearch.feed_token_id).where(SavedSearch.id == "2")
    feed = session.scalars(first_feed).one()
    session.close()
    migrate.downgrade(database, "0026")

    migrate.upgrade(database)

    kept = session.scalars(select(SavedSearch).order_by(SavedSearch.id)).all()
    assert [(one.id, one.query, one.alert) for one in kept] == [
        ("1", "q=Kafka&solved=1", Alert.INBOX),
        ("4", "q=kafka&author=ada", Alert.NONE),
        ("5", "q=kafka&solved=1", Alert.NONE),
    ]
    assert [one.query_key for one in kept] == [key_of(one.query) for one in kept]
    tokens = session.scalars(select(ApiToken.name).order_by(ApiToken.name)).all()
    assert (kept[0].feed_token_id, tokens) == (feed, ["Feed: 2"])
    hits = session.scalars(select(SavedHit.episode_id).where(SavedHit.search_id == "1")).all()
    assert sorted(hits) == sorted(clip.id for clip in clips)
    # What an older house has looked through goes back a week, so that nothing older is news now.
    assert {one.created_at - one.knows_since for one in kept} == {timedelta(days=7)}
