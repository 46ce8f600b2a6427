"""What a script of a page gets when something fails: one sentence for the page's status region."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Browser, make_episode, make_user

Browse = Callable[[Any], Browser]
BY_SCRIPT = {"HX-Request": "true"}
NOT_FOUND = "There is no such episode, or you do not have access to it."


def test_a_refusal_is_one_sentence_for_the_status_region(session: Session, browse: Browse) -> None:
    author = make_user(session)
    own = make_episode(session, author)
    browser = browse(author)

    missing = browser.post("/e/no-such-clip/rating", {"stars": "4"}, headers=BY_SCRIPT)
    refused = browser.post(f"{own.path}/rating", {"stars": "4"}, headers=BY_SCRIPT)

    assert missing.text == f'<p class="note bad">{NOT_FOUND}</p>'
    assert [missing.status_code, refused.status_code] == [404, 403]
    for answer in (missing, refused):
        assert answer.headers["HX-Retarget"] == "#status"
        assert answer.headers["HX-Reswap"] == "innerHTML"


def test_what_a_page_asks_by_itself_says_the_same_sentence_only_once(
    session: Session, browse: Browse
) -> None:
    answer = browse(make_user(session)).get("/e/no-such-clip/steps", headers=BY_SCRIPT)

    assert answer.text == f'<p class="note bad">{NOT_FOUND}</p>'
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (404, "innerMorph")


def test_whoever_was_signed_out_is_told_so_and_keeps_the_page(client: FlaskClient) -> None:
    answer = client.get("/uploads", headers=BY_SCRIPT)

    assert (answer.status_code, answer.text) == (
        401,
        '<p class="note bad">Please sign in first.</p>',
    )


def test_a_form_of_an_old_page_is_refused_in_a_sentence(client: FlaskClient) -> None:
    answer = client.post("/e/any/rating", data={"stars": "4"}, headers=BY_SCRIPT)

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (403, "#status")
    assert answer.text.startswith('<p class="note bad">This page has expired')


def test_a_failure_of_ours_names_its_number_and_nothing_else(
    app: Flask, session: Session, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = browse(make_user(session))
    monkeypatch.setitem(app.view_functions, "pages.uploads", lambda: 1 / 0)

    answer = browser.get("/uploads", headers=BY_SCRIPT)

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (500, "#status")
    assert answer.text.startswith('<p class="note bad">Something went wrong on our side.')
    assert "ZeroDivisionError" not in answer.text


def test_pages_and_programs_get_what_they_always_got(session: Session, browse: Browse) -> None:
    browser = browse(make_user(session))

    page = browser.get("/e/no-such-clip")
    program = browser.get("/api/v1/episodes/none", headers=BY_SCRIPT)

    assert '<main id="main"' in page.text
    assert program.content_type == "application/problem+json"
    assert [found for answer in (page, program) for found in answer.headers if "HX-" in found] == []
