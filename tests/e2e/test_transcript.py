"""The transcript panel in a browser: it follows, seeks, is searched, selected, copied and saved."""

from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, StorageState, ViewportSize, expect

from tests.e2e.conftest import Player, wait_for_script
from tests.e2e.library import Library
from tests.e2e.test_accessibility import EVERYTHING, NARROW, WIDE, find_violations

pytestmark = pytest.mark.e2e

TITLE = "Why mTLS handshakes fail right after a rollout"
# Low enough that the panel has more than it shows.
LOW: ViewportSize = {"width": 1280, "height": 480}
# Selects from a place in one line of the transcript to a place in another.
SELECT = """([from, start, to, end]) => {
  const lines = document.querySelectorAll(".ln");
  const range = document.createRange();
  range.setStart(lines[from].firstChild, start);
  range.setEnd(lines[to].firstChild, end);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""
# Where a word of the transcript is on the screen.
FIND = """wanted => {
  for (const line of document.querySelectorAll(".ln")) {
    const at = line.firstChild.data.indexOf(wanted);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(line.firstChild, at);
    range.setEnd(line.firstChild, at + wanted.length);
    const { x, y, width, height } = range.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  }
}"""


@pytest.fixture
def now(page: Page) -> Page:
    """The page, on which nothing moves smoothly."""
    page.emulate_media(reduced_motion="reduce")
    return page


def jump(page: Page) -> None:
    page.get_by_role("button", name="Jump to now").click()


def select(page: Page, *places: int) -> None:
    page.evaluate(SELECT, list(places))
    expect(page.get_by_role("toolbar", name="Selected words")).to_be_visible()


def panel(page: Page) -> tuple[float, float]:
    """The middle of the panel's text."""
    box = page.get_by_role("region", name="Transcript text").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_who_reads_elsewhere_is_left_alone_and_comes_back_by_a_button(
    now: Page, library: Library, player: Player
) -> None:
    now.set_viewport_size(LOW)
    player.open(f"{library.video}?t=22")
    spoken = now.locator(".seg.on")
    expect(spoken).to_be_in_viewport()

    now.mouse.move(*panel(now))
    now.mouse.wheel(0, -2000)
    now.wait_for_function("() => document.querySelector('.tx-body').scrollTop === 0")
    before = now.evaluate("document.querySelector('.seg.on').getBoundingClientRect().top")
    jump(now)

    expect(now.get_by_role("button", name="Jump to now")).to_be_hidden()
    after = now.evaluate("document.querySelector('.seg.on').getBoundingClientRect().top")
    assert after < before


def test_following_goes_on_by_itself_while_it_plays(
    now: Page, library: Library, player: Player
) -> None:
    player.open(f"{library.video}?t=22")
    now.mouse.move(*panel(now))
    now.mouse.wheel(0, 50)
    expect(now.get_by_role("button", name="Jump to now")).to_be_visible()

    player.press_play()

    expect(now.get_by_role("button", name="Jump to now")).to_be_hidden()


def test_nothing_moves_below_somebody_who_has_selected_words(
    now: Page, library: Library, player: Player
) -> None:
    now.set_viewport_size(LOW)
    player.open(library.video)
    select(now, 0, 4, 0, 20)

    now.get_by_role("slider", name="Seek").fill("30")
    expect(now.locator(".seg.on")).to_contain_text("A subPath mount")

    assert now.evaluate("document.querySelector('.tx-body').scrollTop") == 0
    jump(now)
    expect(now.get_by_role("toolbar", name="Selected words")).to_be_hidden()
    assert now.evaluate("document.querySelector('.tx-body').scrollTop") > 0


def test_a_word_opens_in_another_tab_where_links_would(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)
    place = page.evaluate(FIND, "subPath")

    page.keyboard.down("Control")
    with page.context.expect_page() as opened:
        page.mouse.click(*place)
    page.keyboard.up("Control")

    expect(opened.value).to_have_url(f"{page.url}?t=22.2")
    assert player.time == 0


def test_find_takes_words_as_people_type_them(page: Page, library: Library, player: Player) -> None:
    player.open(library.video)
    field = page.get_by_label("Find in this transcript")

    for typed, place in (
        ("YESTERDAY\N{RIGHT SINGLE QUOTATION MARK}S  authorities", "1/1"),
        ("tr\N{LATIN SMALL LETTER U WITH DIAERESIS}st store", "1/2"),
        ("nothing like it", "0"),
    ):
        field.fill(typed)
        expect(page.locator(".hits output")).to_have_text(place)


def test_the_toolbar_is_one_stop_of_the_keyboard(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)
    region = page.get_by_role("region", name="Transcript text")
    region.focus()
    select(page, 3, 0, 3, 20)

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Share clip")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Quote")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.get_by_role("button", name="Share clip")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("toolbar", name="Selected words")).to_be_hidden()
    expect(region).to_be_focused()


