"""Groups that an episode names: who reads which names, and what becomes of those one has left."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.groups.models import Group, GroupKind, Membership
from mediashare.library.models import Episode
from tests.factories import Browser, make_episode, make_group, make_user

Browse = Callable[[Any], Browser]
SECRET = "Xylophone layoffs"


@pytest.fixture
def author(session: Session) -> User:
    return make_user(session, handle="author")


@pytest.fixture
def groups(session: Session, author: User) -> tuple[Group, Group]:
    """A group that everybody knows of, and a secret one; the author is in both."""
    return (
        make_group(session, author, name="Mesh guild"),
        make_group(session, author, name=SECRET, kind=GroupKind.SECRET),
    )


@pytest.fixture
def episode(session: Session, author: User, groups: tuple[Group, Group]) -> Episode:
    return make_episode(session, author, "Ours", groups=groups)


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER, Role.MODERATOR])
def test_a_secret_group_is_named_nowhere_to_who_may_not_know_of_it(
    role: Role, session: Session, browse: Browse, groups: tuple[Group, Group], episode: Episode
) -> None:
    reader, secret = make_user(session, role=role), groups[1]
    session.add(Membership(group_id=groups[0].id, user_id=reader.id))
    session.commit()
    browser = browse(reader)
    paths = [
        *(episode.path, f"{episode.path}/progress", "/", "/p/author", "/search?q=ours"),
        *(f"/api/v1/episodes/{episode.id}", "/api/v1/episodes", "/api/v1/search?q=ours"),
    ]

    answers = {path: browser.get(path) for path in paths}

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(
        paths, 200
    )
    assert "Mesh guild" in answers[episode.path].text
    for hint in (SECRET, secret.slug, secret.id):
        assert [path for path, answer in answers.items() if hint in answer.text] == []


def test_searching_in_a_secret_group_is_like_searching_in_none(
    session: Session, browse: Browse, groups: tuple[Group, Group], episode: Episode
) -> None:
    reader, (known, secret) = make_user(session), groups
    session.add(Membership(group_id=known.id, user_id=reader.id))
    session.commit()

    def find(person: User, group: str) -> list[str]:
        answer = browse(person).get(f"/api/v1/search?q=ours&group={group}").json
        return [result["episode"]["id"] for result in answer["results"]]

    assert find(reader, known.slug) == [episode.id]
    assert [find(reader, name) for name in (secret.slug, secret.id, "none")] == [[], [], []]
    assert find(session.get_one(User, episode.author_id), secret.slug) == [episode.id]


def test_members_of_a_secret_group_read_its_name(
    session: Session, browse: Browse, groups: tuple[Group, Group], episode: Episode
) -> None:
    reader = make_user(session)
    session.add(Membership(group_id=groups[1].id, user_id=reader.id))
    session.commit()

    assert SECRET in browse(reader).get(episode.path).text


@pytest.mark.parametrize("body", [{"publish": False}, {"title": "New"}])
def test_authors_who_have_left_a_group_still_edit_and_take_back(
    body: dict[str, Any],
    session: Session,
    browse: Browse,
    groups: tuple[Group, Group],
    episode: Episode,
) -> None:
    _leave_all(session)

    answer = browse(_author(session, episode)).send(
        "PATCH", f"/api/v1/episodes/{episode.id}", json=body
    )

    assert answer.status_code == 200, answer.text
    assert sorted(answer.json["group_ids"]) == sorted(group.id for group in groups)
    assert (answer.json["title"], answer.json["published_at"] is None) == (
        body.get("title", "Ours"),
        "publish" in body,
    )


def test_authors_who_have_left_a_group_keep_or_drop_it_by_the_form(
    session: Session, browse: Browse, groups: tuple[Group, Group], episode: Episode
) -> None:
    _leave_all(session)
    browser, (known, secret) = browse(_author(session, episode)), groups

    form = browser.get(f"{episode.path}/edit").text
    details = {"title": "New", "audience": "group", "group_ids": [secret.id]}
    answer = browser.post(f"{episode.path}/edit", details)

    assert [form.count(f'value="{group.id}" checked') for group in groups] == [1, 1]
    assert ("Mesh guild" in form, SECRET in form) == (True, False)
    assert "A group that you have left" in form
    assert answer.status_code == 303
    named = browser.get(f"/api/v1/episodes/{episode.id}").json["group_ids"]
    assert (named, known.id in named) == ([secret.id], False)


def test_authors_do_not_name_a_group_that_they_have_left_anew(
    session: Session, browse: Browse, groups: tuple[Group, Group]
) -> None:
    author = make_user(session)
    mine = make_group(session, author)
    episode = make_episode(session, author, groups=[mine])

    answer = browse(author).send(
        "PATCH", f"/api/v1/episodes/{episode.id}", json={"group_ids": [mine.id, groups[0].id]}
    )

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["group_ids"]


def test_taking_back_looks_at_nothing_else(session: Session, browse: Browse) -> None:
    author = make_user(session)
    # Public once, while that was allowed here.
    episode = make_episode(session, author, audience="public")

    answer = browse(author).send("PATCH", f"/api/v1/episodes/{episode.id}", json={"publish": False})

    assert (answer.status_code, answer.json["published_at"]) == (200, None)


def _leave_all(session: Session) -> None:
    session.execute(delete(Membership))
    session.commit()


def _author(session: Session, episode: Episode) -> User:
    return session.get_one(User, episode.author_id)
