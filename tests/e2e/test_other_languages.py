"""Words are longer in other languages: pages hold them."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.e2e.library import Library
from tests.e2e.test_accessibility import NARROWEST, PAGES, WIDE

pytestmark = [pytest.mark.e2e, pytest.mark.browser_context_args(locale="de")]
PEOPLE = sorted({who for who, _ in PAGES.values()})


@pytest.mark.parametrize("who", PEOPLE)
def test_pages_in_german_never_scroll_sideways(
    open_as: Callable[[str], Page], library: Library, who: str, expected_complaints: list[str]
) -> None:
    expected_complaints.append("404")
    page = open_as(who)

    too_wide = [
        (address, width)
        for whose, address in PAGES.values()
        if whose == who
        for width in _too_wide_in_german(page, address.format(**vars(library)))
    ]

    assert too_wide == []


def _too_wide_in_german(page: Page, address: str) -> Iterator[int]:
    page.goto(address)
    assert page.evaluate("document.documentElement.lang") == "de"
    for width, height in (WIDE, NARROWEST):
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield width
