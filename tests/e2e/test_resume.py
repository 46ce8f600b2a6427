"""An upload that was cut off in a browser goes on where the server has it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, Request, Route, expect

from tests.e2e.conftest import fill_in_sign_in
from tests.e2e.library import Library
from tests.e2e.uploading import file

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


def slow_down_after_the_first_piece(page: Page, network: CDPSession) -> None:
    """Let the second piece trickle, from before its first byte: no machine is quicker than that."""

    def pass_on(route: Route) -> None:
        if int(route.request.headers.get("upload-offset", "0")) >= PIECE:
            throttle(network, TRICKLE)
        route.continue_()

    page.route("**/api/v1/uploads/*", pass_on)


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

    slow_down_after_the_first_piece(page, network)
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as first:
        field.set_input_files(large)
    page.reload()
    page.unroute_all(behavior="wait")
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


def test_an_upload_that_had_arrived_is_found_again_and_saved(page: Page, large: Path) -> None:
    sent: list[str] = []
    page.goto("/upload")
    field = page.get_by_label("Drop audio or video here")
    field.set_input_files(large)
    expect(page.locator(".upload .state")).to_contain_text("Uploaded.")

    page.reload()
    page.on("request", lambda request: sent.append(request.method))
    field.set_input_files(large)
    expect(page.locator(".upload .state")).to_contain_text("Uploaded.")
    again = list(sent)
    page.get_by_role("textbox", name="Title").fill("Found again")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Found again")).to_be_visible()

    assert "HEAD" in again
    assert not {"PATCH", "POST"} & set(again)
    # What has become an episode is not found again: the same file would be another one.
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('tus'))") == []


def sign_in(tab: Page, library: Library) -> None:
    """Begin a session that a test may end: others share theirs."""
    tab.goto("/sign-in")
    fill_in_sign_in(tab, library.reader)
    expect(tab.get_by_role("link", name="Upload").first).to_be_visible()


def sign_out(tab: Page) -> None:
    """End the session on the server, for every tab."""
    tab.goto("/")
    tab.get_by_label("Your account").click()
    tab.get_by_role("button", name="Sign out").first.click()
    expect(tab.get_by_label("Password")).to_be_visible()


def test_an_upload_goes_on_after_signing_in_again_in_another_tab(
    *, context: BrowserContext, page: Page, library: Library, large: Path,
    expected_complaints: list[str]
) -> None:  # fmt: skip
    expected_complaints += ["status of 401", "status of 403"]
    context.clear_cookies()
    sign_in(page, library)
    page.goto("/upload")
    created: list[str] = []
    page.on("request", lambda sent: created.append(sent.url) if sent.method == "POST" else None)
    network = context.new_cdp_session(page)
    slow_down_after_the_first_piece(page, network)
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_label("Drop audio or video here").set_input_files(large)
    page.get_by_role("button", name="Pause").click()
    page.unroute_all(behavior="wait")
    throttle(network, -1)

    other = context.new_page()
    sign_out(other)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".upload .state")).to_contain_text("You have been signed out.")
    sign_in(other, library)
    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".upload .state")).to_contain_text("Uploaded.")
    assert len(created) == 1


def test_saving_goes_on_after_signing_in_again_in_another_tab(
    context: BrowserContext,
    page: Page,
    library: Library,
    large: Path,
    expected_complaints: list[str],
) -> None:
    expected_complaints += ["status of 401", "status of 403"]
    context.clear_cookies()
    sign_in(page, library)
    page.goto("/upload")
    page.get_by_label("Drop audio or video here").set_input_files(large)
    expect(page.locator(".upload .state")).to_contain_text("Uploaded.")

    other = context.new_page()
    sign_out(other)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".upload .state")).to_contain_text("You have been signed out.")
    sign_in(other, library)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="town hall")).to_be_visible()


def test_nothing_is_sent_in_the_name_of_somebody_else_who_has_signed_in_since(
    page: Page, open_as: Callable[[str], Page]
) -> None:
    page.goto("/upload")
    created: list[str] = []
    page.on("request", lambda sent: created.append(sent.url) if sent.method == "POST" else None)
    field = page.locator("#file")
    expect(field).to_have_attribute("multiple", "")

    open_as("author")
    field.set_input_files([file("the reader's own.mp4")])

    expect(page.locator(".upload .state")).to_have_text("Somebody else is signed in here now.")
    assert created == []
