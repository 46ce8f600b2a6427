"""Search shows nobody what they may not see: not as a result, not as a count, not as a change."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, User
from mediashare.library.models import Episode, EpisodeState, EpisodeTag, Tag
from tests import factories

CANARY = "xylophonist"
Make = Callable[[Session, User], Episode]


def make(session: Session, author: User, **values: Any) -> Episode:
    """An episode with the word in every place that search looks at."""
    episode = factories.make_episode(
        session,
        author,
        f"About {CANARY}",
        description=f"With {CANARY}.",
        tags_text=CANARY,
        **values,
    )
    factories.make_transcript(session, episode, (0, 2, f"said {CANARY}"), (9, 11, CANARY))
    tag = session.query(Tag).filter_by(name=CANARY).one_or_none() or Tag(name=CANARY)
    session.add(tag)
    session.flush()
    session.add(EpisodeTag(episode_id=episode.id, tag_id=tag.id))
    session.commit()
    return episode


def make_for_group(session: Session, author: User) -> Episode:
    return make(session, author, groups=[factories.make_group(session, author)])


OWN_ONLY: dict[str, Make] = {
    "private": lambda session, author: make(session, author, audience="private"),
    "unlisted": lambda session, author: make(session, author, audience="unlisted"),
    "group": make_for_group,
}
NOBODYS: dict[str, Make] = {
    "hidden": lambda session, author: make(session, author, hidden_at=clock.now()),
    "unpublished": lambda session, author: make(session, author, published_at=None),
    "processing": lambda session, author: make(session, author, state=EpisodeState.PROCESSING),
    "failed": lambda session, author: make(session, author, state=EpisodeState.FAILED),
}
QUESTIONS = (CANARY, f'"said {CANARY}"', f"kafka {CANARY}", f"kafka -{CANARY}", "kafka", "")


@pytest.fixture
def author(session: Session) -> User:
    return factories.make_user(session, handle="author")


def answers_to(client: FlaskClient, session: Session, user: User) -> list[Any]:
    """All that a person can get out of search and lists."""
    headers = {"Authorization": f"Bearer {factories.make_token(session, user)}"}
    paths = [f"/search?q={text}" for text in QUESTIONS]
    paths += [f"/search?q=kafka&tag={CANARY}", f"/search?tag={CANARY}", "/search?author=author"]
    paths += ["/episodes", f"/episodes?tag={CANARY}", "/episodes?author=author"]
    return [client.get(f"/api/v1{path}", headers=headers).json for path in paths]


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER])
@pytest.mark.parametrize("kind", [*OWN_ONLY, *NOBODYS])
def test_what_others_may_not_see_changes_no_answer_to_them(
    kind: str, role: Role, client: FlaskClient, session: Session, author: User
) -> None:
    stranger = factories.make_user(session, role=role)
    factories.make_episode(session, author, "Kafka for everybody")
    before = answers_to(client, session, stranger)

    {**OWN_ONLY, **NOBODYS}[kind](session, author)

    assert answers_to(client, session, stranger) == before


@pytest.mark.parametrize("kind", OWN_ONLY)
def test_its_author_finds_it(
    kind: str, client: FlaskClient, session: Session, author: User
) -> None:
    episode = OWN_ONLY[kind](session, author)
    headers = {"Authorization": f"Bearer {factories.make_token(session, author)}"}

    found = client.get(f"/api/v1/search?q={CANARY}", headers=headers).json

    (result,) = (found or {})["results"]
    assert result["episode"]["id"] == episode.id
    assert [moment["text"] for moment in result["moments"]] == [f"said {CANARY}", CANARY]


@pytest.mark.parametrize("kind", NOBODYS)
def test_what_is_not_to_be_seen_now_is_in_no_search_not_even_its_authors(
    kind: str, client: FlaskClient, session: Session, author: User
) -> None:
    NOBODYS[kind](session, author)
    headers = {"Authorization": f"Bearer {factories.make_token(session, author)}"}

    found = client.get(f"/api/v1/search?q={CANARY}", headers=headers).json

    assert (found or {})["results"] == []


def test_members_of_its_group_find_it(client: FlaskClient, session: Session, author: User) -> None:
    guest = factories.make_user(session, role=Role.GUEST)
    group = factories.make_group(session, author, guest)
    episode = make(session, author, groups=[group])
    headers = {"Authorization": f"Bearer {factories.make_token(session, guest)}"}

    found = client.get(f"/api/v1/search?q={CANARY}", headers=headers).json

    assert [result["episode"]["id"] for result in (found or {})["results"]] == [episode.id]


def test_visitors_can_not_search(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?q=a").status_code == 401
    assert client.get("/search?q=a").status_code == 302
