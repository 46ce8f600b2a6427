"""An upload that was cut off in a browser goes on where the server has it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, Request, expect

pytestmark = pytest.mark.e2e

PIECE = 8 * 1024 * 1024
TRICKLE = 50 * 1024
SIZE = 2 * PIECE + 1000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of three pieces; nothing looks into it before it is published."""
    path = tmp_path_factory.mktemp("large") / "town hall.mp4"
    path.write_bytes(os.urandom(SIZE))
    return path


def throttle(session: CDPSession, upload: int) -> None:
    """Let the page send so many bytes a second; -1 is no limit."""
    limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": upload}
    session.send("Network.emulateNetworkConditions", {"offline": False, **limits})


def test_an_upload_goes_on_after_the_page_was_loaded_anew(
    context: BrowserContext, page: Page, large: Path
) -> None:
    sent: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            sent.append(int(request.headers["upload-offset"]))

    network = context.new_cdp_session(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/upload")
    field = page.get_by_label("Drop audio or video here")

    # The second piece goes so slowly that it can't arrive before the page is left.
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as first:
        field.set_input_files(large)
    throttle(network, TRICKLE)
    page.reload()
    throttle(network, -1)
    page.on("request", note)
    with page.expect_response(lambda answer: answer.request.method == "HEAD") as known:
        field.set_input_files(large)
    expect(page.locator(".upload .state")).to_contain_text("Uploaded.")

    assert first.value.headers["upload-offset"] == str(PIECE)
    kept = int(known.value.headers["upload-offset"])
    assert PIECE <= kept < SIZE
    assert sent[0] == kept
    assert known.value.url == first.value.url
