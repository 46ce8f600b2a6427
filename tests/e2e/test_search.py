"""From a question to the second that answers it."""

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e.conftest import Player
from tests.e2e.library import Library

pytestmark = pytest.mark.e2e


def test_a_result_opens_at_its_second(page: Page, player: Player) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("subPath mount")
    page.keyboard.press("Enter")

    expect(page.locator("mark").first).to_be_visible()
    page.get_by_role("link", name="Play from 0:21").first.click()

    player.wait_until("m.currentTime >= 20 && m.currentTime < 23")


def test_filters_narrow_the_results_down(page: Page) -> None:
    page.goto("/search?q=authority")
    expect(page.get_by_role("link", name="Postmortem radio")).to_be_visible()

    page.get_by_label("Video").check()
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
