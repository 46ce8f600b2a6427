"""Chapters and summary in a browser: read, jumped by keys, kept and rewritten by keyboard alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Player
from tests.e2e.library import Library

pytestmark = pytest.mark.e2e
MARK = "Proposed by the machine from the transcript"


def focus_by_tab(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus, as who has no mouse does."""
    for _stop in range(150):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail("the keyboard does not get there")


def test_keys_go_from_chapter_to_chapter_and_the_page_shows_which(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)
    current = page.locator("[data-chapter][aria-current]")

    page.keyboard.press("n")
    player.wait_until("Math.abs(m.currentTime - 21.5) < 0.5")
    expect(current).to_have_text(re.compile("Root cause"))
    expect(page.locator(".ctl .chap")).to_have_text("Root cause")
    page.keyboard.press("n")
    player.wait_until("Math.abs(m.currentTime - 39.2) < 0.5")
    page.keyboard.press("n")
    page.keyboard.press("p")
    player.wait_until("Math.abs(m.currentTime - 21.5) < 0.5")
    expect(current).to_have_text(re.compile("Root cause"))


def test_a_sentence_of_the_summary_plays_from_where_it_was_said(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)

    page.get_by_role("list", name="In short").get_by_role("link", name="0:21").click()

    player.wait_until("Math.abs(m.currentTime - 21.5) < 0.5")
    expect(page).to_have_url(re.compile(r"\?t=21\.5$"))


def test_a_chapter_shows_what_is_seen_where_it_begins(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)

    page.locator(".chapters").scroll_into_view_if_needed()

    expect(page.locator(".chapters canvas:visible")).to_have_count(3)


def test_chapters_head_the_transcript(page: Page, library: Library, player: Player) -> None:
    player.open(library.video)
    panel = page.get_by_role("region", name="Transcript text")

    panel.get_by_role("heading", name="Root cause").get_by_role("link").click()

    player.wait_until("Math.abs(m.currentTime - 21.5) < 0.5")
    expect(panel.get_by_role("heading")).to_have_text(["The symptom", "Root cause"])


def test_an_author_keeps_and_rewrites_by_keyboard_alone(
    open_as: Callable[[str], Page], library: Library
) -> None:
    page = open_as("author")
    Player(page).open(library.audio)
    expect(page.get_by_text(MARK)).to_have_count(2)

    focus_by_tab(page, page.get_by_role("button", name="Keep this summary"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("The summary is kept.")).to_be_visible()
    expect(page.get_by_text(MARK)).to_have_count(1)

    focus_by_tab(page, page.get_by_role("link", name="Edit these chapters"))
    page.keyboard.press("Enter")
    chapters = page.get_by_role("form", name="Chapters")
    focus_by_tab(page, chapters.get_by_role("group", name="Row 1").get_by_label("Title"))
    page.keyboard.press("Control+A")
    page.keyboard.type("What happened")
    focus_by_tab(page, chapters.get_by_role("button", name="Remove row 3"))
    page.keyboard.press("Enter")
    # The server counts the rows anew: until then, the third is the one that goes.
    third = chapters.get_by_role("group", name="Row 3")
    expect(third.get_by_label("Title")).to_have_value("")
    focus_by_tab(page, third.get_by_label("Time"))
    page.keyboard.type("0:30")
    page.keyboard.press("Tab")
    page.keyboard.type("What helped")
    page.keyboard.press("Enter")

    expect(page.get_by_text("The chapters are kept.")).to_be_visible()
    expect(page.locator("[data-chapter]")).to_have_text(
        [re.compile("What happened"), re.compile("Root cause"), re.compile("0:30What helped")]
    )
    expect(page.get_by_text(MARK)).to_have_count(0)
