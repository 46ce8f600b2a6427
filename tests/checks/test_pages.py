"""The check as people see it, in a browser without script; for everybody else it is not there."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role
from mediashare.audit.models import AuditEntry
from mediashare.checks.models import WatchedWord
from mediashare.checks.policy import Policy
from mediashare.db.session import Database
from tests.checks.conftest import SLIP, CheckedHouse
from tests.counting import count_statements
from tests.factories import Browser, make_token, make_user

Browse = Callable[[Any], Browser]
WAITS = "This episode waits for the check before publishing"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def policy() -> Policy:
    return Policy.REQUIRE


@pytest.fixture
def author(browse: Browse, house: CheckedHouse) -> Browser:
    return browse(house.author)


def address(house: CheckedHouse, rest: str = "") -> str:
    return house.episode().path + rest


def test_the_pages_of_an_episode_say_that_it_waits(house: CheckedHouse, author: Browser) -> None:
    house.open(published_at=None, is_held=True)
    house.say(SLIP)
    before = [author.get(address(house, rest)).text for rest in ("", "/steps")]

    house.work()
    after = author.get(address(house)).text

    assert [WAITS in page for page in before] == [True, True]
    assert "has found 1 thing to decide about. It is published once you have decided." in after
    assert f'href="{address(house, "/check")}"' in after


def test_the_page_shows_each_finding_in_its_sentence_with_what_can_be_done(
    house: CheckedHouse, author: Browser
) -> None:
    (found,) = house.check(SLIP)

    page = author.get(address(house, "/check")).text

    assert "the password is <mark>swordfish</mark>" in page
    assert f'href="{address(house)}?t=13" aria-label="Play from 0:13"' in page
    assert f'href="{address(house)}?t=13#transcript"' in page
    for verb in ("keep", "mute"):
        assert f'action="{address(house)}/findings/{found.id}/{verb}"' in page


def test_keeping_the_last_one_publishes_what_waits(house: CheckedHouse, author: Browser) -> None:
    house.open(published_at=None, is_held=True)
    (found,) = house.check(SLIP)

    answer = author.post(address(house, f"/findings/{found.id}/keep"))
    page = author.get(answer.location).text

    assert (answer.status_code, answer.location) == (303, address(house, "/check"))
    assert "All is decided, and the episode is published." in page
    assert house.episode().published_at is not None


def test_muting_from_the_page_takes_the_words_off_it(house: CheckedHouse, author: Browser) -> None:
    (found,) = house.check(SLIP)

    answer = author.post(address(house, f"/findings/{found.id}/mute"))
    page = author.get(answer.location).text

    assert answer.status_code == 303
    assert "swordfish" not in page
    assert "s•••, whose words are gone" in page
    assert house.found() == [("password", "muted")]


def test_publish_now_is_offered_when_all_is_decided(house: CheckedHouse, author: Browser) -> None:
    house.open(published_at=None, publish_when_ready=False)
    button = f'action="{address(house)}/publish"'
    (found,) = house.check(SLIP)
    before = author.get(address(house, "/check")).text

    author.post(address(house, f"/findings/{found.id}/keep"))
    after = author.get(address(house, "/check")).text
    author.post(address(house, "/publish"))

    assert [button in before, button in after] == [False, True]
    assert house.episode().published_at is not None


def test_publishing_by_hand_what_is_undecided_is_put_off(
    house: CheckedHouse, author: Browser
) -> None:
    house.open(published_at=None, publish_when_ready=False)
    house.check(SLIP)

    page = author.get(author.post(address(house, "/publish")).location).text

    assert "published once what is said in it has been checked" in page
    assert (house.episode().published_at, house.episode().is_held) == (None, True)


def test_what_is_looked_for_again_finds_words_that_are_watched_by_now(
    house: CheckedHouse, author: Browser, browse: Browse, session: Session
) -> None:
    house.check((2.0, 6.0, "we restart Project Falcon tomorrow"))
    moderator = browse(make_user(session, role=Role.MODERATOR))
    moderator.post("/moderation/words", {"word": " Project   FALCON "})

    author.post(address(house, "/check"))
    house.work()

    assert [(one.kind.value, one.start_ms, one.end_ms) for one in house.findings()] == [
        ("watched", 3600, 5200)
    ]


def test_moderators_keep_the_list_of_watched_words(
    session: Session, browse: Browse, house: CheckedHouse
) -> None:
    moderator = browse(make_user(session, role=Role.MODERATOR))
    empty = moderator.get("/moderation/words").text
    made = moderator.post("/moderation/words", {"word": "Falcon"})
    twice = moderator.post("/moderation/words", {"word": "FALCON"})
    short = moderator.post("/moderation/words", {"word": "!"})
    page = moderator.get("/moderation/words").text
    ident = session.scalars(select(WatchedWord.id)).one()
    gone = moderator.post(f"/moderation/words/{ident}/remove")

    assert "No word is watched." in empty
    assert [made.status_code, twice.status_code, short.status_code] == [303, 409, 422]
    assert "This word is watched already." in twice.text
    assert '<b dir="auto">falcon</b>' in page
    assert gone.status_code == 303
    assert "No word is watched." in moderator.get("/moderation/words").text
    with house.database.reading() as reading:
        acts = reading.scalars(select(AuditEntry.action).order_by(AuditEntry.at)).all()
    assert acts == ["watched_word_added", "watched_word_removed"]


def test_programs_keep_it_too(app: Any, session: Session) -> None:
    token = make_token(session, make_user(session, role=Role.MODERATOR))
    sign_in = {"Authorization": f"Bearer {token}"}
    api, path = app.test_client(), "/api/v1/moderation/words"

    made = api.post(path, json={"word": "Falcon"}, headers=sign_in)
    listed = api.get(path, headers=sign_in).json
    gone = api.delete(f"{path}/{made.json['id']}", headers=sign_in)

    assert (made.status_code, made.json["word"], gone.status_code) == (201, "falcon", 204)
    assert [item["word"] for item in listed["items"]] == ["falcon"]


def test_decisions_are_on_record_without_what_they_are_about(
    house: CheckedHouse, author: Browser
) -> None:
    (found,) = house.check(SLIP)

    author.post(address(house, f"/findings/{found.id}/keep"))

    with house.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry)).all()
    assert (entry.action, entry.details) == ("finding_kept", {"kind": "password"})


def test_what_is_not_said_any_more_can_not_be_decided(house: CheckedHouse, author: Browser) -> None:
    (found,) = house.check(SLIP)
    house.check((2.0, 6.0, "we restart the broker"))

    answer = author.post(address(house, f"/findings/{found.id}/keep"))

    assert answer.status_code == 409


def test_a_finding_of_another_episode_is_not_there(house: CheckedHouse, author: Browser) -> None:
    (found,) = house.check(SLIP)
    house.open()

    answer = author.post(address(house, f"/findings/{found.id}/keep"))

    assert answer.status_code == 404


def test_many_findings_need_no_more_statements_than_one(
    house: CheckedHouse, author: Browser, database: Database
) -> None:
    counts = []
    for number in (1, 3):
        house.check(*[(at * 10.0, at * 10 + 4.0, SLIP[2]) for at in range(number)])
        path = address(house, "/check")
        counts.append(count_statements(database, partial(author.get, path)))

    assert len(house.status().open) == 3
    assert counts[0] == counts[1]
