"""How people want to play, kept with their account."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.api.caller import Caller
from tests.factories import Browser, make_user

Browse = Callable[[Any], Browser]
AT_FIRST = {"captions": False, "keys": True, "history": True}


def test_the_page_keeps_what_is_ticked(
    client: FlaskClient, session: Session, browse: Browse
) -> None:
    person = make_user(session)
    browser = browse(person)

    answer = browser.post("/settings/playback", {"captions": "on", "history": "on"})

    kept = {"captions": True, "keys": False, "history": True}
    assert (answer.status_code, answer.location) == (303, "/settings/playback")
    assert Caller(client, session, person).get("/me/playback").get_json() == kept
    page = browser.get("/settings/playback").text
    assert [f'name="{name}"' in page for name in AT_FIRST] == [True] * 3
    assert page.count(" checked>") == 2
    assert 'data-keys="off"' in page


def test_a_program_changes_what_it_sends_and_leaves_the_rest(
    client: FlaskClient, session: Session
) -> None:
    caller = Caller(client, session, make_user(session))

    before = caller.get("/me/playback").get_json()
    after = caller.patch("/me/playback", {"captions": True}).get_json()

    assert before == AT_FIRST
    assert after == {**AT_FIRST, "captions": True}
    assert caller.get("/me/playback").get_json() == after


@pytest.mark.parametrize("value", [None, "on", 0, [True]])
def test_what_is_neither_true_nor_false_is_refused(
    client: FlaskClient, session: Session, value: object
) -> None:
    caller = Caller(client, session, make_user(session))

    answer = caller.patch("/me/playback", {"keys": value})

    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"keys"}
    assert caller.get("/me/playback").get_json() == AT_FIRST
