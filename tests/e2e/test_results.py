"""Results play where they stand, by mouse, touch and keys, on pages of every width."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, StorageState, ViewportSize, expect

from tests.e2e.conftest import Player, wait_for_script
from tests.e2e.library import Library
from tests.e2e.lists import PLAYLIST
from tests.e2e.test_search import NOTE_BEGIN

pytestmark = pytest.mark.e2e

DETAILS = "**/api/v1/episodes/*"
TRUSTED = "/search?q=trust+store"
# Everything that moved by itself while the page came, as browsers measure it.
NOTE_SHIFTS = """new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts = (window.shifts ?? 0) + entry.value;
}).observe({ type: "layout-shift", buffered: true })"""
TABLET: ViewportSize = {"width": 820, "height": 1180}
TURNED: ViewportSize = {"width": 1180, "height": 820}
PHONE: ViewportSize = {"width": 390, "height": 844}


def test_words_that_are_too_many_stand_in_one_sentence(page: Page) -> None:
    page.goto(f"/search?q={'+'.join(f'authority{number}' for number in range(15))}")

    note = page.locator(".note", has_text="These are too many words")
    expect(note).to_be_visible()
    flows = note.locator("bdi").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).display)"
    )
    assert set(flows) == {"inline"}


def test_filters_are_there_also_after_a_tablet_was_turned(page: Page) -> None:
    page.set_viewport_size(TABLET)
    page.goto("/search?q=authority")
    wait_for_script(page)
    filters, button = page.get_by_role("form", name="Filters"), page.locator(".facet-box summary")
    expect(filters).to_be_hidden()
    expect(button).to_be_visible()

    page.set_viewport_size(TURNED)
    expect(filters).to_be_visible()
    expect(button).to_be_hidden()

    page.set_viewport_size(TABLET)
    expect(filters).to_be_hidden()
    expect(button).to_be_visible()


def test_filters_that_somebody_is_at_stay_open_when_the_page_gets_narrow(page: Page) -> None:
    page.set_viewport_size(TURNED)
    page.goto("/search?q=authority")
    wait_for_script(page)
    field = page.get_by_label("By, as in @handle")
    field.fill("priya")

    page.set_viewport_size(TABLET)

    expect(page.locator(".facet-box summary")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_be_visible()


def test_what_follows_in_a_playlist_is_there_also_after_a_tablet_was_turned(page: Page) -> None:
    page.set_viewport_size(TABLET)
    page.goto(f"/pl/{PLAYLIST}")
    page.get_by_role("link", name="Play all").click()
    wait_for_script(page)
    following = page.locator(".queue details")
    expect(following).not_to_have_attribute("open", "")

    page.set_viewport_size(TURNED)

    expect(following).to_have_attribute("open", "")


def test_on_a_phone_nothing_jumps_when_the_script_comes(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.add_init_script(NOTE_SHIFTS)

    page.goto("/search?q=authority")
    wait_for_script(page)
    page.wait_for_load_state("networkidle")

    assert page.evaluate("window.shifts ?? 0") < 0.05


def test_without_script_filters_are_closed_on_a_phone_and_open_beside_wide_pages(
    browser: Browser, base_url: str, reader_state: StorageState
) -> None:
    asked = {"base_url": base_url, "storage_state": reader_state, "java_script_enabled": False}
    context = browser.new_context(**asked, viewport=PHONE)  # type: ignore[arg-type]  # as named
    page = context.new_page()
    page.goto("/search?q=authority")
    filters = page.get_by_role("form", name="Filters")

    expect(filters).to_be_hidden()
    page.locator(".facet-box summary").click()
    expect(filters).to_be_visible()

    page.set_viewport_size(TURNED)
    page.reload()
    expect(filters).to_be_visible()
    expect(page.locator(".facet-box summary")).to_be_hidden()
    context.close()


def test_filters_stay_in_view_beside_long_results(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto("/search?q=authority")
    wait_for_script(page)

    page.evaluate("scrollTo(0, 100)")
    page.locator(".facet-box").evaluate("box => box.scrollTo(0, box.scrollHeight)")

    expect(page.get_by_role("button", name="Apply")).to_be_in_viewport(ratio=0.9)
    box = page.locator(".facet-box").bounding_box()
    assert box is not None
    assert box["y"] == 88
    assert box["y"] + box["height"] <= 500


def test_the_large_button_is_for_the_mouse_and_hands_the_focus_to_what_plays(
    page: Page, player: Player
) -> None:
    page.goto(TRUSTED)
    wait_for_script(page)
    expect(page.get_by_role("link", name="Play from 0:08")).to_have_count(1)

    page.locator(".best .big").click()

    player.wait_until("!m.paused")
    expect(page.locator(".best video")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Play from 0:08", exact=True)).to_be_focused()


def test_keys_go_on_past_the_moment_that_plays(page: Page, player: Player) -> None:
    page.goto("/search?q=authority")
    wait_for_script(page)
    first, *others = page.locator("main a[data-play]:not(.big)").all()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    player.wait_until("!m.paused")
    expect(first).to_be_focused()

    for other in others:
        page.keyboard.press("j")
        expect(other).to_be_focused()

    page.locator(".best").locator("video, audio").focus()
    page.keyboard.press("j")
    expect(others[0]).to_be_focused()


def test_the_space_bar_pauses_what_plays_in_the_list_and_goes_on(
    page: Page, player: Player
) -> None:
    page.goto(TRUSTED)
    wait_for_script(page)
    chosen = page.get_by_role("link", name="Play from 0:08", exact=True)
    chosen.press("Enter")
    player.wait_until("!m.paused && m.currentTime > 8")
    expect(chosen).to_be_focused()

    page.keyboard.press("Space")
    player.wait_until("m.paused")
    page.keyboard.press("Space")
    player.wait_until("!m.paused")

    page.locator(".find input").press("Space")
    page.evaluate("localStorage.setItem('keys', 'off')")
    chosen.press("Space")
    assert not page.evaluate("document.querySelector('video').paused")


def test_the_last_moment_chosen_is_the_one_that_plays(page: Page, player: Player) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(DETAILS, hold)
    page.add_init_script(NOTE_BEGIN)
    page.goto(TRUSTED)
    wait_for_script(page)

    other = page.locator(".best a.hit[data-play]").last
    expect(other).to_have_attribute("data-play", re.compile("^37"))
    with page.expect_request(DETAILS):
        page.get_by_role("link", name="Play from 0:08", exact=True).click()
    other.click()
    for route in held:
        route.continue_()

    player.wait_until("window.begun > 37")
    expect(page.locator("main video")).to_have_count(1)


def test_what_cannot_be_played_says_so_where_it_was_chosen(
    page: Page, player: Player, expected_complaints: list[str]
) -> None:
    expected_complaints.append("Failed to load resource")
    page.route(DETAILS, lambda route: route.abort())
    page.goto("/search?q=authority")
    wait_for_script(page)
    chosen = page.locator(".res a[data-play]").first
    chosen.click()

    said = re.compile("This can't be played here")
    expect(page.locator(".res .note")).to_have_text(said)
    expect(page.locator(".res .note")).to_be_in_viewport()
    expect(page.get_by_role("status")).to_contain_text(said)

    page.unroute(DETAILS)
    chosen.click()
    player.wait_until("!m.paused")
    expect(page.locator(".res .note")).to_have_count(0)


def test_media_that_do_not_come_are_said_as_well(
    page: Page, expected_complaints: list[str]
) -> None:
    expected_complaints.append("Failed to load resource")
    page.route("**/media/**", lambda route: route.fulfill(status=404, body=""))
    page.goto(TRUSTED)
    wait_for_script(page)

    page.get_by_role("link", name="Play from 0:08", exact=True).click()

    expect(page.locator(".best .note")).to_contain_text("This can't be played here")
    expect(page.locator("main video")).to_have_count(0)


def test_on_a_low_phone_the_controls_of_what_plays_are_above_the_bar(
    page: Page, player: Player, library: Library
) -> None:
    page.set_viewport_size({"width": 390, "height": 480})
    page.goto(f"{library.video}/moments?q=trust+store")
    wait_for_script(page)
    page.locator("a[data-play]").first.click()
    player.wait_until("m.readyState >= 2")

    bottom = page.locator("main video").evaluate("it => it.getBoundingClientRect().bottom")
    assert bottom <= page.locator(".tabbar").evaluate("bar => bar.getBoundingClientRect().top")


def test_the_player_is_closed_by_touch(page: Page, player: Player) -> None:
    page.goto("/search?q=authority")
    wait_for_script(page)
    chosen = page.locator(".res a[data-play]").first
    chosen.click()
    player.wait_until("!m.paused")

    page.get_by_role("button", name="Close the player").click()

    expect(page.locator("main video, main audio")).to_have_count(0)
    expect(chosen).to_be_focused()


def test_captions_in_the_list_are_on_until_somebody_switches_them_off(
    page: Page, player: Player
) -> None:
    page.goto(TRUSTED)
    wait_for_script(page)
    play = page.get_by_role("link", name="Play from 0:08", exact=True)
    play.click()
    player.wait_until("m.textTracks[0].mode === 'showing'")

    page.evaluate("document.querySelector('video').textTracks[0].mode = 'disabled'")
    page.wait_for_function("() => localStorage.getItem('captions') === 'off'")
    page.reload()
    wait_for_script(page)
    play.click()

    player.wait_until("m.textTracks[0].mode === 'disabled'")


def test_whoever_asks_anew_writes_over_what_was_asked(page: Page) -> None:
    page.goto("/search?q=authority")
    wait_for_script(page)

    page.keyboard.press("/")
    page.keyboard.type("mount")
    page.keyboard.press("Enter")

    page.wait_for_url("**/search?q=mount")


def test_the_keys_of_the_page_are_explained(page: Page) -> None:
    page.goto("/search?q=authority")
    wait_for_script(page)
    expect(page.get_by_role("button", name="shortcuts")).to_be_visible()

    page.keyboard.press("?")

    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_contain_text("Next and previous moment")
    expect(dialog).to_contain_text("Play or pause")
    page.keyboard.press("j")
    expect(dialog.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_large_letters_leave_room_for_what_is_asked(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/search?q=authority")
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    expect(page.locator(".find kbd")).to_be_hidden()
    box = page.locator(".find").bounding_box()
    assert box is not None
    assert box["width"] > 240
