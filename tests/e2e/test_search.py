"""From a question to the second that answers it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect
from sqlalchemy import delete

from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.library.models import Episode
from tests.e2e.conftest import Player, wait_for_script
from tests.e2e.library import Library
from tests.e2e.test_accessibility import assert_accessible
from tests.factories import make_episode, make_transcript, make_user

pytestmark = pytest.mark.e2e

# Where the first that plays began, wherever it is by the time that somebody asks.
NOTE_BEGIN = """document.addEventListener(
  "playing", ({ target }) => (window.begun ??= target.currentTime), { capture: true })"""


@pytest.fixture
def talkative(house_settings: Settings) -> Iterator[str]:
    """The address of a clip with more moments than are shown, behind one that is found first."""
    database = Database(house_settings.sqlalchemy_url)
    with database.sessions() as session:
        author = make_user(session)
        first = make_episode(session, author, "A zeppelin")
        episode = make_episode(session, author, "Airships")
        make_transcript(session, first, (0, 2, "One zeppelin."))
        lines = ((n * 10.0, n * 10.0 + 2, f"Zeppelin number {n}.") for n in range(5))
        make_transcript(session, episode, *lines)
    yield episode.path
    with database.transaction() as session:
        session.execute(delete(Episode).where(Episode.author_id == author.id))
        session.execute(delete(User).where(User.id == author.id))
    database.dispose()


def test_a_result_opens_at_its_second(page: Page, player: Player) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("subPath mount")
    page.keyboard.press("Enter")

    expect(page.locator("mark").first).to_be_visible()
    page.get_by_role("link", name="Read it").click()

    page.wait_for_url("**/e/**")
    player.wait_until("m.currentTime >= 20 && m.currentTime < 23")


def test_a_moment_plays_where_it_stands_in_the_list(page: Page, player: Player) -> None:
    page.add_init_script(NOTE_BEGIN)
    page.goto("/search?q=subPath+mount")
    wait_for_script(page)

    page.get_by_role("link", name="Play from 0:21", exact=True).click()

    player.wait_until("window.begun > 21 && window.begun < 30")
    assert "/search" in page.url
    expect(page.locator(".best .pic video")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("main video")).to_have_count(0)


def test_keys_go_from_moment_to_moment_and_play_them(page: Page, player: Player) -> None:
    page.goto("/search?q=authority")
    wait_for_script(page)
    page.get_by_role("heading", level=1).click()

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")

    player.wait_until("m && m.currentTime > 0 && !m.paused")
    expect(page.locator("main video, main audio")).to_have_count(1)


def test_episodes_are_suggested_while_somebody_types(page: Page, library: Library) -> None:
    page.goto("/")
    page.locator(".find input").press_sequentially("subpat")

    suggestion = page.locator(f".suggest a[href='{library.video}']")
    expect(suggestion).to_be_visible()
    suggestion.click()

    page.wait_for_url(f"**{library.video}")


def test_the_keyboard_goes_through_what_is_suggested(page: Page, library: Library) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/explore")
    field = page.get_by_role("combobox", name="Search everything people have said")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("subpat")
    option = page.get_by_role("listbox", name="Clips that fit").get_by_role("option").first
    expect(field).to_have_attribute("aria-expanded", "true")

    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    expect(option).to_have_attribute("aria-selected", "true")
    assert_accessible(page)
    field.press("Escape")
    expect(option).to_be_hidden()
    expect(field).to_have_value("subpat")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile(""))
    field.press("ArrowDown")
    expect(option).to_be_visible()
    field.press("Enter")

    page.wait_for_url(f"**{library.video}")


def test_without_a_choice_enter_searches_and_tab_closes_what_is_suggested(page: Page) -> None:
    page.goto("/explore")
    field = page.get_by_role("combobox")
    field.press_sequentially("subpat")
    expect(page.get_by_role("option").first).to_be_visible()

    field.press("Tab")
    expect(page.get_by_role("option")).to_have_count(0)
    field.press("End")
    field.press_sequentially("h")
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("Enter")

    page.wait_for_url("**/search?q=subpath")


def test_whoever_asks_for_further_moments_goes_on_at_the_first_of_them(
    page: Page, talkative: str
) -> None:
    page.goto("/search?q=zeppelin")
    wait_for_script(page)
    page.get_by_role("link", name="2 more moments in this episode").press("Enter")

    expect(page.get_by_role("status")).to_contain_text("2 more moments are shown.")
    expect(page.locator(f".hits-l a[href^='{talkative}?t=30']")).to_be_focused()


def test_what_was_found_by_its_meaning_stays_when_further_moments_come(
    page: Page, talkative: str
) -> None:
    page.goto("/search?q=zeppelin")
    wait_for_script(page)
    more = page.get_by_role("link", name="2 more moments in this episode")
    more.evaluate(
        """(link) => link.closest(".hits-l").insertAdjacentHTML(
          "afterbegin", "<li><a class=hit href=# data-play=99.5>By its meaning</a></li>")"""
    )

    more.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("2 more moments are shown.")
    expect(page.locator(f".hits-l a[href^='{talkative}?t=30']")).to_be_focused()
    expect(page.locator(".hits-l:has([href*='?t=30']) a").first).to_have_text("By its meaning")


def test_further_moments_that_do_not_come_are_said_where_they_were_asked_for(
    page: Page, talkative: str, expected_complaints: list[str]
) -> None:
    expected_complaints += ["htmx:error", "ERR_INTERNET_DISCONNECTED", "502 (Bad Gateway)"]
    page.goto("/search?q=zeppelin")
    wait_for_script(page)
    more = page.get_by_role("link", name="2 more moments in this episode")

    page.context.set_offline(True)
    more.click()
    note = page.locator(".hits-l .note")
    expect(note).to_have_text("The connection is lost. Please try again.")
    expect(page.get_by_role("status")).to_contain_text("The connection is lost.")

    page.context.set_offline(False)
    page.route("**/moments?*", lambda route: route.fulfill(status=502, body="<h1>Bad</h1>"))
    more.click()
    expect(note).to_have_text("The server does not answer. Please try again.")

    page.unroute("**/moments?*")
    more.click()
    expect(page.locator(f".hits-l a[href^='{talkative}?t=30']")).to_be_focused()
    expect(note).to_have_count(0)


def test_what_was_mistyped_shows_what_was_meant_and_is_searched_as_typed_on_demand(
    page: Page,
) -> None:
    page.goto("/search?q=trustt+stoore")
    expect(page.get_by_text("These are results for “trust store”.")).to_be_visible()
    expect(page.locator("mark").first).to_have_text("trust")

    page.get_by_role("link", name="Search for exactly what was typed").click()
    expect(page.get_by_role("heading", name="Nothing found for “trustt stoore”")).to_be_visible()
    expect(page.locator("mark")).to_have_count(0)

    page.get_by_role("link", name="trust store", exact=True).click()
    expect(page.locator("mark").first).to_have_text("trust")
    expect(page.get_by_text("These are results for")).to_have_count(0)


def test_filters_narrow_the_results_down(page: Page) -> None:
    page.goto("/search?q=authority")
    expect(page.get_by_role("link", name="Postmortem radio")).to_be_visible()

    wait_for_script(page)
    page.get_by_label("Video", exact=False).check()
    page.get_by_role("button", name="Apply").click()

    expect(page.get_by_role("link", name="Postmortem radio")).to_have_count(0)
    assert page.url.endswith("/search?q=authority&kind=video")
    page.go_back()
    expect(page.get_by_role("link", name="Postmortem radio")).to_be_visible()
    expect(page.get_by_label("Video", exact=False)).not_to_be_checked()


def test_a_page_that_the_browser_has_kept_shows_the_filters_that_count(page: Page) -> None:
    page.goto("/search?q=authority")
    wait_for_script(page)
    page.get_by_label("Video", exact=False).check()

    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(page.get_by_label("Video", exact=False)).not_to_be_checked()


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