def test_what_is_copied_says_where_it_is_from(page: Page, library: Library, player: Player) -> None:
    player.open(library.video)
    select(page, 3, 0, 3, 15)

    page.keyboard.press("Control+c")

    copied = page.evaluate("navigator.clipboard.readText()")
    address = page.url.partition("?")[0]
    source = f"(Priya Raman, \N{LEFT DOUBLE QUOTATION MARK}{TITLE}\N{RIGHT DOUBLE QUOTATION MARK}, "
    assert copied == f"A subPath mount {source}0:21, {address}?t=21.5&end=23.5)"


def test_a_quote_of_several_paragraphs_is_words_alone_and_about_their_moment(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)
    select(page, 2, 3, 3, 15)

    page.keyboard.press("q")

    field = page.get_by_label("Add a comment")
    expect(field).to_be_focused()
    expect(field).to_have_value(
        "> it came up with yesterday's authorities.\n> \n> A subPath mount\n\n"
    )
    expect(page.get_by_label("at 0:14")).to_be_checked()


def test_there_is_nothing_to_quote_before_something_is_selected(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)

    page.keyboard.press("q")

    expect(page.locator("#status")).to_contain_text("Select words of the transcript first")


def test_a_whole_paragraph_is_chosen_by_three_clicks(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)

    page.mouse.click(*page.evaluate(FIND, "healthy"), click_count=3)
    page.get_by_role("button", name="Share clip").click()

    expect(page.locator("#status")).to_contain_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith("?t=0.6&end=19")


def test_narrow_screens_have_the_toolbar_at_the_bottom_and_follow_with_the_page(
    now: Page, library: Library, player: Player
) -> None:
    now.set_viewport_size({"width": 390, "height": 700})
    player.open(f"{library.video}?t=19.5")
    select(now, 0, 4, 0, 20)
    bar = now.get_by_role("toolbar", name="Selected words").bounding_box()
    tabs = now.get_by_role("navigation", name="Main, mobile").bounding_box()
    assert bar is not None
    assert tabs is not None
    assert (bar["x"], bar["width"]) == (0, 390)
    assert abs(bar["y"] + bar["height"] - tabs["y"]) < 4
    now.evaluate("getSelection().removeAllRanges()")
    now.evaluate("scrollTo(0, 0)")

    player.press_play()

    now.wait_for_function(
        "() => document.querySelector('.seg.on')?.textContent.includes('subPath')"
    )
    now.wait_for_function("() => scrollY > 100")
    expect(now.locator(".seg.on a").first).to_be_in_viewport()


@pytest.mark.parametrize("with_script", [True, False])
def test_every_format_is_saved_under_the_title(
    browser: Browser,
    base_url: str,
    library: Library,
    reader_state: StorageState,
    *,
    with_script: bool,
) -> None:
    context = browser.new_context(
        base_url=base_url, storage_state=reader_state, java_script_enabled=with_script
    )
    page = context.new_page()
    page.goto(library.video)
    if with_script:
        wait_for_script(page)
    saved = {}
    for name in ("WebVTT captions", "SubRip captions", "Plain text", "Markdown", "JSON"):
        if not page.get_by_role("link", name=name).is_visible():
            page.locator("summary", has=page.locator("use[href$='#i-download']")).first.click()
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        saved[name] = download.value.suggested_filename
        assert "subPath" in download.value.path().read_text()
    context.close()

    endings = ("vtt", "srt", "txt", "md", "json")
    assert list(saved.values()) == [f"{TITLE}.{ending}" for ending in endings]


def test_authors_see_what_the_glossary_has_put_in(
    open_as: Callable[[str], Page], library: Library
) -> None:
    page = open_as("author")
    page.goto(library.video)

    term = page.locator(".put")
    expect(term).to_have_text("trustctl")
    expect(term).to_have_attribute("title", "Put in by the glossary. Heard: “trust cuttle”")
    page.get_by_role("link", name="Put in by the glossary").click()

    expect(page.get_by_role("heading", name="Put in by the glossary")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_panel_is_accessible_while_it_is_used(
    open_as: Callable[[str], Page], library: Library, size: tuple[int, int]
) -> None:
    page = open_as("author")
    page.emulate_media(reduced_motion="reduce", color_scheme="dark" if size == NARROW else "light")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{library.video}?t=22&find=trust")
    page.locator(".player.ready").wait_for()
    page.evaluate(AXE_SCRIPT)

    select(page, 0, 4, 0, 20)
    expect(page.get_by_role("button", name="Jump to now")).to_be_visible()
    found = dict(find_violations(page, "selected", EVERYTHING))
    page.evaluate("getSelection().removeAllRanges()")
    page.get_by_label("Download the transcript").click()
    found |= find_violations(page, "menu", EVERYTHING)

    assert found == {}
