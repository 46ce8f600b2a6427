"""The deck in a browser: silence, lock screens, clips, sharing, pins, and how much it weighs."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, StorageState, expect

from mediashare.config import Settings
from mediashare.web.rendering import DIST
from tests.e2e.conftest import Player
from tests.e2e.library import Library
from tests.e2e.listeners import Listener, make_silent, open_listener
from tests.e2e.test_accessibility import CONTRAST, EVERYTHING, NARROW, WIDE, find_violations

pytestmark = pytest.mark.e2e

BUDGET = 60_000
# The speeds of what plays, one of which may be over in a moment.
NOTE_RATES = """() => {
  const media = document.querySelector("audio");
  window.rates = [];
  media.addEventListener("ratechange", () => window.rates.push(media.playbackRate));
}"""
# Where it has gone to, although it may be elsewhere by now.
NOTE_SEEKS = """() => {
  const media = document.querySelector("video");
  window.sought = [];
  media.addEventListener("seeking", () => window.sought.push(media.currentTime));
}"""
# What the page tells the lock screen, kept for the test, which presses its buttons.
LISTEN_IN = """
  window.pressed = {};
  const { mediaSession } = navigator;
  mediaSession.setActionHandler = (name, act) => { window.pressed[name] = act; };
  mediaSession.setPositionState = (state) => { window.shown = state; };
