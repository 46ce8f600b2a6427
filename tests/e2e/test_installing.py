"""The installed site: a page when there is no connection, and nothing kept that is anybody's."""

import re
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, StorageState, expect

from tests.e2e.library import Library

pytestmark = pytest.mark.e2e

READY = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      kept.push([new URL(request.url).pathname, await (await cache.match(request)).text()]);
    }
  }
  return kept;
}"""

# What the system does when another app shares something into the installed site.
SHARING = """() => document.body.insertAdjacentHTML("beforeend", `
  <form id="sharing" method="post" action="/share" enctype="multipart/form-data">
    <input type="file" name="files"><button>Share</button>
  </form>`)"""


@pytest.fixture
def house_media(tmp_path: Path) -> Path:
    """A short sound that a telephone might share."""
    path = tmp_path / "Why retries pile up.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(2 * 8000))
    return path


@pytest.fixture
def context(
    browser: Browser, base_url: str, reader_state: StorageState
) -> Iterator[BrowserContext]:
    """A reader's browser that lets service workers in."""
    context = browser.new_context(base_url=base_url, storage_state=reader_state)
    yield context
    context.close()


@pytest.fixture
def installed(page: Page) -> Page:
    """A page that the service worker sees to."""
    page.goto("/")
    page.wait_for_function(f"() => {READY}")
    return page


def test_without_a_connection_a_page_says_so_and_tries_again(
    installed: Page, context: BrowserContext, expected_complaints: list[str]
) -> None:
    expected_complaints.append("ERR_INTERNET_DISCONNECTED")
    context.set_offline(offline=True)
    installed.goto("/search?q=boot")

    expect(installed.get_by_role("heading", name="No connection")).to_be_visible()
    assert installed.evaluate("document.fonts.check('16px \"Schibsted Grotesk Variable\"')")

    context.set_offline(offline=False)
    installed.get_by_role("link", name="Try again").click()

    expect(installed).to_have_url(re.compile(r"/search\?q=boot$"))
    expect(installed.get_by_role("heading", name="No connection")).to_have_count(0)


def share(page: Page, path: Path) -> Locator:
    """Share the file from another app; where the upload page offers it."""
    page.evaluate(SHARING)
    page.locator("#sharing input").set_input_files(path)
    page.locator("#sharing button").click()
    expect(page).to_have_url(re.compile("/upload$"))
    offer = page.get_by_role("region", name="Shared from another app:")
    expect(offer).to_contain_text(path.name)
    return offer


def test_what_another_app_shares_is_uploaded_when_somebody_says_so(
    installed: Page, house_media: Path
) -> None:
    offer = share(installed, house_media)
    files = installed.get_by_role("list", name="Files")
    expect(offer).to_be_focused()
    expect(files).to_be_hidden()

    offer.get_by_role("button", name="Upload").click()

    expect(offer).to_be_hidden()
    expect(files.get_by_text(house_media.name, exact=True).first).to_be_visible()
    expect(installed.locator("#title")).to_have_value("Why retries pile up")
    expect(installed.locator(".upload[data-state=arrived]")).to_have_count(1)
    # What was neither saved nor thrown away is there still.
    installed.goto("/upload")
    expect(offer).to_contain_text(house_media.name)


def test_what_another_app_shares_can_be_thrown_away(installed: Page, house_media: Path) -> None:
    offer = share(installed, house_media)

    offer.get_by_role("button", name="Throw away").click()

    expect(installed.locator("#status")).to_have_text("What was shared is thrown away.")
    installed.reload()
    expect(installed.locator("#file")).to_have_attribute("multiple", "")
    expect(offer).to_be_hidden()


def test_the_upload_page_says_that_something_shared_could_not_be_kept(installed: Page) -> None:
    installed.goto("/upload?shared=failed")

    expect(installed.locator("#status")).to_contain_text("could not be kept in this browser")


def test_neither_pages_nor_media_are_kept(installed: Page, library: Library, player: Any) -> None:
    player.open(library.video)
    player.press_play()
    player.wait_until("m.currentTime > 1")
    installed.goto("/inbox")

    kept = dict(installed.evaluate(KEPT))

    assert [path for path in kept if not path.startswith("/static/")] == ["/offline"]
    assert "Sign out" not in kept["/offline"]
    assert "Log out" not in kept["/offline"]
