"""Pages speak the language that was chosen in this browser, or that it asks for."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from tests.factories import Browser, make_user

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def browser(session: Session, browse: Callable[[User], Browser]) -> Browser:
    return browse(make_user(session))


@pytest.mark.parametrize(
    ("asked", "language", "sentence"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de", "Zum Inhalt springen"),
        ("en-GB", "en", "Skip to content"),
        ("fr, ja;q=0.5", "en", "Skip to content"),
        ("", "en", "Skip to content"),
    ],
)
def test_a_page_speaks_the_language_that_the_browser_asks_for_as_far_as_there_is_one(
    browser: Browser, asked: str, language: str, sentence: str
) -> None:
    page = browser.get("/explore", headers={"Accept-Language": asked}).text

    assert f'<html lang="{language}"' in page
    assert sentence in page


def test_caches_are_told_that_pages_differ_by_language_and_answers_for_programs_do_not(
    browser: Browser,
) -> None:
    page, answer = browser.get("/explore"), browser.get("/api/v1/me")

    assert "Accept-Language" in page.vary
    assert "Accept-Language" not in answer.vary
