"""Going on where one has stopped, on any device; and what is kept of that."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, StorageState, expect

from mediashare.config import Settings
from tests.e2e.conftest import Player
from tests.e2e.library import Library
from tests.e2e.listeners import Listener, open_listener
from tests.e2e.test_accessibility import CONTRAST, EVERYTHING, NARROW, WIDE, find_violations
from tests.patience import wait_until

pytestmark = pytest.mark.e2e


@pytest.fixture
def listener(house_settings: Settings, library: Library) -> Iterator[Listener]:
    with open_listener(house_settings, library) as found:
        yield found


@pytest.fixture
def cookies(sign_in: Callable[[str], StorageState], listener: Listener) -> StorageState:
    return sign_in(listener.email)


@pytest.fixture
def page(page: Page, cookies: StorageState) -> Page:
    page.context.clear_cookies()
    page.context.add_cookies(cookies["cookies"])  # type: ignore[arg-type]  # as they came
    return page


@pytest.fixture
def elsewhere(browser: Browser, base_url: str, cookies: StorageState) -> Iterator[Page]:
    """The same person on another device."""
    with browser.new_context(base_url=base_url, storage_state=cookies) as context:
        yield context.new_page()


def test_what_is_paused_on_one_device_goes_on_on_another(
    page: Page, elsewhere: Page, library: Library, player: Player, listener: Listener
) -> None:
    player.open(f"{library.video}?t=20")
    player.press_play()
    player.wait_until("m.currentTime > 21.5")
    page.get_by_role("button", name="Pause", exact=True).click()
    player.wait_until("m.paused")
    stopped = player.time
    wait_until(lambda: stopped in [pytest.approx(place, abs=0.1) for place in listener.places()])

    other = Player(elsewhere)
    other.open(library.video)

    notice = elsewhere.get_by_text("where you stopped")
    [place] = listener.places()
    expect(notice).to_contain_text(f"Continue from 0:{int(place):02}")
    other.wait_until(f"Math.abs(m.currentTime - {place}) < 0.5")
    elsewhere.get_by_role("button", name="From the start").click()
    expect(notice).to_be_hidden()
    other.wait_for_start(0)


def test_who_leaves_the_page_finds_the_place_again(
    page: Page, library: Library, player: Player, listener: Listener
) -> None:
    player.open(f"{library.audio}?t=12")
    player.press_play()
    reached = player.wait_until("m.currentTime > 13.5")

    page.goto("/settings/playback")

    wait_until(listener.places)
    assert listener.places()[0] >= reached - 0.1


def test_a_link_to_a_moment_wins_over_the_place(
    page: Page, library: Library, player: Player, listener: Listener
) -> None:
    listener.stop_at(library.video, 30)

    player.open(f"{library.video}?t=9")

    player.wait_until("m.currentTime >= 9 && m.currentTime < 11")
    expect(page.get_by_text("where you stopped")).to_be_hidden()


def test_what_was_heard_to_its_end_begins_anew(
    player: Player, library: Library, listener: Listener
) -> None:
    listener.stop_at(library.audio, 30)
    player.open(f"{library.audio}?t=38.5")

    player.press_play()
    player.wait_until("m.ended")

    wait_until(lambda: listener.places() == [])


def test_a_clip_is_no_listening(player: Player, library: Library, listener: Listener) -> None:
    listener.stop_at(library.video, 30)
    player.open(f"{library.video}?t=7.2&end=8.6")

    player.press_play()
    player.wait_until("m.paused && m.currentTime >= 8.6")
    player.open(library.video)

    player.wait_until("m.currentTime >= 30")
    assert listener.places() == [30.0]


def test_who_wants_no_history_leaves_none(
    page: Page, player: Player, library: Library, listener: Listener
) -> None:
    page.goto("/settings/playback")
    page.get_by_label("Keep where I have stopped").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#status")).to_contain_text("Your choice is saved.")
    told: list[str] = []
    page.on("request", lambda sent: told.append(sent.url) if "/position" in sent.url else None)
    player.open(f"{library.video}?t=20")

    player.press_play()
    player.wait_until("m.currentTime > 21.5")
    page.goto("/")

    expect(page.get_by_role("heading", name="New here")).to_be_visible()
    assert (told, listener.places()) == ([], [])


def test_ten_seconds_make_one_play(
    page: Page, player: Player, library: Library, listener: Listener
) -> None:
    before = listener.plays(library.bilingual)
    player.open(f"{library.bilingual}?t=0&end=3")
    page.keyboard.press("<")  # from 1 to 0.75, and from there to 2
    page.keyboard.press("<")
    player.press_play()
    player.wait_until("m.paused && m.currentTime >= 3")
    early = listener.plays(library.bilingual)

    page.get_by_role("button", name="Play on").click()
    wait_until(lambda: listener.plays(library.bilingual) == before + 1)
    # By now it may have ended.
    page.evaluate("document.querySelector('video').pause()")
    page.keyboard.press("0")
    player.wait_until("m.paused && m.currentTime < 1")
    player.press_play()
    player.wait_until("m.currentTime > 12")

    assert (early, listener.plays(library.bilingual)) == (before, before + 1)


def test_what_one_has_begun_stands_on_home_until_it_is_dropped(
    page: Page, library: Library, listener: Listener
) -> None:
    listener.stop_at(library.video, 20)
    listener.stop_at(library.audio, 10)
    page.goto("/")
    row = page.get_by_role("region", name="Continue listening")

    expect(row.get_by_role("listitem")).to_have_count(2)
    share = row.get_by_role("progressbar", name="How far you are in Why mTLS")
    assert share.evaluate("bar => bar.position") == 0.5
    row.get_by_role("button", name="Take off this list: Why mTLS").press("Enter")

    expect(row.get_by_role("listitem")).to_have_count(1)
    expect(row.get_by_role("heading", name="Continue listening")).to_be_focused()
    expect(row.get_by_role("link", name="Postmortem radio")).to_be_visible()
    assert listener.places() == [10.0]
    row.get_by_role("button").press("Enter")
    expect(row.get_by_text("Nothing is left to go on with.")).to_be_focused()
    page.reload()
    expect(row).to_be_hidden()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_row_and_the_notice_are_accessible(
    page: Page, library: Library, listener: Listener, size: tuple[int, int]
) -> None:
    listener.stop_at(library.video, 20)
    listener.stop_at(library.audio, 10)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")
    found: dict[str, object] = {}

    for address in ("/", library.video, library.audio):
        page.goto(address)
        page.locator(".begun, .player.ready").first.wait_for()
        page.evaluate(AXE_SCRIPT)
        for theme, rules in (("light", EVERYTHING), ("dark", CONTRAST)):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two
            found |= find_violations(page, f"{address} {theme}", rules)

    assert found == {}
