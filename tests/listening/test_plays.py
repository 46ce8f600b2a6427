"""Plays are counted: a number, and no names."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare.library.models import Audience, Episode
from mediashare.listening.models import Position
from tests.api.caller import Caller
from tests.factories import Browser, make_episode, make_user

Browse = Callable[[Any], Browser]


def play(caller: Caller, episode: Episode) -> int:
    return caller.send("POST", f"/episodes/{episode.id}/plays").status_code


def plays(session: Session, episode: Episode) -> int:
    session.refresh(episode)
    return episode.play_count


def test_a_play_is_a_number_without_a_name(client: FlaskClient, session: Session) -> None:
    episode = make_episode(session, make_user(session))

    for _ in range(2):
        assert play(Caller(client, session, make_user(session)), episode) == 204

    assert plays(session, episode) == 2
    assert session.query(Position).all() == []


def test_going_back_to_it_soon_after_is_no_other_play(
    client: FlaskClient, session: Session
) -> None:
    episode = make_episode(session, make_user(session))
    caller = Caller(client, session, make_user(session))

    assert [play(caller, episode) for _ in range(3)] == [204] * 3

    assert plays(session, episode) == 1


def test_authors_do_not_count(client: FlaskClient, session: Session) -> None:
    author = make_user(session)
    episode = make_episode(session, author)

    assert play(Caller(client, session, author), episode) == 204

    assert plays(session, episode) == 0


def test_what_may_not_be_seen_can_not_be_played(client: FlaskClient, session: Session) -> None:
    episode = make_episode(session, make_user(session), audience=Audience.PRIVATE)

    assert play(Caller(client, session, make_user(session)), episode) == 404

    assert plays(session, episode) == 0


def test_so_few_that_one_could_guess_are_told_to_nobody(
    client: FlaskClient, session: Session, browse: Browse
) -> None:
    author = make_user(session)
    few = make_episode(session, author, play_count=4)
    more = make_episode(session, author, play_count=5)
    caller = Caller(client, session, author)

    told = [caller.get(f"/episodes/{one.id}").get_json()["plays"] for one in (few, more)]
    pages = ["5 plays" in browse(author).get(one.path).text for one in (few, more)]

    assert (told, pages) == ([None, 5], [False, True])
