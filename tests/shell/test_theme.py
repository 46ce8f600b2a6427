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
    came_from = {"Referer": "http://localhost/search?q=kafka+streams"}

    answer = browser.post("/theme", {"theme": theme}, headers=came_from)

    assert (answer.status_code, answer.location) == (303, "/search?q=kafka+streams")
    assert f'data-theme="{theme}"' in browser.get("/explore").text
    assert f'data-theme="{theme}"' in browser.get("/settings").text


def test_it_can_be_left_to_the_system_again(browser: Browser) -> None:
    browser.post("/theme", {"theme": "dark"})
    browser.post("/theme", {"theme": ""})

    assert "data-theme" not in browser.get("/").text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/x", "http://localhost//evil.example", "http://[", ""]
)
def test_nothing_else_becomes_a_theme_or_a_place_to_go(browser: Browser, elsewhere: str) -> None:
    answer = browser.post("/theme", {"theme": '"><script>'}, headers={"Referer": elsewhere})

    assert answer.location == "/"
    assert "data-theme" not in browser.get("/").text
