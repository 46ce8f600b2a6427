"""From right to left: the layout is mirrored, words take the direction of their script, and time
runs from left to right all the same."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Player
from tests.e2e.library import Library
from tests.e2e.test_accessibility import NARROW, WIDE

pytestmark = pytest.mark.e2e

HEBREW, ARABIC = "שלום עולם, זהו תמלול.", "هذا نص عربي للتجربة."
TURN = "document.documentElement.dir = 'rtl'"
DIRECTION = "part => getComputedStyle(part).direction"
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def left_of(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"]


def test_words_of_a_transcript_take_the_direction_of_their_script(
    page: Page, player: Player, library: Library
) -> None:
    player.open(library.video)
    lines = page.locator(".seg p")
    for number, words in enumerate((HEBREW, ARABIC)):
        lines.nth(number).evaluate("(part, words) => { part.textContent = words; }", words)

    assert [line.evaluate(DIRECTION) for line in lines.all()] == ["rtl", "rtl"]
    assert page.locator(".tx-body h3").first.evaluate(DIRECTION) == "ltr"


@pytest.mark.parametrize("address", ["/", "/search?q=trust+store", "{video}", "/upload"])
def test_the_layout_is_mirrored_without_sideways_scrolling(
    page: Page, library: Library, address: str
) -> None:
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.goto(address.format(video=library.video))
    brand = left_of(page, ".brand")

    page.evaluate(TURN)

    assert left_of(page, ".brand") > WIDE[0] / 2 > brand
    assert not page.evaluate(SCROLLS)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert not page.evaluate(SCROLLS)


def test_time_runs_from_left_to_right(page: Page, player: Player, library: Library) -> None:
    player.open(f"{library.video}?t=20")

    page.evaluate(TURN)

    expect(page.locator("[data-transcript]")).to_be_visible()
    assert left_of(page, "[data-transcript]") < left_of(page, ".player")
    slider = page.get_by_role("slider", name="Seek")
    before = float(slider.input_value())
    slider.press("ArrowRight")
    assert float(slider.input_value()) > before
