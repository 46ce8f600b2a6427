"""Discussions over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, User
from mediashare.db.session import Database
from mediashare.discussion import policy
from mediashare.discussion import service as discussion_service
from mediashare.discussion.models import Comment
from mediashare.discussion.service import NewComment
from mediashare.library.models import Audience, Episode
from tests.counting import count_statements
from tests.factories import make_episode, make_token, make_user, viewer_of

Send = Callable[..., Any]


@pytest.fixture
def send(client: FlaskClient, session: Session) -> Send:
    """Asks the API in somebody's name."""
    tokens: dict[str, str] = {}

    def ask(user: User, method: str, path: str, body: object = None) -> object:
        token = tokens.setdefault(user.id, make_token(session, user))
        headers = {"Authorization": f"Bearer {token}"}
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    return ask


def post(session: Session, author: User, episode: Episode, new: NewComment) -> Comment:
    comment = discussion_service.post_comment(session, viewer_of(author), episode, new)
    session.commit()
    return comment


def test_a_comment_is_posted_at_a_moment(session: Session, send: Send) -> None:
    ada = make_user(session, "Ada Lovelace", handle="ada")
    episode = make_episode(session, make_user(session))
    said = {"body": "It is **here**", "start": 1.5, "end": 2}

    answer = send(ada, "POST", f"/episodes/{episode.id}/comments", said)

    made = answer.json
    assert answer.status_code == 201
    assert made.pop("created_at").endswith("Z")
    assert made == {
        "id": made["id"],
        "episode_id": episode.id,
        "parent_id": None,
        "url": f"http://localhost:8000/e/{episode.slug}#comment-{made['id']}",
        "state": "shown",
        "author": {"handle": "ada", "name": "Ada Lovelace"},
        "body": "It is **here**",
        "html": "<p>It is <strong>here</strong></p>\n",
        "start": 1.5,
        "end": 2.0,
        "note": None,
        "edited_at": None,
    }


def test_comments_come_in_pages_newest_first(session: Session, send: Send) -> None:
    ada = make_user(session)
    episode = make_episode(session, make_user(session))
    first = post(session, ada, episode, NewComment("first"))
    post(session, ada, episode, NewComment("answer", parent_id=first.id))
    post(session, ada, episode, NewComment("last"))
    path = f"/episodes/{episode.id}/comments"

    page = send(ada, "GET", f"{path}?limit=2").json
    rest = send(ada, "GET", f"{path}?limit=2&cursor={page['next_cursor']}").json

    assert [item["body"] for item in page["items"]] == ["last", "answer"]
    assert page["items"][1]["parent_id"] == first.id
    assert [item["body"] for item in rest["items"]] == ["first"]
    assert rest["next_cursor"] is None


def test_a_list_of_comments_costs_the_same_however_long(
    database: Database, session: Session, send: Send
) -> None:
    ada = make_user(session)
    episode = make_episode(session, make_user(session))
    path = f"/episodes/{episode.id}/comments"
    send(ada, "GET", path)  # the first use of a token is noted
    costs = []
    for wanted in (1, 3):
        while episode.comment_count < wanted:
            post(session, make_user(session), episode, NewComment("words"))
        costs.append(count_statements(database, lambda: send(ada, "GET", path)))

    assert costs[0] == costs[1]


def test_words_are_edited_and_deleted_by_their_author(session: Session, send: Send) -> None:
    ada = make_user(session)
    episode = make_episode(session, make_user(session))
    comment = post(session, ada, episode, NewComment("Teh fix"))

    edited = send(ada, "PATCH", f"/comments/{comment.id}", {"body": "The fix"})
    deleted = send(ada, "DELETE", f"/comments/{comment.id}")
    gone = send(ada, "DELETE", f"/comments/{comment.id}")

    assert (edited.status_code, edited.json["body"]) == (200, "The fix")
    assert edited.json["edited_at"] is not None
    assert (deleted.status_code, deleted.data, gone.status_code) == (204, b"", 404)


