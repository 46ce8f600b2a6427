"""Many files at once: three are sent, the others wait; what is said holds for all or for one."""

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, Locator, Page, Request, expect

from tests.e2e.test_accessibility import assert_accessible
from tests.e2e.uploading import file, hold, numbered, open_upload, row, rows

pytestmark = pytest.mark.e2e


# Three at once


def test_three_are_sent_at_once_and_the_others_wait_for_their_turn(page: Page) -> None:
    field = open_upload(page)
    let_go = hold(page)

    field.set_input_files(numbered(5))

    expect(rows(page, "sending")).to_have_count(3)
    expect(rows(page, "waiting").locator(".state")).to_have_text(
        ["Waits until one of the others has arrived."] * 2
    )
    rows(page, "sending").first.get_by_role("button", name="Pause").click()
    expect(rows(page, "paused")).to_have_count(1)
    expect(rows(page, "sending")).to_have_count(3)
    rows(page, "sending").first.get_by_role("button", name="Cancel").click()
    expect(rows(page, "sending")).to_have_count(3)
    expect(rows(page, "waiting")).to_have_count(0)
    rows(page, "paused").get_by_role("button", name="Go on").click()
    expect(rows(page, "waiting")).to_have_count(1)
    let_go()
    expect(rows(page, "arrived")).to_have_count(4)


def test_leaving_warns_while_something_is_sent_or_waits_and_not_after(page: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    field = open_upload(page)
    let_go = hold(page)
    field.set_input_files(numbered(1))
    expect(rows(page, "sending")).to_have_count(1)

    page.once("dialog", stay)
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Home").first.click()
    expect(rows(page, "sending")).to_have_count(1)
    assert asked == ["beforeunload"]
    let_go()
    expect(rows(page, "arrived")).to_have_count(1)
    page.get_by_role("link", name="Home").first.click()

    expect(page.get_by_role("heading", name="New here")).to_be_visible()
    assert asked == ["beforeunload"]


def test_leaving_warns_while_what_was_typed_is_not_saved(page: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    field = open_upload(page)
    field.set_input_files([file("described.mp4")])
    expect(rows(page, "arrived")).to_have_count(1)
    page.locator("#description").fill("What we tried, and what worked.")
    page.on("dialog", stay)

    page.get_by_role("link", name="Home").first.click()

    expect(rows(page, "arrived")).to_have_count(1)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Described")).to_be_visible()
    assert asked == ["beforeunload"]


# What is said about them


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("postmortem_dns-outage.mp4", "Postmortem dns outage"),
        ("Trust%20bundles (2).m4a", "Trust bundles"),
        ("2024-01-31_retro_team-a.mov", "2024-01-31 retro team a"),
        ("eBPF in 5 minutes.webm", "eBPF in 5 minutes"),
        ("Prüfung der Zertifikate.mkv", "Prüfung der Zertifikate"),
        ("IMG_2031.MOV", ""),
        ("PXL_20240131_142233.mp4", ""),
        ("20240131_142233.mp4", ""),
        ("Screen Recording 2026-11-02 at 10.02.11.mov", ""),
        ("Screencast from 02-11-26 10:02:11.webm", ""),
        ("GMT20261102-100211_Recording.mp4", ""),
        ("VID-20240131-WA0003.mp4", ""),
        ("New Recording 12.m4a", ""),
        ("a1b2c3d4e5f60718.mp4", ""),
    ],
)
def test_titles_come_from_names_that_say_something(page: Page, name: str, title: str) -> None:
    field = open_upload(page)

    field.set_input_files([file(name), file("the other.mp4")])

    first = page.locator(".upload").first
    expect(first.get_by_role("textbox", name="Title")).to_have_value(title)
    prompt = first.get_by_text(f"“{name}” says nothing to colleagues. What would they search for?")
    expect(prompt).to_be_visible(visible=title == "")


def describe_differently(of: Locator) -> None:
    """Say something else of one file."""
    of.get_by_text("More about this file").click()
    of.get_by_role("textbox", name="Tags").fill("other")
    of.get_by_role("textbox", name="Description").fill("Only here.")
    of.get_by_role("radio", name="Only me Nobody").check()


