"""Without a mouse, from signing in to a clip that others have seen, rated and discussed."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mediashare.config import Settings
from tests.e2e.studio import Studio
from tests.factories import PASSWORD
from tests.servers.house import House, running_house

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(400)]

MOST_STOPS = 150
PATIENCE_MS = 120_000
ADA, GRACE = "ada.lovelace@example.com", "grace.hopper@example.com"
# What has the focus, as it is announced: by its label, its own name, or what it says.
FOCUSED = """() => {
  const one = document.activeElement;
  const label = one.labels?.length ? [...one.labels].map((l) => l.textContent).join(" ") : "";
  const name = one.getAttribute("aria-label") || label || one.textContent || "";
  return name.replace(/\\s+/g, " ").trim();
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Web, scheduler and a worker that makes media; Grace is there besides Ada."""
    settings = Settings(data=tmp_path_factory.mktemp("keys") / "var", min_free_bytes=0)
    with running_house(settings, "media,default") as house:
        house.make_person("Grace Hopper")
        yield house


@pytest.fixture
def enter(browser: Browser, running: House) -> Iterator[Callable[[str], Page]]:
    """Opens a browser of its own for somebody, who signs in by keyboard."""
    opened: list[BrowserContext] = []

    def act(email: str) -> Page:
        context = browser.new_context(base_url=running.url, permissions=["microphone"])
        opened.append(context)
        page = context.new_page()
        page.goto("/sign-in")
        go_to(page, "E-mail address")
        page.keyboard.type(email)
        go_to(page, "Password")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{running.url}/")
        return page

    yield act
    for context in opened:
        context.close()


def go_to(page: Page, name: str) -> None:
    """Press Tab until what is announced begins with `name`."""
    for _ in range(MOST_STOPS):
        if str(page.evaluate(FOCUSED)).startswith(name):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {name!r}")


def choose(page: Page, name: str) -> None:
    """Go there and press Enter."""
    go_to(page, name)
    page.keyboard.press("Enter")


def record(page: Page, title: str) -> None:
    """From home: record with the microphone, give it a title, and wait until it plays."""
    studio = Studio(page)
    choose(page, "Record")
    expect(page.get_by_role("button", name="Microphone")).to_be_enabled()
    choose(page, "Microphone")
    studio.press_focused("Start recording")
    studio.press_focused("Start now")
    studio.wait_until(2)
    choose(page, "Finish")
    expect(page.get_by_role("textbox", name="Title", exact=True)).to_be_visible()
    go_to(page, "Title")
    page.keyboard.type(title)
    choose(page, "Save")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator(".player.ready")).to_be_visible(timeout=PATIENCE_MS)


def answer(page: Page, title: str, comment: str) -> None:
    """From home: open the clip, hear it, give it four stars, and say something."""
    choose(page, title)
    expect(page.locator(".player.ready")).to_be_visible()
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.3")
    go_to(page, "1 of 5")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="4 of 5")).to_be_checked()
    expect(page.locator("#stars")).to_contain_text("from 1")
    go_to(page, "Add a comment")
    page.keyboard.type(comment)
    choose(page, "Comment")
    expect(page.locator("#talk article")).to_contain_text(comment)


def test_a_clip_is_recorded_published_rated_and_discussed_by_keyboard_alone(
    enter: Callable[[str], Page],
) -> None:
    title, comment = "Why the broker stops", "It stopped for me, too."
    ada = enter(ADA)
    record(ada, title)

    answer(enter(GRACE), title, comment)

    ada.reload()
    expect(ada.locator("#talk")).to_contain_text("Grace Hopper")
    expect(ada.locator("#talk")).to_contain_text(comment)
    expect(ada.locator("#stars")).to_contain_text("4.0")
