"""A browser shows the theme that was chosen in it, or that of its system."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from tests.factories import Browser, make_user

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def browser(session: Session, browse: Callable[[User], Browser]) -> Browser:
    return browse(make_user(session))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_that_was_chosen_is_that_of_every_page(browser: Browser, theme: str) -> None:
    answer = browser.post("/theme", {"theme": theme, "next": "/explore"})

    assert (answer.status_code, answer.location) == (303, "/explore")
    assert f'data-theme="{theme}"' in browser.get("/explore").text
    assert f'data-theme="{theme}"' in browser.get("/settings").text


def test_it_can_be_left_to_the_system_again(browser: Browser) -> None:
    browser.post("/theme", {"theme": "dark"})
    browser.post("/theme", {"theme": ""})

    assert "data-theme" not in browser.get("/").text


def test_nothing_else_becomes_a_theme_or_a_place_to_go(browser: Browser) -> None:
    answer = browser.post("/theme", {"theme": '"><script>', "next": "//evil.example/"})

    assert answer.location == "/"
    assert "data-theme" not in browser.get("/").text
