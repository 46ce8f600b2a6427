"""Where people have stopped: kept for themselves, on every device, until they are through."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.session import Database, begin_writing
from mediashare.library.models import Audience, Episode, EpisodeState
from mediashare.listening.models import Position
from tests.api.caller import Caller
from tests.counting import count_statements
from tests.factories import Browser, make_episode, make_user
from tests.pages.test_home import MOST_STATEMENTS

Browse = Callable[[Any], Browser]


def save(caller: Caller, episode: Episode, position: object) -> int:
    path = f"/episodes/{episode.id}/position"
    return caller.send("PUT", path, json={"position": position}).status_code


def kept(session: Session) -> list[tuple[str, float]]:
    session.expire_all()
    found = session.scalars(select(Position).order_by(Position.updated_at))
    return [(one.episode_id, one.position) for one in found]


def begun(caller: Caller) -> list[tuple[str, float]]:
    items = caller.get("/me/listening").get_json()["items"]
    return [(item["episode"]["title"], item["position"]) for item in items]


def test_what_one_device_saves_another_goes_on_with(
    client: FlaskClient, session: Session, browse: Browse
) -> None:
    reader = make_user(session)
    episode = make_episode(session, make_user(session), "Trust bundles", duration_ms=600_000)
    caller = Caller(client, session, reader)

    assert save(caller, episode, 62) == 204
    assert save(caller, episode, 154.5) == 204

    assert begun(caller) == [("Trust bundles", 154.5)]
    assert "2:34 of 10:00" in browse(reader).get("/").text


@pytest.mark.parametrize(
    ("position", "after"),
    [(0, []), (4.9, []), (5, [5.0]), (570, [570.0]), (570.1, []), (600, [])],
)
def test_nothing_is_kept_of_what_is_hardly_begun_or_as_good_as_over(
    client: FlaskClient, session: Session, position: float, after: list[float]
) -> None:
    episode = make_episode(session, make_user(session), duration_ms=600_000)
    caller = Caller(client, session, make_user(session))
    save(caller, episode, 30)

    save(caller, episode, position)

    assert [seconds for _episode, seconds in kept(session)] == after


def test_others_neither_see_nor_change_it(
    client: FlaskClient, session: Session, browse: Browse
) -> None:
    author, reader, other = (make_user(session) for _ in range(3))
    episode = make_episode(session, author, "Trust bundles", duration_ms=600_000)
    save(Caller(client, session, reader), episode, 154)
    theirs = Caller(client, session, other)

    assert theirs.delete("/me/listening").status_code == 204
    assert theirs.delete(f"/episodes/{episode.id}/position").status_code == 204

    assert kept(session) == [(episode.id, 154.0)]
    for person in (author, other):
        assert "Continue listening</h2>\n  <ul>\n  </ul>" in browse(person).get("/").text


@pytest.mark.parametrize("change", ["private", "hidden", "gone"])
def test_what_may_not_be_seen_any_more_is_not_listed(
    client: FlaskClient, session: Session, browse: Browse, change: str
) -> None:
    reader = make_user(session)
    episode = make_episode(session, make_user(session), "Walnut", duration_ms=600_000)
    caller = Caller(client, session, reader)
    save(caller, episode, 154)
    begin_writing(session)
    if change == "gone":
        session.execute(delete(Episode).where(Episode.id == episode.id))
    elif change == "hidden":
        session.merge(episode).hidden_at = clock.now()
    else:
        session.merge(episode).audience = Audience.PRIVATE
    session.commit()

    assert begun(caller) == []
    assert "Walnut" not in browse(reader).get("/").text
    assert save(caller, episode, 160) == 404


def test_what_nobody_has_gone_on_with_for_half_a_year_is_forgotten(
    client: FlaskClient, session: Session
) -> None:
    reader, other = make_user(session), make_user(session)
    episodes = [make_episode(session, reader, duration_ms=600_000) for _ in range(3)]
    for person, episode, days in ((reader, 0, 181), (reader, 1, 179), (other, 0, 181)):
        place = {"user_id": person.id, "episode_id": episodes[episode].id, "position_ms": 9000}
        begin_writing(session)
        session.add(Position(**place, updated_at=clock.now() - timedelta(days=days)))
        session.commit()

    save(Caller(client, session, reader), episodes[2], 154)

    left = {(row.user_id, row.episode_id) for row in session.scalars(select(Position))}
    assert left == {
        (reader.id, episodes[1].id),
        (reader.id, episodes[2].id),
        (other.id, episodes[0].id),
    }


def test_it_goes_with_the_account(client: FlaskClient, session: Session) -> None:
    reader = make_user(session)
    episode = make_episode(session, make_user(session), duration_ms=600_000)
    save(Caller(client, session, reader), episode, 154)

    begin_writing(session)
    session.execute(delete(User).where(User.id == reader.id))
    session.commit()

    assert kept(session) == []


def test_who_wants_no_history_has_none(
    client: FlaskClient, session: Session, browse: Browse
) -> None:
    reader = make_user(session)
    episode = make_episode(session, make_user(session), duration_ms=600_000)
    caller = Caller(client, session, reader)
    save(caller, episode, 154)

    browse(reader).post("/settings/playback", {"keys": "on"})
    forgotten = kept(session)
    save(caller, episode, 160)

    assert (forgotten, kept(session)) == ([], [])
    assert "data-history" not in browse(reader).get(episode.path).text


def test_all_of_it_is_forgotten_when_asked(
    client: FlaskClient, session: Session, browse: Browse
) -> None:
    reader = make_user(session)
    caller = Caller(client, session, reader)
    for _ in range(2):
        save(caller, make_episode(session, reader, duration_ms=600_000), 154)

    answer = browse(reader).post("/settings/playback/clear")

    assert answer.status_code == 303
    assert kept(session) == []


def test_one_is_taken_off_the_list_with_and_without_script(
    client: FlaskClient, session: Session, browse: Browse
) -> None:
    reader = make_user(session)
    caller, browser = Caller(client, session, reader), browse(reader)
    episodes = [
        make_episode(session, reader, title, duration_ms=600_000) for title in ("One", "Two")
    ]
    for episode in episodes:
        save(caller, episode, 154)

    plain = browser.post(f"{episodes[0].path}/forget")
    fragment = browser.post(f"{episodes[1].path}/forget", headers={"HX-Request": "true"})

    assert (plain.status_code, plain.location) == (303, "/")
    assert 'id="continue"' in fragment.text
    assert "<html" not in fragment.text
    assert kept(session) == []


@pytest.mark.parametrize("position", [None, "12", True, -1, 86_401])
def test_what_is_no_second_is_refused(
    client: FlaskClient, session: Session, position: object
) -> None:
    episode = make_episode(session, make_user(session))
    caller = Caller(client, session, make_user(session))

    assert save(caller, episode, position) == 422


def test_what_is_still_on_its_way_is_not_listed(client: FlaskClient, session: Session) -> None:
    author = make_user(session)
    episode = make_episode(session, author, duration_ms=600_000)
    caller = Caller(client, session, author)
    save(caller, episode, 154)

    begin_writing(session)
    session.merge(episode).state = EpisodeState.PROCESSING
    session.commit()

    assert begun(caller) == []


def test_the_list_comes_in_pages_last_heard_first(client: FlaskClient, session: Session) -> None:
    reader, now = make_user(session), clock.now()
    caller = Caller(client, session, reader)
    for number in range(3):
        episode = make_episode(session, reader, f"Clip {number}", duration_ms=600_000)
        place = {"user_id": reader.id, "position_ms": 9000, "episode_id": episode.id}
        begin_writing(session)
        session.add(Position(**place, updated_at=now + timedelta(seconds=number)))
        session.commit()

    first = caller.get("/me/listening", limit=2).get_json()
    rest = caller.get("/me/listening", limit=2, cursor=first["next_cursor"]).get_json()

    titles = [item["episode"]["title"] for page in (first, rest) for item in page["items"]]
    assert titles == ["Clip 2", "Clip 1", "Clip 0"]


@pytest.mark.parametrize("count", [1, 3])
def test_home_takes_as_many_statements_for_three_as_for_one(
    client: FlaskClient, session: Session, browse: Browse, database: Database, count: int
) -> None:
    reader = make_user(session)
    caller = Caller(client, session, reader)
    for _ in range(count):
        save(caller, make_episode(session, make_user(session), duration_ms=600_000), 154)
    browser = browse(reader)

    assert count_statements(database, lambda: browser.get("/")) == MOST_STATEMENTS - 1
