"""Recording in a browser with devices that only pretend: what is published plays, and nothing that
was recorded is lost."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from mediashare.config import Settings
from tests.e2e.conftest import CHROMIUM, FLAGS, Player, sign_in_by_form
from tests.servers.house import House, running_house

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

ADA = "ada.lovelace@example.com"
PATIENCE_MS = 90_000
DEVICES = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """A browser whose microphone beeps, whose camera shows a pattern, and who is never asked."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*FLAGS, *DEVICES]}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Web, scheduler and a worker that makes media."""
    settings = Settings(data=tmp_path_factory.mktemp("studio") / "var", min_free_bytes=0)
    with running_house(settings, "media,default") as house:
        yield house


@pytest.fixture(scope="module")
def ada(browser: Browser, running: House) -> StorageState:
    """The cookies of the only person there."""
    return sign_in_by_form(browser, running.url, ADA)


@pytest.fixture
def browser_context_args(running: House, ada: StorageState) -> dict[str, Any]:
    """Ada's browser, which lets the page have microphone and camera."""
    allowed = ["microphone", "camera"]
    return {"base_url": running.url, "storage_state": ada, "permissions": allowed}


class Studio:
    """The page /record, as somebody uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the button of that name."""
        self.page.get_by_role("main").get_by_role("button", name=name).click()

    def start(self, kind: str) -> None:
        """Choose what to record and begin at once."""
        self.page.goto("/record")
        self.press(re.compile(f"^{kind} [A-Z]"))
        self.press("Start recording")
        self.press("Start now")

    def wait_until(self, seconds: int) -> None:
        """Wait until so much is safe on this device."""
        self.page.wait_for_function(
            """seconds => {
              const said = document.querySelector("[data-saved]").textContent;
              const [, minutes, rest] = said.match(/device to (\\d+):(\\d+)/) ?? [0, 0, 0];
              return Number(minutes) * 60 + Number(rest) >= seconds;
            }""",
            arg=seconds,
        )

    def save(self, title: str) -> None:
        """Describe what was recorded, save it, and wait for its page."""
        self.page.get_by_role("textbox", name="Title", exact=True).fill(title)
        self.press("Save")
        expect(self.page.get_by_role("heading", name=title)).to_be_visible()


@pytest.fixture
def studio(page: Page) -> Studio:
    return Studio(page)


@pytest.mark.parametrize("kind", ["Microphone", "Camera", "Screen", "Screen and camera"])
def test_what_is_recorded_is_published_and_plays(
    studio: Studio, player: Player, page: Page, kind: str
) -> None:
    studio.start(kind)
    studio.wait_until(2)
    studio.press("Finish")
    studio.save(f"By {kind}")

    expect(page.locator(".player.ready")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("video" if kind != "Microphone" else "audio")).to_have_count(1)
    player.press_play()
    player.wait_until("m.currentTime > 0.5 && m.error === null")
