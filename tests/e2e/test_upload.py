"""Uploading in a browser: pieces, details, what is refused, and the way without script."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.mediafiles import MediaFiles

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sound file."""
    return MediaFiles(tmp_path_factory.mktemp("recording")).get("tone.m4a")


def test_a_file_becomes_an_episode_that_shows_its_steps(page: Page, recording: Path) -> None:
    page.goto("/upload")

    page.get_by_label("Drop audio or video here").set_input_files(recording)
    expect(page.locator(".upload .state")).to_have_text("Uploaded. Describe it, then save.")
    expect(page.get_by_role("textbox", name="Title")).to_have_value("tone")
    page.get_by_role("textbox", name="Title").fill("How we name things")
    page.get_by_label("Tags").fill("naming, style")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="How we name things")).to_be_visible()
    expect(page.locator(".steps")).to_contain_text("Checked")
    expect(page.get_by_role("link", name="naming")).to_be_visible()


def test_home_shows_what_is_on_its_way(page: Page, recording: Path) -> None:
    page.goto("/upload")
    page.get_by_label("Drop audio or video here").set_input_files(recording)
    page.get_by_role("textbox", name="Title").fill("On its way home")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="On its way home")).to_be_visible()

    page.goto("/")

    expect(page.get_by_role("region", name="Your uploads")).to_contain_text("On its way home")


def test_an_empty_file_is_refused_with_a_sentence(page: Page, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp3"
    empty.touch()
    page.goto("/upload")

    page.get_by_label("Drop audio or video here").set_input_files(empty)

    expect(page.locator(".upload .state")).to_have_text("This file is empty.")


def test_a_cancelled_file_is_gone(page: Page, recording: Path) -> None:
    page.goto("/upload")

    page.get_by_label("Drop audio or video here").set_input_files(recording)
    expect(page.locator(".upload .state")).to_contain_text("Uploaded")
    page.get_by_role("button", name="Cancel").click()

    expect(page.locator(".upload")).to_have_count(0)


def test_several_files_have_titles_of_their_own(page: Page, recording: Path) -> None:
    page.goto("/upload")

    page.get_by_label("Drop audio or video here").set_input_files([recording, recording])

    expect(page.locator(".upload").get_by_label("Title")).to_have_count(2)
    expect(page.locator("#title")).to_be_hidden()


def test_captions_that_can_not_be_read_are_explained(
    page: Page, recording: Path, tmp_path: Path, expected_complaints: list[str]
) -> None:
    expected_complaints.append("422")
    captions = tmp_path / "broken.vtt"
    captions.write_text("These are no captions.")
    page.goto("/upload")

    page.get_by_label("Drop audio or video here").set_input_files(recording)
    page.get_by_label("Your own captions").set_input_files(captions)
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#status")).to_contain_text("could not be saved")
    expect(page.locator(".upload .state")).not_to_be_empty()


def test_without_script_one_form_brings_everything(
    browser: Browser, base_url: str, reader_state: StorageState, recording: Path
) -> None:
    context = browser.new_context(
        base_url=base_url, storage_state=reader_state, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/upload")

    page.get_by_label("Drop audio or video here").set_input_files(recording)
    page.get_by_role("textbox", name="Title").fill("Sent by a form")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="Sent by a form")).to_be_visible()
    context.close()


def test_publishing_can_be_left_for_later(page: Page, recording: Path) -> None:
    page.goto("/upload")
    page.get_by_label("Drop audio or video here").set_input_files(recording)
    page.get_by_role("textbox", name="Title").fill("For later")
    page.get_by_label("Publish as soon as it is ready").uncheck()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("This episode is not published")).to_be_visible()
    page.get_by_role("button", name="Publish it when it is ready").click()

    expect(page.locator("#status")).to_contain_text("published as soon as it is ready")
    expect(page.get_by_role("button", name="Publish it when it is ready")).to_have_count(0)
