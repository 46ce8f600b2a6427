"""A browser speaks the language that was chosen in it, whoever uses it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.web.languages import LANGUAGES
from tests.factories import Browser, make_user
from tests.visitors import Visitor

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

GERMAN = {"Accept-Language": "de"}


@pytest.fixture
def browser(session: Session, browse: Callable[[User], Browser]) -> Browser:
    return browse(make_user(session))


def test_the_language_that_was_chosen_is_that_of_every_page(browser: Browser) -> None:
    came_from = {"Referer": "http://localhost/search?q=kafka+streams"}

    answer = browser.post("/language", {"language": "de"}, headers=came_from)

    assert (answer.status_code, answer.location) == (303, "/search?q=kafka+streams")
    assert "Zum Inhalt springen" in browser.get("/explore").text
    assert "Dein Profil" in browser.get("/settings").text


def test_what_was_chosen_counts_more_than_what_the_browser_asks_for(browser: Browser) -> None:
    browser.post("/language", {"language": "en"})

    assert '<html lang="en"' in browser.get("/", headers=GERMAN).text


def test_it_can_be_left_to_the_browser_again(browser: Browser) -> None:
    browser.post("/language", {"language": "en"})
    browser.post("/language", {"language": ""})

    assert '<html lang="de"' in browser.get("/", headers=GERMAN).text


@pytest.mark.parametrize("language", ["fr", "../de", '"><script>', "EN"])
def test_nothing_else_becomes_a_language(browser: Browser, language: str) -> None:
    answer = browser.post("/language", {"language": language}, headers={"Referer": "http://["})

    assert answer.location == "/"
    assert '<html lang="en"' in browser.get("/").text


def test_each_language_is_offered_by_its_own_name_and_the_present_one_is_marked(
    browser: Browser,
) -> None:
    page = browser.get("/").text

    for code, name in LANGUAGES.items():
        pressed = "true" if code == "en" else "false"
        assert f'value="{code}" lang="{code}" aria-pressed="{pressed}">{name}</button>' in page


@pytest.mark.parametrize("page", ["/sign-in", "/accept/no-such-invitation"])
def test_visitors_choose_one_below_the_page(app: Flask, page: str) -> None:
    visitor = Visitor(app)

    answer = visitor.post("/language", {"language": "de"}, page=page)

    assert answer.status_code == 303
    assert "Anmelden" in visitor.client.get(page).text


def test_the_page_without_a_connection_offers_none_because_its_form_would_be_refused(
    app: Flask,
) -> None:
    assert 'action="/language"' not in Visitor(app).client.get("/offline").text
