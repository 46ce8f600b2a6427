"""From a question to the second that answers it."""

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e.conftest import Player, wait_for_script
from tests.e2e.library import Library

pytestmark = pytest.mark.e2e

# Where the first that plays began, wherever it is by the time that somebody asks.
NOTE_BEGIN = """document.addEventListener(
  "playing", ({ target }) => (window.begun ??= target.currentTime), { capture: true })"""


def test_a_result_opens_at_its_second(page: Page, player: Player) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("subPath mount")
    page.keyboard.press("Enter")

    expect(page.locator("mark").first).to_be_visible()
    page.get_by_role("link", name="Read it").click()

    page.wait_for_url("**/e/**")
    player.wait_until("m.currentTime >= 20 && m.currentTime < 23")


def test_a_moment_plays_where_it_stands_in_the_list(page: Page, player: Player) -> None:
    page.add_init_script(NOTE_BEGIN)
    page.goto("/search?q=subPath+mount")
    wait_for_script(page)

    page.get_by_role("link", name="Play from 0:21", exact=True).click()

    player.wait_until("window.begun > 21 && window.begun < 30")
    assert "/search" in page.url
    expect(page.locator(".best .pic video")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("main video")).to_have_count(0)


def test_keys_go_from_moment_to_moment_and_play_them(page: Page, player: Player) -> None:
    page.goto("/search?q=authority")
    wait_for_script(page)
    page.get_by_role("heading", level=1).click()

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")

    player.wait_until("m && m.currentTime > 0 && !m.paused")
    expect(page.locator("main video, main audio")).to_have_count(1)


def test_episodes_are_suggested_while_somebody_types(page: Page, library: Library) -> None:
    page.goto("/")
    page.locator(".find input").press_sequentially("subpat")

    suggestion = page.locator(f".suggest a[href='{library.video}']")
    expect(suggestion).to_be_visible()
    suggestion.click()

    page.wait_for_url(f"**{library.video}")


def test_what_was_mistyped_leads_to_what_was_meant(page: Page) -> None:
    page.goto("/search?q=trustt+stoore")

    page.get_by_role("link", name="trust store").click()

    expect(page.locator("mark").first).to_have_text("trust")


def test_filters_narrow_the_results_down(page: Page) -> None:
    page.goto("/search?q=authority")
    expect(page.get_by_role("link", name="Postmortem radio")).to_be_visible()

    page.get_by_label("Video", exact=False).check()
    page.get_by_role("button", name="Apply").click()

    expect(page.get_by_role("link", name="Postmortem radio")).to_have_count(0)


def test_on_a_phone_what_a_result_is_about_has_the_whole_line(page: Page, library: Library) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/search?q=handshakes")
    result = page.locator(".res", has=page.locator(f"a[href='{library.video}']"))
    about = result.locator(".body > p")
    expect(about).to_contain_text("Sidecars read the trust store")

    line, whole = about.bounding_box(), result.bounding_box()

    assert line is not None
    assert whole is not None
    assert line["width"] == whole["width"]


def test_without_script_an_episode_plays_by_native_controls_from_its_second(
    browser: Browser, base_url: str, reader_state: StorageState, library: Library
) -> None:
    context = browser.new_context(
        base_url=base_url, storage_state=reader_state, java_script_enabled=False
    )
    page = context.new_page()

    page.goto(f"{library.video}?t=21.5")

    expect(page.locator("video[controls]")).to_be_visible()
    expect(page.locator("video source")).to_have_attribute("src", r"/media/" + _tail(page))
    expect(page.locator(".deck")).to_be_hidden()
    expect(page.get_by_role("region", name="Transcript text")).to_contain_text("A subPath mount")
    context.close()


def _tail(page: Page) -> str:
    source = page.locator("video source").get_attribute("src") or ""
    assert source.endswith("#t=21.5")
    return source.removeprefix("/media/")