def test_what_is_said_for_all_holds_for_each_that_says_nothing_else(page: Page) -> None:
    sent: list[Any] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/api/v1/episodes"):
            sent.append(request.post_data_json)

    page.on("request", note)
    field = open_upload(page)
    field.set_input_files(numbered(2))
    page.locator("#tags").fill("dns, incident")
    page.locator("#language").fill("de")
    own = row(page, "talk about 1.mp4")
    describe_differently(own)
    expect(own.locator("summary")).to_contain_text("Differs from the others. Nobody but you sees")
    page.locator("#tags").fill("dns")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".upload .after")).to_have_count(2)
    said = {one["title"]: one for one in sent}
    others = {"description": "", "tags": ["dns"], "audience": "internal", "publish": True}
    changed = {"description": "Only here.", "tags": ["other"], "audience": "private"}
    assert said.keys() == {"Talk about 0", "Talk about 1"}
    assert said["Talk about 0"].items() >= others.items()
    assert said["Talk about 1"].items() >= changed.items()
    assert {one["language"] for one in sent} == {"de"}


def test_what_was_said_of_one_file_can_give_way_to_what_is_said_for_all(page: Page) -> None:
    field = open_upload(page)
    field.set_input_files(numbered(2))
    page.locator("#tags").fill("dns")
    own = row(page, "talk about 1.mp4")
    describe_differently(own)

    own.get_by_role("button", name="Take over what is said for all files").click()

    expect(own.locator("summary")).to_have_text(
        "More about this file Everybody here finds it as soon as it is ready. Tags: dns."
    )
    expect(own.locator("summary")).to_be_focused()
    page.get_by_role("checkbox", name="Publish as soon as it is ready").last.uncheck()
    expect(own.locator("summary")).to_contain_text("until you publish it.")


def test_what_is_saved_shows_its_steps_and_leads_to_its_episode(page: Page) -> None:
    field = open_upload(page)
    field.set_input_files([file("saved.mp4"), file("saved with it.mp4")])

    page.get_by_role("button", name="Save", exact=True).click()

    saved = row(page, "saved with it.mp4")
    expect(saved.locator(".steps")).to_contain_text("Checked")
    expect(page.locator("#status")).to_have_text(
        "Everything is saved. You may leave; it is made ready without you."
    )
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_hidden()
    saved.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Title")).to_have_value("Saved with it")


def test_what_the_server_finds_wrong_stands_beside_its_file(
    page: Page, expected_complaints: list[str]
) -> None:
    expected_complaints.append("422")
    field = open_upload(page)
    field.set_input_files(numbered(2))
    wrong = row(page, "talk about 1.mp4")
    wrong.get_by_text("More about this file").click()
    wrong.get_by_role("textbox", name="Language spoken").fill("klingonese-xx-yy")
    wrong.get_by_text("More about this file").click()

    page.get_by_role("button", name="Save", exact=True).click()

    expect(wrong.locator(".field .error")).to_contain_text("This is not a language code")
    language = wrong.get_by_role("textbox", name="Language spoken")
    expect(language).to_have_accessible_description(re.compile("This is not a language code"))
    expect(language).to_have_attribute("aria-invalid", "true")
    expect(language).to_be_focused()
    expect(row(page, "talk about 0.mp4").locator(".after")).to_be_visible()
    wrong.get_by_role("textbox", name="Language spoken").fill("de")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(wrong.locator(".after")).to_be_visible()
    expect(wrong.locator("[aria-invalid]")).to_have_count(0)


def test_a_title_is_asked_for_before_anything_is_saved(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    field = open_upload(page)
    field.set_input_files([file("IMG_2031.mov"), file("the other.mp4")])
    expect(rows(page, "arrived")).to_have_count(2)

    page.get_by_role("button", name="Save", exact=True).click()

    untitled = row(page, "IMG_2031.mov").get_by_role("textbox", name="Title")
    expect(untitled).to_be_focused()
    assert not [url for url in sent if url.endswith("/episodes")]


def test_files_on_their_way_are_accessible_in_both_themes_and_widths(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    field = open_upload(page)
    field.set_input_files([*numbered(2), file("IMG_2031.mov"), file("slide.mp4", b"\x89PNG 1234")])
    expect(rows(page, "arrived")).to_have_count(3)
    row(page, "talk about 0.mp4").get_by_text("More about this file").click()
    page.locator(".tray > summary").click()
    expect(page.locator(".tray [data-count]")).to_be_visible()

    assert_accessible(page)
