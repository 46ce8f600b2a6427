"""Whom one follows: begun, ended, listed for oneself alone."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.session import begin_writing
from mediashare.follows import policy
from mediashare.follows.models import Follow
from mediashare.groups.models import Membership
from mediashare.notifications.models import Notification
from tests.counting import count_statements
from tests.follows.conftest import Street

PRESSED, LOOSE = 'aria-pressed="true"', 'aria-pressed="false"'


def test_one_follows_and_stops_following_however_often_one_says_so(street: Street) -> None:
    answers = [street.follow("bob").status_code for _twice in range(2)]
    during = street.followed()
    answers += [street.stop("bob").status_code for _twice in range(2)]

    assert answers == [204] * 4
    assert (during, street.followed()) == (["Bob Kahn"], [])


def test_those_followed_last_come_first_page_by_page(street: Street) -> None:
    ago = clock.now() - timedelta(days=1)
    begin_writing(street.session)
    for minutes, name in enumerate(("bob", "steward", "insider")):
        ids = {"follower_id": street.people["ada"].id, "followed_id": street.people[name].id}
        street.session.add(Follow(**ids, created_at=ago + timedelta(minutes=minutes)))
    street.session.commit()

    first = street.send("ada", "GET", "?limit=2").json
    second = street.send("ada", "GET", f"?limit=2&cursor={first['next_cursor']}").json

    names = [item["person"]["name"] for item in first["items"] + second["items"]]
    assert names == ["Ida Insider", "Sam Steward", "Bob Kahn"]
    assert first["items"][0]["since"].startswith(ago.date().isoformat()[:4])
    assert second["next_cursor"] is None


def test_nobody_follows_themselves(street: Street) -> None:
    refused = street.follow("ada")

    assert (refused.status_code, refused.json["detail"]) == (409, "You can't follow yourself.")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_who_is_gone_or_not_to_be_known_of_looks_like_one_who_is_not_there(
    street: Street, method: str
) -> None:
    street.close_account("bob")

    missing = street.send("ada", method, "/nobody")
    closed = street.send("ada", method, "/bob")
    strange = street.send("guest", method, "/ada")

    assert missing.status_code == 404
    assert closed.data == strange.data == missing.data
    assert (closed.status_code, strange.status_code) == (404, 404)


def test_who_closes_an_account_is_followed_again_once_it_is_opened(street: Street) -> None:
    street.follow("bob")
    street.close_account("bob")
    meanwhile = street.followed()

    street.session.rollback()
    street.people["bob"].is_active = True
    street.session.commit()

    assert (meanwhile, street.followed()) == ([], ["Bob Kahn"])


def test_guests_follow_those_of_their_groups_as_long_as_they_share_one(street: Street) -> None:
    answer = street.follow("insider", who="guest")
    before = street.followed("guest")
    begin_writing(street.session)
    left = Membership.user_id == street.people["guest"].id
    street.session.execute(delete(Membership).where(left))
    street.session.commit()

    assert (answer.status_code, before) == (204, ["Ida Insider"])
    assert street.followed("guest") == []


def test_nobody_is_told_who_follows_them(street: Street) -> None:
    bob = street.by["bob"]
    paths = ("/p/bob", "/following", "/inbox", "/api/v1/people/bob", "/api/v1/me")
    before = [bob.get(path).data.count(b"Ada") for path in paths]

    street.follow("bob")

    assert [bob.get(path).data.count(b"Ada") for path in paths] == before
    assert street.followed("bob") == []
    assert street.followed("keeper") == []
    assert street.session.scalars(select(Notification)).all() == []


def test_one_follows_no_more_than_so_many(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MOST_FOLLOWED", 2)
    street.follow("bob")
    street.follow("steward")

    refused, again = street.follow("insider"), street.follow("bob")

    assert refused.status_code == 409
    assert refused.json["detail"] == "You follow 2 people. Stop following somebody first."
    assert again.status_code == 204


def test_it_goes_with_the_account_of_either(street: Street) -> None:
    street.follow("bob")
    street.follow("steward")
    street.follow("ada", who="keeper")
    begin_writing(street.session)

    street.session.execute(delete(User).where(User.handle == "bob"))
    street.session.commit()
    left = street.followed()
    begin_writing(street.session)
    street.session.execute(delete(User).where(User.handle == "ada"))
    street.session.commit()

    assert left == ["Sam Steward"]
    assert street.session.scalars(select(Follow)).all() == []


def test_a_profile_has_a_button_that_says_whom_one_follows(street: Street) -> None:
    ada = street.by["ada"]

    before = ada.get("/p/bob").text
    followed = ada.post("/p/bob/follow")
    during = ada.get("/p/bob").text
    stopped = ada.post("/p/bob/follow", {"clear": "1"})
    after = ada.get("/p/bob").text

    assert f'{LOOSE} aria-label="Follow Bob Kahn"' in before
    assert (followed.status_code, followed.location) == (303, "/p/bob")
    assert f'{PRESSED} aria-label="Following Bob Kahn"' in during
    assert "You follow Bob Kahn now. Nobody else sees it." in during
    assert (stopped.status_code, stopped.location) == (303, "/p/bob")
    assert f'{LOOSE} aria-label="Follow Bob Kahn"' in after
    assert "You do not follow Bob Kahn any more." in after


def test_ones_own_profile_has_no_button(street: Street) -> None:
    assert "/p/ada/follow" not in street.by["ada"].get("/p/ada").text


def test_the_page_of_those_one_follows_ends_it_and_says_how_to_begin(street: Street) -> None:
    ada = street.by["ada"]
    street.follow("bob")

    listed = ada.get("/following").text
    stopped = ada.post("/following/bob/stop")
    empty = ada.get("/following").text

    assert 'href="/p/bob"' in listed
    assert 'aria-label="Stop following Bob Kahn"' in listed
    assert 'href="/search?followed=1&amp;sort=newest"' in listed
    assert (stopped.status_code, stopped.location) == (303, "/following")
    assert "You follow nobody yet" in empty
    assert 'href="/explore"' in empty
    assert 'href="/following"' in ada.get("/").text


def test_the_page_takes_as_many_statements_for_three_as_for_one(street: Street) -> None:
    ada = street.by["ada"]

    def count() -> int:
        return count_statements(street.database, lambda: ada.get("/following"))

    street.follow("bob")
    ada.get("/following")
    with_one = count()
    street.follow("steward")
    street.follow("insider")

    assert count() == with_one
    assert with_one <= 4
