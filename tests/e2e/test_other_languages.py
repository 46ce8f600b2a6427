"""Words are longer in other languages: pages hold them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.library import Library
from tests.e2e.test_accessibility import NARROWEST, PAGES

pytestmark = pytest.mark.e2e
PEOPLE = sorted({who for who, _ in PAGES.values()})


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A browser that asks for German."""
    return {**browser_context_args, "locale": "de"}


@pytest.mark.parametrize("who", PEOPLE)
def test_pages_in_german_never_scroll_sideways(
    open_as: Callable[[str], Page], library: Library, who: str, expected_complaints: list[str]
) -> None:
    expected_complaints.append("404")
    page = open_as(who)
    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})

    widths = {
        address: _width_in_german(page, address.format(**vars(library)))
        for whose, address in PAGES.values()
        if whose == who
    }

    assert {where: width for where, width in widths.items() if width > NARROWEST[0]} == {}


def _width_in_german(page: Page, address: str) -> int:
    page.goto(address)
    assert page.evaluate("document.documentElement.lang") == "de"
    return int(page.evaluate("document.documentElement.scrollWidth"))
