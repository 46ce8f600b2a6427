"""The player in a frame: of a page of ours it plays, to a page of another site it is refused."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.library import Library

pytestmark = pytest.mark.e2e

# A function: what is only an expression is asked for by `eval`, which our pages forbid, whenever it
# does not hold at once.
PLAYED = "() => document.querySelector('video').currentTime > 9"


def show_frame(page: Page, origin: str, address: str) -> None:
    """Open a page of this origin that holds nothing but a frame with this address."""
    body = (
        f'<!doctype html><title>Wiki</title><iframe src="{address}" width=640 height=520></iframe>'
    )

    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type="text/html")

    page.route(f"{origin}/wiki", answer)
    page.goto(f"{origin}/wiki")


def test_it_plays_in_a_frame(page: Page, base_url: str, library: Library) -> None:
    show_frame(page, base_url, f"{base_url}{library.embedded}?t=9")
    frame = page.frame_locator("iframe")

    expect(frame.locator("[data-island]")).to_have_attribute("data-alive", "")
    frame.get_by_role("button", name="Play", exact=True).click()

    page.frames[1].wait_for_function(PLAYED)
    title = frame.locator(".framed-title a")
    expect(title).to_have_attribute("href", library.video)
    expect(title).to_have_attribute("target", "_blank")


def test_a_site_that_nobody_has_named_may_not_frame_it(
    page: Page, base_url: str, library: Library, expected_complaints: list[str]
) -> None:
    expected_complaints += ["frame-ancestors", "localhost"]
    address = f"{base_url}{library.embedded}"

    show_frame(page, base_url.replace("127.0.0.1", "localhost"), address)

    expect(page.frame_locator("iframe").locator("#main")).to_have_count(0)
    # In place of what was refused, the browser has put a page of its own.
    assert page.frames[1].url.startswith("chrome-error:")
