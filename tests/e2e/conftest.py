"""A real Chromium before a real server; whatever goes wrong in a page fails the test."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    StorageState,
    expect,
)
from sqlalchemy import update

from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.storage.disk import DiskStorage
from tests.e2e.asking import fill_asking
from tests.e2e.library import Library, encode_media, seed
from tests.e2e.lists import fill_lists
from tests.factories import PASSWORD
from tests.servers.web import Web, running_web
from tests.sharing import made_once

WHOLE_CHROMIUM = "/usr/bin/chromium"
# Without windows it costs less; where that is not to be had, the whole one does the same.
CHROMIUM = shutil.which("chromium-headless-shell") or WHOLE_CHROMIUM
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)

# The microphone beeps, the camera shows a pattern, and nobody is asked whether they may be used.
DEVICES = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")

# As in browsers that can't be fed by a script and must play HLS themselves.
WITHOUT_MSE = "delete window.MediaSource"
# Waits until a picture from there on is shown; how many milliseconds after the seek it was. What
# plays goes on, and a busy machine leaves pictures out, so that it need not be the very first.
SEEK = """async (seconds) => {
  const media = document.querySelector("video");
  const shown = new Promise((resolve) => {
    const look = (now, { mediaTime }) => {
      if (mediaTime > seconds - 0.5 && mediaTime < seconds + 12) resolve(now);
      else media.requestVideoFrameCallback(look);
    };
    media.requestVideoFrameCallback(look);
  });
  const slider = document.querySelector(".scrub input");
  const begun = performance.now();
  slider.value = seconds;
  slider.dispatchEvent(new Event("input"));
  return (await shown) - begun;
}"""

# A machine that is busy with other tests as well is slow, and no page is wrong for that.
expect.set_options(timeout=45_000)


def sign_in_by_form(browser: Browser, url: str, email: str) -> StorageState:
    """Sign somebody in as people do; the cookies of that browser."""
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.goto("/sign-in")
    fill_in_sign_in(page, email)
    page.wait_for_url(f"{url}/")
    state = context.storage_state()
    context.close()
    return state


def wait_for_script(page: Page) -> None:
    """Wait until the page's script listens: until then, links and buttons do what they do without
    one."""
    expect(page.locator("[data-island]").first).to_have_attribute("data-alive", "")


def fill_in_sign_in(page: Page, email: str) -> None:
    """Fill in the form that is open, and send it."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which must not talk to its makers."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*FLAGS, *DEVICES]}


@pytest.fixture(scope="session")
def house_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Where the server of these tests keeps its things."""
    return Settings(data=tmp_path_factory.mktemp("house") / "var", min_free_bytes=0)


@pytest.fixture(scope="session")
def house(
    house_settings: Settings, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Web, Library]]:
    """A server over a seeded library."""
    settings = house_settings
    settings.data.mkdir()
    shutil.copy(sqlite_template, settings.data / "mediashare.db")
    database = Database(settings.sqlalchemy_url)
    media = made_once(tmp_path_factory, "library", encode_media)
    storage = DiskStorage(settings.data / "objects")
    library = seed(database, storage, media, settings.data.parent)
    with database.transaction() as session:
        # They are read by many tests, which all begin at the beginning.
        session.execute(update(User).values(keeps_history=False))
    fill_asking(database, library)
    fill_lists(database, library)
    database.dispose()
    with running_web(settings) as web:
        yield web, library


@pytest.fixture(scope="session")
def base_url(house: tuple[Web, Library]) -> str:
    """Where the server is."""
    return house[0].url


@pytest.fixture(scope="session")
def library(house: tuple[Web, Library]) -> Library:
    """What there is to see."""
    return house[1]


@pytest.fixture(scope="session")
def sign_in(browser: Browser, base_url: str) -> Callable[[str], StorageState]:
    """Signs somebody in through the form; returns the cookies of that browser."""

    @cache
    def act(email: str) -> StorageState:
        return sign_in_by_form(browser, base_url, email)

    return act


@pytest.fixture(scope="session")
def reader_state(library: Library, sign_in: Callable[[str], StorageState]) -> StorageState:
    """The cookies of a reader's browser."""
    return sign_in(library.reader)


@pytest.fixture
def browser_context_args(
    browser_context_args: dict[str, Any], reader_state: StorageState
) -> dict[str, Any]:
    """Tests see pages as a reader does, unless they say otherwise, and straight from the server."""
    return {
        **browser_context_args,
        "service_workers": "block",
        "storage_state": reader_state,
        "permissions": ["clipboard-read", "clipboard-write"],
    }


@pytest.fixture
def open_as(
    context: BrowserContext, library: Library, sign_in: Callable[[str], StorageState]
) -> Callable[[str], Page]:
    """Opens a page as one of the people of the library, or as nobody, in the watched context."""

    def act(who: str) -> Page:
        if who != "reader":
            context.clear_cookies()
        if who in {"author", "keeper"}:
            context.add_cookies(sign_in(getattr(library, who))["cookies"])  # type: ignore[arg-type]  # as they came
        return context.new_page()

    return act


@pytest.fixture(autouse=True)
def _nothing_goes_wrong(context: BrowserContext, expected_complaints: list[str]) -> Iterator[None]:
    """No error in the console (refusals of the content policy show there), no page error, no
    request to any other machine."""
    complaints: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def request(sent: Request) -> None:
        parts = urlsplit(sent.url)
        if parts.scheme not in {"data", "blob"} and parts.hostname != "127.0.0.1":
            complaints.append(f"request to {sent.url}")

    context.on("console", console)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", request)
    yield
    unexpected = [c for c in complaints if not any(known in c for known in expected_complaints)]
    assert unexpected == []


@pytest.fixture
def expected_complaints() -> list[str]:
    """Texts of console errors that a test causes on purpose; the test appends them."""
    return []


@pytest.fixture
def player(page: Page) -> "Player":
    """The player of an episode's page."""
    return Player(page)


class Player:
    """Opens episodes and asks their media element."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        """Open an episode and wait until its controls are alive."""
        self._page.goto(address)
        expect(self._page.locator(".player.ready")).to_be_visible()

    def press_play(self) -> None:
        """Press the button."""
        self._page.get_by_role("button", name="Play", exact=True).click()

    @property
    def time(self) -> float:
        """The second it is at: for what stands still, as what plays is elsewhere when one hears."""
        return float(self._page.evaluate("document.querySelector('video, audio').currentTime"))

    def wait_until(self, condition: str) -> float:
        """Wait for a condition on `m`, the media element; at which second it came about."""
        found = self._page.wait_for_function(
            "() => { const m = document.querySelector('video, audio');"
            f" return m && ({condition}) && {{ at: m.currentTime }}; }}"
        )
        return float(found.json_value()["at"])

    def wait_for_start(self, seconds: float, condition: str = "true") -> None:
        """Wait until it has played from about that second on, and for a condition on `m`.

        That stays so wherever it plays meanwhile; where it is at a moment does not.
        """
        begun = (
            "Array.from({ length: m.played.length }, (_, number) => m.played.start(number))"
            f".some((start) => Math.abs(start - {seconds}) < 0.75)"
        )
        self.wait_until(f"({condition}) && {begun}")

    def seek(self, seconds: float) -> float:
        """Move to a second by the slider and wait until its picture is shown; the milliseconds.

        The second must be far from where it plays: what plays may have gone on for some seconds.
        """
        return float(self._page.evaluate(SEEK, seconds))
