"""The installed site: a page when there is no connection, and nothing kept that is anybody's."""

import re
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

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


def test_what_another_app_shares_is_uploaded(installed: Page, house_media: Path) -> None:
    installed.evaluate(SHARING)
    installed.locator("#sharing input").set_input_files(house_media)
    installed.locator("#sharing button").click()

    expect(installed).to_have_url(re.compile("/upload$"))
    files = installed.get_by_role("list", name="Files")
    expect(files.get_by_text(house_media.name, exact=True).first).to_be_visible()
    expect(installed.locator("#title")).to_have_value("Why retries pile up")
    installed.reload()
    expect(installed.get_by_role("heading", name="Upload", exact=True)).to_be_visible()
    expect(files).to_be_hidden()


def test_neither_pages_nor_media_are_kept(installed: Page, library: Library, player: Any) -> None:
    player.open(library.video)
    player.press_play()
    player.wait_until("m.currentTime > 1")
    installed.goto("/inbox")

    kept = dict(installed.evaluate(KEPT))

    assert [path for path in kept if not path.startswith("/static/")] == ["/offline"]
    assert "Sign out" not in kept["/offline"]
    assert "Log out" not in kept["/offline"]