"""


@pytest.fixture(scope="module")
def _silent(house_settings: Settings, library: Library) -> None:
    make_silent(house_settings, library.audio, (4, 22), (30, 30.3))


@pytest.fixture
def listener(
    house_settings: Settings, library: Library, page: Page, sign_in: Callable[[str], StorageState]
) -> Iterator[Listener]:
    with open_listener(house_settings, library) as found:
        page.context.clear_cookies()
        cookies = sign_in(found.email)["cookies"]
        page.context.add_cookies(cookies)  # type: ignore[arg-type]  # as they came
        yield found


@pytest.mark.usefixtures("_silent")
def test_silence_is_passed_quickly_and_what_that_saves_is_told(
    page: Page, library: Library, player: Player
) -> None:
    player.open(f"{library.audio}?t=3")
    button = page.get_by_role("button", name="Skip silence")
    button.click()
    page.keyboard.press(">")
    page.evaluate(NOTE_RATES)

    player.press_play()
    player.wait_until("window.rates.includes(4)")
    expect(page.get_by_role("button", name="Playback speed, 1.25")).to_be_visible()
    player.wait_until("m.playbackRate === 1.25 && m.currentTime > 20")

    expect(button).to_have_attribute("aria-label", re.compile(r"Skip silence, \d+ seconds saved"))
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")


def test_what_is_silent_altogether_is_not_hurried(
    page: Page, library: Library, player: Player, house_settings: Settings
) -> None:
    make_silent(house_settings, library.bilingual, (0, 40))
    player.open(library.bilingual)

    page.get_by_role("button", name="Skip silence").click()
    expect(page.locator("#status")).to_contain_text("There is no silence to skip here.")
    player.press_play()

    player.wait_until("m.currentTime > 1 && m.playbackRate === 1")


def test_lock_screens_show_and_move_what_plays(
    page: Page, library: Library, player: Player
) -> None:
    page.add_init_script(LISTEN_IN)
    player.open(library.video)
    shown = page.evaluate(
        "(({ title, artist, artwork }) => ({ title, artist, artwork }))"
        "(navigator.mediaSession.metadata)"
    )
    assert (shown["title"], shown["artist"]) == (
        "Why mTLS handshakes fail right after a rollout",
        "Priya Raman",
    )
    [picture] = shown["artwork"]
    assert page.request.get(picture["src"]).headers["content-type"] == "image/webp"

    page.evaluate("window.pressed.play({})")
    player.wait_until("!m.paused && m.currentTime > 0.3")
    page.evaluate("window.pressed.nexttrack({})")
    player.wait_for_start(21.5)
    page.evaluate("window.pressed.pause({})")
    player.wait_until("m.paused")
    page.evaluate("window.pressed.seekto({ seekTime: 9 })")
    player.wait_until("Math.abs(m.currentTime - 9) < 0.5")
    page.evaluate("window.pressed.seekforward({ seekOffset: 20 })")
    player.wait_until("Math.abs(m.currentTime - 29) < 0.5")
    page.wait_for_function("() => Math.abs(window.shown.position - 29) < 0.5")
    assert page.evaluate("window.shown.duration") == pytest.approx(40, abs=1)
    assert page.evaluate("navigator.mediaSession.playbackState") == "paused"


def test_a_clip_is_marked_and_plays_again_from_its_start(
    page: Page, library: Library, player: Player
) -> None:
    player.open(f"{library.video}?t=7&end=8")
    expect(page.locator("[data-clip]")).to_have_text(
        re.compile("Clip, 1 s, from Priya Raman.s episode, 0:07 to 0:08")
    )
    expect(page.locator("[data-outside] rect")).to_have_count(2)
    player.press_play()
    player.wait_until("m.paused && m.currentTime >= 8")
    page.evaluate(NOTE_SEEKS)

    page.keyboard.press("k")
    page.wait_for_function("() => window.sought.some((second) => Math.abs(second - 7) < 0.1)")
    player.wait_until("m.paused && m.currentTime >= 8")

    expect(page.locator("[data-clip]")).to_be_visible()


def test_who_goes_elsewhere_has_left_the_clip(page: Page, library: Library, player: Player) -> None:
    player.open(f"{library.video}?t=7&end=8")

    page.keyboard.press("5")

    expect(page.locator("[data-clip]")).to_be_hidden()
    expect(page.locator("[data-outside] rect")).to_have_count(0)
    page.keyboard.press("k")
    player.wait_until("!m.paused && m.currentTime > 20.4")


def test_a_second_is_shared_as_link_and_as_qr_code(
    page: Page, library: Library, player: Player
) -> None:
    player.open(f"{library.video}?t=21.5")

    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_label("From 0:21")).to_be_checked()
    expect(dialog.get_by_label("Link")).to_have_value(re.compile(r"\?t=21$"))
    code = dialog.get_by_role("img", name="The link as a QR code")
    page.wait_for_function("() => document.querySelector('#share img').naturalWidth > 0")
    expect(code).to_have_attribute("src", f"{library.video}/qr.svg?t=21")
    dialog.get_by_role("button", name="Copy").click()

    expect(page.locator("#status")).to_contain_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"{library.video}?t=21")
    expect(dialog).to_be_hidden()


def test_a_clip_is_shared_or_the_whole(page: Page, library: Library, player: Player) -> None:
    player.open(f"{library.video}?t=7.2&end=13")

    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_label("This clip, 0:07 to 0:13")).to_be_checked()
    expect(dialog.get_by_label("Link")).to_have_value(re.compile(r"\?t=7\.2&end=13$"))
    dialog.get_by_label("From the beginning").check()

    expect(dialog.get_by_label("Link")).to_have_value(re.compile(f"{library.video}$"))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_dialogs_and_the_clip_are_accessible(
    page: Page, library: Library, player: Player, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")
    player.open(f"{library.video}?t=7.2&end=13")
    page.evaluate(AXE_SCRIPT)
    found: dict[str, object] = {}

    for key, name in (("", "a clip"), ("?", "Keyboard"), ("share", "Share")):
        if key == "share":
            page.get_by_role("button", name="Share", exact=True).click()
        elif key:
            page.keyboard.press(key)
        for theme, rules in (("light", EVERYTHING), ("dark", CONTRAST)):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two
            found |= find_violations(page, f"{name} {theme}", rules)
        page.keyboard.press("Escape")

    assert found == {}


def test_a_pin_leads_to_its_comment_by_keyboard(
    page: Page, library: Library, player: Player
) -> None:
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    player.open(library.video)

    page.get_by_role("link", name="Comment by Jonas Weber at 0:21").press("Enter")

    comment = page.locator(".cm", has_text="projected").first
    expect(comment).to_be_focused()
    expect(comment).to_be_in_viewport()
    player.wait_until("Math.abs(m.currentTime - 21.5) < 0.5")


def test_narrow_decks_keep_the_rest_behind_one_button(
    page: Page, library: Library, player: Player
) -> None:
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    player.open(library.video)
    silence = page.get_by_role("button", name="Skip silence")
    expect(silence).to_be_hidden()

    page.get_by_role("button", name="More controls").click()
    expect(silence).to_be_in_viewport(ratio=1)
    page.evaluate(AXE_SCRIPT)
    found = find_violations(page, "sheet", EVERYTHING)
    page.get_by_role("button", name="Mute").click()
    expect(page.get_by_role("button", name="Unmute")).to_be_visible()
    page.keyboard.press("Escape")

    expect(silence).to_be_hidden()
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    expect(silence).to_be_visible()
    assert found == {}


def test_the_whole_screen_holds_picture_and_deck(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)

    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("() => document.fullscreenElement?.matches('.player')")

    for part in (".stage", ".scrub", ".ctl .play"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)


def test_what_a_browser_can_not_do_is_not_offered(
    page: Page, library: Library, player: Player
) -> None:
    page.add_init_script(
        "for (const name of ['pictureInPictureEnabled', 'fullscreenEnabled'])"
        " Object.defineProperty(document, name, { value: false });"
    )
    player.open(library.video)

    expect(page.get_by_role("button", name="Picture in picture")).to_be_hidden()
    expect(page.get_by_role("button", name="Full screen")).to_be_hidden()
    expect(page.get_by_role("button", name="Captions")).to_be_visible()


def test_who_needs_captions_has_them_whatever_the_device_remembers(
    page: Page, library: Library, player: Player, listener: Listener
) -> None:
    player.open(f"{library.video}?t=8")
    page.keyboard.press("c")
    page.reload()
    expect(page.get_by_role("button", name="Captions")).to_have_attribute("aria-pressed", "false")

    listener.want(wants_captions=True)
    page.reload()

    expect(page.get_by_role("button", name="Captions")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".cap")).to_contain_text("The sidecar was reading")


def test_keys_that_are_off_in_the_settings_are_off_on_every_page(
    page: Page, library: Library, player: Player, listener: Listener
) -> None:
    listener.want(uses_keys=False)
    player.open(library.video)

    page.keyboard.press("5")
    page.keyboard.press("/")

    assert player.time == 0
    expect(page.get_by_label("Search everything people have said")).not_to_be_focused()
    page.get_by_role("button", name="shortcuts").click()
    box = page.get_by_label("Single keys work in this browser")
    expect(box).not_to_be_checked()
    expect(box).to_be_disabled()


@pytest.mark.parametrize(
    "language",
    ["en", pytest.param("de", marks=pytest.mark.browser_context_args(locale="de-DE"))],
)
def test_all_that_the_page_loads_at_once_weighs_little(
    page: Page, library: Library, player: Player, language: str
) -> None:
    asked: set[str] = set()
    page.on("request", lambda sent: asked.add(sent.url.rsplit("/", 1)[-1].split("?")[0]))
    player.open(library.video)

    built = [name for name in asked if name.endswith((".js", ".css"))]
    weights = {name: Path(DIST, f"{name}.gz").stat().st_size for name in built}
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert any(name.startswith("words-") for name in built) == (language != "en")
    assert {name.rsplit(".")[-1] for name in built} == {"js", "css"}
    assert sum(weights.values()) <= BUDGET
