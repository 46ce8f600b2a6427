"""Trimming, muting and replacing in a browser, by mouse and by keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Player, fill_in_sign_in
from tests.e2e.library import Library
from tests.e2e.test_accessibility import FOCUSED, MOST_STOPS
from tests.mediafiles import MediaFiles

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(open_as: Callable[[str], Page], library: Library) -> Page:
    """The edit page of an episode whose first two seconds are cut off, before its author."""
    found = open_as("author")
    found.goto(f"{library.edited}/edit")
    found.wait_for_function(
        "() => document.querySelector('[data-island=cut] video').readyState > 0"
    )
    # Two seconds are cut off, which only the script says, once it listens to everything.
    expect(found.locator("[data-head]")).not_to_have_text("0:00")
    return found


def seek(page: Page, seconds: float) -> None:
    page.evaluate(
        """seconds => new Promise((done) => {
          const media = document.querySelector('[data-island=cut] video');
          media.addEventListener('seeked', done, { once: true });
          media.currentTime = seconds;
        })""",
        seconds,
    )


def test_times_are_those_of_the_recording_where_the_playhead_is(page: Page) -> None:
    seek(page, 10.5)

    expect(page.locator("[data-head]")).to_have_text("0:12.5")
    page.get_by_role("button", name="Start here").click()
    seek(page, 20)
    page.get_by_role("button", name="End here").click()

    cut = page.get_by_role("group", name="What is played")
    expect(cut.get_by_label("From")).to_have_value("0:12.5")
    expect(cut.get_by_label("To")).to_have_value("0:22")


def test_everything_can_be_done_by_keyboard(page: Page) -> None:
    seek(page, 4)
    page.get_by_role("button", name="Start here").focus()
    page.keyboard.press("[")
    page.get_by_label("From").nth(1).fill("0:06")
    page.get_by_label("To").nth(1).fill("0:07")

    page.get_by_role("button", name="Add a span").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("group", name="Span 2").get_by_label("From")).to_be_focused()
    page.keyboard.type("0:08")
    page.keyboard.press("Tab")
    page.keyboard.type("0:09")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("group", name="Span 2").get_by_label("What")).to_have_value("blur")
    expect(page.get_by_label("From").first).to_have_value("0:06")


def test_the_keyboard_reaches_every_part_and_its_place_is_seen(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.locator("#cut video").focus()

    stops: list[dict[str, object]] = []
    while not stops or "Remove the original" not in str(stops[-1]["name"]):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        assert stop is not None
        stops.append(stop)
        assert len(stops) < MOST_STOPS

    # Inside the player the browser marks its own controls.
    ours = [stop for stop in stops if not str(stop["html"]).startswith("<video")]
    assert [stop for stop in ours if not stop["isMarked"] or stop["isCovered"]] == []
    names = " ".join(str(stop["name"]) for stop in stops)
    for name in ("Start here", "Add a span", "Save this edit", "Try again", "Replace"):
        assert name in names


def test_rows_go_and_are_counted_anew(page: Page) -> None:
    first = page.get_by_role("group", name="Span 1")
    first.get_by_label("From").fill("0:06")
    page.get_by_role("button", name="Add a span").click()
    page.get_by_role("group", name="Span 2").get_by_label("From").fill("0:08")

    page.get_by_role("button", name="Remove span 1").click()

    expect(page.get_by_role("group", name="Span 1").get_by_label("From")).to_have_value("0:08")
    expect(page.get_by_role("group", name="Span 2")).to_have_count(0)
    expect(page.get_by_role("button", name="Add a span")).to_be_focused()


def test_an_edit_can_be_tried_before_it_is_saved(page: Page) -> None:
    row = page.get_by_role("group", name="Span 1")
    row.get_by_label("From").fill("0:06")
    row.get_by_label("To").fill("0:08")
    is_muted = "document.querySelector('[data-island=cut] video').muted"

    page.get_by_label("Play it as it would be").check()
    seek(page, 5)
    page.wait_for_function(f"() => {is_muted}")
    seek(page, 7)
    page.wait_for_function(f"() => !{is_muted}")
    row.get_by_label("What").select_option("blur")
    seek(page, 5)

    expect(page.locator("[data-island=cut] video")).to_have_class("blurred")


def test_saving_leads_to_the_versions(page: Page) -> None:
    page.get_by_role("group", name="What is played").get_by_label("From").fill("0:03")
    page.get_by_role("button", name="Save this edit").click()

    expect(page.locator("#status")).to_contain_text("Saved.")
    newest = page.locator(".versions li").first
    expect(newest).to_contain_text("Being made")
    expect(newest).to_contain_text("From 0:03 to the end")
    page.get_by_role("button", name="Go back to version 2").click()
    expect(page.locator("#status")).to_contain_text("This is what is played already.")


def test_a_cut_off_moment_has_no_pin(page: Page, library: Library, player: Player) -> None:
    player.open(library.edited)

    expect(page.locator(".cm")).to_contain_text("About a part that was cut, 0:01 in the recording")
    expect(page.locator(".pins a")).to_have_count(0)


def test_a_recording_is_replaced_piece_by_piece(page: Page, tmp_path: Path) -> None:
    file = MediaFiles(tmp_path).get("tone.m4a")

    page.get_by_label("Audio or video, up to").set_input_files(file)
    expect(page.locator(".upload .state")).to_have_text("Uploaded. Now replace the recording.")
    page.get_by_role("button", name="Replace the recording").click()

    newest = page.locator(".versions li").first
    expect(newest).to_contain_text("of another recording, tone.m4a")
    expect(newest).to_contain_text("Being made")
    page.get_by_role("button", name="Go back to version 2").click()
    expect(page.locator(".versions li").first).to_contain_text("Never made")


@pytest.fixture
def plain(browser: Browser, base_url: str, library: Library) -> Iterator[Page]:
    """The author's browser without script."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    found = context.new_page()
    found.goto("/")
    fill_in_sign_in(found, library.author)
    found.wait_for_url(f"{base_url}/")
    yield found
    context.close()


def test_all_of_it_works_without_script(plain: Page, library: Library, tmp_path: Path) -> None:
    plain.goto(f"{library.edited}/edit")
    row = plain.get_by_role("group", name="Span 1")

    row.get_by_label("From").fill("0:10")
    row.get_by_label("To").fill("0:12")
    plain.get_by_role("button", name="Add a span").click()
    expect(plain.get_by_role("group", name="Span 2")).to_be_visible()
    plain.get_by_role("group", name="What is played").get_by_label("From").fill("0:04")
    plain.get_by_role("button", name="Save this edit").click()
    expect(plain.locator("#status")).to_contain_text("Saved.")
    plain.get_by_label("Audio or video, up to").set_input_files(
        MediaFiles(tmp_path).get("tone.m4a")
    )
    plain.get_by_role("button", name="Replace the recording").click()

    expect(plain.locator("#status")).to_contain_text("The new recording is on its way.")
    plain.get_by_role("button", name="Go back to version 2").click()
    expect(plain.locator(".versions li").first).to_contain_text("Never made")
