"""Fixes over the API: saved, listed, in conflict, everywhere, undone."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare.repairs import policy
from tests.counting import count_statements
from tests.factories import make_token
from tests.repairs.conftest import LINES, Desk

Send = Callable[..., Any]
RIGHT = "we run kubectl on every host"


@pytest.fixture
def send(client: FlaskClient, session: Session, desk: Desk) -> Send:
    """Asks the API in somebody's name."""
    tokens = {name: make_token(session, user) for name, user in desk.people.items()}

    def ask(who: str, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    return ask


@pytest.fixture
def fixes(desk: Desk) -> str:
    return f"/episodes/{desk.episode.id}/transcript/fixes"


def line(desk: Desk, number: int, text: str, **more: Any) -> dict[str, Any]:
    said = desk.said()[number]
    return {"segment": str(said.ident), "before": said.text, "text": text, **more}


def test_a_line_that_was_read_in_the_transcript_is_fixed(
    desk: Desk, send: Send, fixes: str
) -> None:
    read = send("author", "GET", f"/episodes/{desk.episode.id}/transcript").json["segments"][0]
    body = {"segment": read["id"], "before": read["text"], "text": RIGHT, "confirmed": [0]}

    answer = send("author", "POST", fixes, body)

    made = answer.json
    assert answer.status_code == 201
    assert made == {
        "id": made["id"],
        "episode_id": desk.episode.id,
        "state": "applied",
        "author": {"handle": desk.people["author"].handle, "name": "Ada"},
        "wanted": None,
        "replacement": None,
        "lines": [{"segment": read["id"], "start": 1.0, "before": LINES[0][2], "after": RIGHT}],
        "created_at": made["created_at"],
        "decided_by": None,
        "decided_at": None,
        "undone_by": None,
        "undone_at": None,
    }
    words = send("author", "GET", f"/episodes/{desk.episode.id}/transcript").json["segments"][0]
    assert [word["confidence"] for word in words["words"]][:3] == [1.0, 0.9, None]


def test_a_conflict_says_both_texts(desk: Desk, send: Send, fixes: str) -> None:
    body = line(desk, 0, RIGHT)
    send("steward", "POST", fixes, line(desk, 0, "we run Kube Cuddle on every host"))

    answer = send("author", "POST", fixes, body)

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "Somebody else has changed the same words meanwhile. Nothing of yours is lost.",
        "now": "we run Kube Cuddle on every host",
        "yours": RIGHT,
    }


def test_a_suggestion_goes_its_way(desk: Desk, send: Send, fixes: str) -> None:
    made = send("reader", "POST", fixes, line(desk, 0, RIGHT)).json
    waiting = send("author", "GET", f"{fixes}?waiting=1").json["items"]
    refused = send("reader", "POST", f"/fixes/{made['id']}/accept")
    accepted = send("author", "POST", f"/fixes/{made['id']}/accept").json
    undone = send("steward", "POST", f"/fixes/{made['id']}/undo").json

    assert [fix["id"] for fix in waiting] == [made["id"]]
    assert (made["state"], refused.status_code) == ("suggested", 403)
    assert (accepted["state"], accepted["decided_by"]["name"]) == ("applied", "Ada")
    assert (undone["state"], undone["undone_by"]["name"]) == ("undone", "Stan")
    assert desk.texts()[0] == LINES[0][2]
    assert send("author", "GET", f"{fixes}?waiting=1").json["items"] == []


def test_who_accepts_may_say_it_otherwise(desk: Desk, send: Send, fixes: str) -> None:
    made = send("reader", "POST", fixes, line(desk, 0, RIGHT)).json
    body = {"before": LINES[0][2], "text": "we run kubectl everywhere"}

    accepted = send("author", "POST", f"/fixes/{made['id']}/accept", body).json

    assert accepted["lines"][0]["after"] == "we run kubectl everywhere"
    assert accepted["author"]["name"] == "Bob"


def test_what_is_rejected_is_known_to_who_suggested_it_alone(
    desk: Desk, send: Send, fixes: str
) -> None:
    made = send("reader", "POST", fixes, line(desk, 0, RIGHT)).json

    send("author", "POST", f"/fixes/{made['id']}/reject")

    assert [fix["state"] for fix in send("reader", "GET", fixes).json["items"]] == ["rejected"]
    assert send("other", "GET", fixes).json["items"] == []
    assert send("other", "POST", f"/fixes/{made['id']}/undo").status_code == 404


def test_the_same_words_are_shown_first_and_then_fixed_everywhere(
    desk: Desk, send: Send, fixes: str
) -> None:
    body = {"wanted": "Cube cuttle", "replacement": "kubectl"}

    shown = send("author", "POST", f"{fixes}/everywhere", {**body, "preview": True})
    untouched = desk.texts()
    made = send("author", "POST", f"{fixes}/everywhere", body)

    assert shown.json["places"] == 2
    assert [one["after"] for one in shown.json["lines"]] == [RIGHT, "and kubectl works"]
    assert untouched == [text for _start, _end, text in LINES]
    assert (made.status_code, made.json["wanted"]) == (201, "Cube cuttle")
    assert desk.texts() == [RIGHT, LINES[1][2], "and kubectl works"]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"segment": "x"}, {"segment"}),
        ({"segment": True}, {"segment"}),
        ({"segment": "9" * 40}, {"segment"}),
        ({"text": None}, {"text"}),
        ({"text": 7}, {"text"}),
        ({"text": "x" * 2001}, {"text"}),
        ({"before": None}, {"before"}),
        ({"confirmed": "0"}, {"confirmed"}),
        ({"confirmed": [-1]}, {"confirmed"}),
        ({"confirmed": [True]}, {"confirmed"}),
    ],
)
def test_what_can_not_be_used_is_named(
    desk: Desk, send: Send, fixes: str, change: dict[str, object], fields: set[str]
) -> None:
    answer = send("author", "POST", fixes, {**line(desk, 0, RIGHT), **change})

    assert (answer.status_code, set(answer.json["errors"])) == (422, fields)


def test_a_line_that_is_gone_is_not_found(desk: Desk, send: Send, fixes: str) -> None:
    answer = send("author", "POST", fixes, line(desk, 0, RIGHT, segment="2147483647"))

    assert answer.status_code == 404
    assert "Reload the page" in answer.json["detail"]


def test_fixing_has_a_limit(
    desk: Desk, send: Send, fixes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "FIX_LIMIT", "1 per minute")
    send("author", "POST", fixes, line(desk, 0, RIGHT))

    assert send("author", "POST", fixes, line(desk, 0, "no")).status_code == 429
    assert send("reader", "POST", fixes, line(desk, 0, "we run k on every host")).status_code == 201


def test_three_fixes_are_read_in_as_many_statements_as_one(
    desk: Desk, send: Send, fixes: str
) -> None:
    def ask() -> None:
        send("author", "GET", fixes)

    desk.fix("reader", 0, RIGHT)
    ask()
    one = count_statements(desk.database, ask)
    desk.fix("other", 1, "then the broker restarts")
    desk.everywhere("author", "cube cuttle", "kubectl")

    assert count_statements(desk.database, ask) == one
