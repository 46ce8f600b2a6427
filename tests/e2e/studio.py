"""The page that records, as somebody uses it who is never in a hurry."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import select

from mediashare.storage.disk import DiskStorage
from mediashare.uploads.models import Upload
from tests.servers.house import House

# It counts down until somebody presses "Start now", however late.
WITHOUT_HURRY = """const every = setInterval;
window.setInterval = (act, ms, ...rest) => (ms === 1000 ? 0 : every(act, ms, ...rest));"""


class Studio:
    """The page /record, as somebody uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(WITHOUT_HURRY)

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the button of that name."""
        self.page.get_by_role("main").get_by_role("button", name=name).click()

    def press_focused(self, name: str) -> None:
        """Press the button of that name, at which the keyboard must be already."""
        button = self.page.get_by_role("button", name=name, exact=True)
        expect(button).to_be_focused()
        button.press("Enter")

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

    def received(self, running: House) -> bytes:
        """What the server has of the upload that began last."""
        with running.database.reading() as session:
            newest = select(Upload).order_by(Upload.created_at.desc()).limit(1)
            key = session.scalars(newest).one().storage_key
        return b"".join(DiskStorage(running.settings.data / "objects").open(key))
