"""Every page, in both themes and both widths: no axe violation, no sideways scrolling."""

from collections.abc import Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState

from tests.e2e.library import Library

pytestmark = pytest.mark.e2e

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW, NARROWEST = (1280, 860), (390, 844), (320, 640)
PAGES = {
    "home": "/",
    "a video": "{video}?t=9",
    "a recording of sound": "{audio}?t=3",
    "a discussion": "{video}#comment-x",
    "search": "/search?q=trust+store",
    "search without a question": "/search",
    "search without an answer": "/search?q=nosuchword",
    "upload": "/upload",
    "a person": "{person}",
    "nothing": "/e/nothing-here",
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_in_both_themes_and_widths_and_never_scroll_sideways(
    page: Page, library: Library, name: str, expected_complaints: list[str]
) -> None:
    expected_complaints.append("404")
    found: dict[str, object] = {}

    page.emulate_media(reduced_motion="reduce")
    page.goto(PAGES[name].format(**vars(library)))
    for width, height in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found |= _violations(page, f"{width} {scheme}")

    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    assert found == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST[0]


def test_sign_in_is_accessible(browser: Browser, base_url: str) -> None:
    context = browser.new_context(base_url=base_url)
    page = context.new_page()

    page.goto("/sign-in")

    assert _violations(page, "light") == {}
    context.close()


@pytest.mark.parametrize("address", ["{failed}", "{video}/edit"])
def test_an_authors_own_pages_are_accessible(
    browser: Browser, base_url: str, author_state: StorageState, library: Library, address: str
) -> None:
    context = browser.new_context(base_url=base_url, storage_state=author_state)
    page = context.new_page()

    page.goto(address.format(**vars(library)))

    assert _violations(page, "light") == {}
    context.close()


def _violations(page: Page, where: str) -> Mapping[str, object]:
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    return {
        f"{where}: {violation['id']}": [node["html"] for node in violation["nodes"]]
        for violation in result.response["violations"]
    }
