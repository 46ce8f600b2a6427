"""Who may know of whom: members of everybody, guests of the people in their groups."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role
from mediashare.discussion.models import Comment
from mediashare.groups.models import GroupRole
from tests.factories import Browser, make_episode, make_group, make_user

Browse = Callable[[Any], Browser]

PAGES = ("/p/{}", "/api/v1/people/{}", "/api/v1/episodes?author={}")


@pytest.mark.parametrize("path", PAGES)
def test_guests_know_themselves_and_the_people_in_their_groups(
    session: Session, browse: Browse, path: str
) -> None:
    guest = make_user(session, handle="guest", role=Role.GUEST)
    other_guest = make_user(session, handle="other-guest", role=Role.GUEST)
    make_user(session, handle="stranger")
    colleague, gone = make_user(session, handle="colleague"), make_user(session, handle="gone")
    make_group(session, guest, colleague)
    make_group(session, other_guest, colleague)
    gone.is_active = False
    make_group(session, guest, gone)
    handles = ("guest", "colleague", "stranger", "other-guest", "gone", "nobody")
    browser = browse(guest)

    seen = {handle: browser.get(path.format(handle)).status_code for handle in handles}

    assert seen == {
        "guest": 200,
        "colleague": 200,
        "stranger": 404,
        "other-guest": 404,
        "gone": 404,
        "nobody": 404,
    }


def test_a_person_one_may_not_know_of_looks_like_one_who_is_not_there(
    session: Session, browse: Browse
) -> None:
    make_user(session, "Grace Hopper", handle="stranger")
    browser = browse(make_user(session, role=Role.GUEST))

    hidden, missing = (browser.get(f"/api/v1/people/{name}") for name in ("stranger", "nobody"))

    assert (hidden.status_code, hidden.data) == (missing.status_code, missing.data)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.ADMIN])
def test_members_know_of_everybody(session: Session, browse: Browse, role: Role) -> None:
    make_user(session, handle="guest", role=Role.GUEST)

    browser = browse(make_user(session, role=role))

    assert [browser.get(path.format("guest")).status_code for path in PAGES] == [200, 200, 200]


def test_the_people_of_what_a_group_shares_can_be_looked_up(
    session: Session, browse: Browse
) -> None:
    guest = make_user(session, role=Role.GUEST)
    author, colleague = make_user(session, handle="author"), make_user(session, handle="colleague")
    group = make_group(session, guest, author, colleague)
    episode = make_episode(session, author, groups=[group])
    session.add(Comment(episode_id=episode.id, author_id=colleague.id, body="Thanks."))
    session.commit()
    browser = browse(guest)

    page = browser.get(episode.path).text + browser.get(f"{episode.path}/comments").text

    for handle in ("author", "colleague"):
        assert f'href="/p/{handle}"' in page
        assert browser.get(f"/p/{handle}").status_code == 200


def test_searching_by_author_tells_guests_nothing_of_strangers(
    session: Session, browse: Browse
) -> None:
    stranger = make_user(session, "Grace Hopper", handle="stranger")
    make_episode(session, stranger, "For members")
    browser = browse(make_user(session, role=Role.GUEST))

    known, unknown = (
        browser.get(f"/api/v1/search?author={name}") for name in ("stranger", "nobody")
    )

    assert known.json["results"] == []
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)


def test_guests_who_tend_a_group_bring_in_only_people_they_know(
    session: Session, browse: Browse
) -> None:
    guest, colleague = make_user(session, role=Role.GUEST), make_user(session, handle="colleague")
    make_user(session, handle="stranger")
    tended = make_group(session, stewards=[guest])
    make_group(session, guest, colleague)
    browser, body = browse(guest), {"role": GroupRole.MEMBER}

    answers = {
        handle: browser.send("PUT", f"/api/v1/groups/{tended.id}/members/{handle}", json=body)
        for handle in ("colleague", "stranger")
    }

    assert {handle: answer.status_code for handle, answer in answers.items()} == {
        "colleague": 200,
        "stranger": 404,
    }
