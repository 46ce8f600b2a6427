"""What can't be taken is refused before a byte of it is sent, in a sentence."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.uploading import MP4, file, numbered, open_upload, row, rows
from tests.mediafiles import MediaFiles

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sound file of some seconds."""
    return MediaFiles(tmp_path_factory.mktemp("recording")).get("tone.m4a")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("photo.mp4", b"\x89PNG\r\n\x1a\n" + bytes(90), "This is a picture."),
        ("photo.mov", b"\0\0\0\x18ftypheic" + bytes(90), "This is a picture."),
        ("talk.mp4", b"PK\x03\x04" + bytes(90), "This is not an audio or video file"),
        ("list.mp4", b"#EXTM3U\n#EXT-X-VERSION:3", "This is not an audio or video file"),
        ("page.mp4", b"<!DOCTYPE html><html>", "This is not an audio or video file"),
        ("nothing.mp4", b"", "This file is empty."),
    ],
)
def test_what_is_no_recording_is_refused_before_it_is_sent(
    page: Page, name: str, content: bytes, sentence: str
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    field = open_upload(page)

    field.set_input_files([file(name, content)])

    expect(page.locator(".upload .state")).to_contain_text(sentence)
    expect(page.locator("#status")).to_contain_text(sentence)
    expect(page.get_by_role("button", name="Pause")).to_be_hidden()
    assert "POST" not in sent
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".upload")).to_have_count(0)


def test_what_plays_longer_than_is_taken_is_refused_before_it_is_sent(
    page: Page, recording: Path
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    field = open_upload(page)
    page.locator("form.form").evaluate("form => { form.dataset.seconds = 1 }")

    field.set_input_files(recording)

    expect(page.locator(".upload .state")).to_contain_text("1 s is the most that is taken here.")
    assert "POST" not in sent


def test_files_that_find_no_room_are_told_so_until_there_is_some(page: Page) -> None:
    first = numbered(1)
    page.route("**/upload", lambda route: narrow(route, len(MP4) + 10))
    field = open_upload(page)

    field.set_input_files(first)
    expect(rows(page, "arrived")).to_have_count(1)
    field.set_input_files([file("one more.mp4")])
    more = row(page, "one more.mp4")
    expect(more.locator(".state")).to_contain_text("You have 1 kB left, and this file takes 3 kB.")
    row(page, "talk about 0.mp4").get_by_role("button", name="Cancel").click()
    more.get_by_role("button", name="Try again").click()

    expect(rows(page, "arrived")).to_have_count(1)


def narrow(route: Route, room: int) -> None:
    """Let the page say that somebody has only so much room."""
    answer = route.fetch()
    before, _, after = answer.text().partition('data-room="')
    route.fulfill(response=answer, body=f'{before}data-room="{room}"{after.partition(chr(34))[2]}')


def test_a_file_that_is_in_the_list_is_not_sent_twice(page: Page, recording: Path) -> None:
    field = open_upload(page)
    field.set_input_files(recording)
    expect(rows(page, "arrived")).to_have_count(1)

    field.set_input_files(recording)

    expect(page.locator("#status")).to_have_text("tone.m4a is in the list already.")
    expect(page.locator(".upload")).to_have_count(1)


def test_files_may_be_dropped_anywhere_and_folders_are_told_from_them(
    context: BrowserContext, page: Page, recording: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "all talks"
    folder.mkdir()
    open_upload(page)
    session = context.new_cdp_session(page)

    def drag(kind: str, *paths: Path) -> None:
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 40, "y": 400, "data": data})

    drag("dragEnter", recording, folder)
    expect(page.locator("html")).to_have_class("js dropping")
    drag("dragOver", recording, folder)
    drag("drop", recording, folder)

    expect(page.locator("html")).to_have_class("js")
    expect(rows(page, "arrived").locator(".name")).to_have_text(["tone.m4a"])
    expect(page.get_by_text("“all talks” is a folder.")).to_be_visible()