def test_others_change_nothing(session: Session, send: Send) -> None:
    episode = make_episode(session, make_user(session))
    comment = post(session, make_user(session), episode, NewComment("mine"))
    other = make_user(session, role=Role.ADMIN)

    edited = send(other, "PATCH", f"/comments/{comment.id}", {"body": "yours"})
    deleted = send(other, "DELETE", f"/comments/{comment.id}")

    session.refresh(comment)
    assert (edited.status_code, deleted.status_code) == (403, 403)
    assert comment.body == "mine"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"body": "Write something first."}),
        ({"body": " \n\t"}, {"body": "Write something first."}),
        ({"body": 7}, {"body": "Write something first."}),
        ({"body": "x" * 10_001}, {"body": "At most 10000 characters; these are 10001."}),
        ({"body": "x", "start": "soon"}, {"start": "Give a time in seconds, or as in 1:37."}),
        ({"body": "x", "start": -1}, {"start": "Give a time in seconds, or as in 1:37."}),
        ({"body": "x", "start": True}, {"start": "Give a time in seconds, or as in 1:37."}),
        ({"body": "x", "start": 10**30}, {"start": "Give a time in seconds, or as in 1:37."}),
        ({"body": "x", "start": 61}, {"start": "This is after the end of the episode."}),
        ({"body": "x", "parent_id": 7}, {"parent_id": "Must be the id of a comment."}),
        ({"body": "x", "parent_id": "../1"}, {"parent_id": "Must be the id of a comment."}),
        ({"body": "x", "parent_id": "0" * 32}, {"parent_id": "That comment is gone."}),
    ],
)
def test_what_makes_no_sense_is_refused(
    session: Session, send: Send, body: dict[str, object], errors: dict[str, str]
) -> None:
    episode = make_episode(session, make_user(session), duration_ms=60_000)

    answer = send(make_user(session), "POST", f"/episodes/{episode.id}/comments", body)

    assert (answer.status_code, answer.json["errors"]) == (422, errors)
    session.refresh(episode)
    assert episode.comment_count == 0


def test_discussions_of_what_one_may_not_see_look_like_none(session: Session, send: Send) -> None:
    author, stranger = make_user(session), make_user(session)
    private = make_episode(session, author)
    comment = post(session, author, private, NewComment("canary-4711"))
    private.audience = Audience.PRIVATE
    session.commit()
    nothing = "0" * 32

    for method, path, body in (
        ("GET", "/episodes/{}/comments", None),
        ("POST", "/episodes/{}/comments", {"body": "hello"}),
        ("PATCH", "/comments/{}", {"body": "hello"}),
        ("DELETE", "/comments/{}", None),
    ):
        ident = private.id if "episodes" in path else comment.id
        unreadable = send(stranger, method, path.format(ident), body)
        missing = send(stranger, method, path.format(nothing), body)

        assert (unreadable.status_code, missing.status_code) == (404, 404)
        assert unreadable.data == missing.data


def test_hidden_words_are_for_their_author_and_for_moderators(session: Session, send: Send) -> None:
    author, reader = make_user(session), make_user(session)
    moderator = make_user(session, role=Role.MODERATOR)
    episode = make_episode(session, make_user(session))
    comment = post(session, author, episode, NewComment("canary-4711"))
    discussion_service.hide_comment(session, comment)
    session.commit()
    path = f"/episodes/{episode.id}/comments"

    seen = {
        user.id: send(user, "GET", path).json["items"][0] for user in (author, reader, moderator)
    }

    assert seen[author.id]["body"] == seen[moderator.id]["body"] == "canary-4711"
    assert seen[reader.id]["state"] == "hidden"
    assert (seen[reader.id]["body"], seen[reader.id]["html"], seen[reader.id]["author"]) == (
        "",
        "",
        None,
    )
    assert send(reader, "PATCH", f"/comments/{comment.id}", {"body": "x"}).status_code == 404


def test_a_hidden_episode_is_not_discussed(session: Session, send: Send) -> None:
    author = make_user(session)
    episode = make_episode(session, author, hidden_at=clock.now())

    answer = send(author, "POST", f"/episodes/{episode.id}/comments", {"body": "Why?"})

    assert answer.status_code == 409


def test_posting_too_often_is_refused(session: Session, send: Send) -> None:
    ada = make_user(session)
    episode = make_episode(session, make_user(session))
    allowed = int(policy.POST_LIMIT.split()[0])

    answers = [
        send(ada, "POST", f"/episodes/{episode.id}/comments", {"body": "again"})
        for _ in range(allowed + 1)
    ]

    assert [answer.status_code for answer in answers] == [201] * allowed + [429]
