"""Large uploads go on after the browser was closed, from the server's list, or leave nothing."""

import filecmp
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    BrowserContext,
    BrowserType,
    Page,
    Request,
    Response,
    Route,
    StorageState,
    expect,
)

from mediashare.config import Settings
from mediashare.db.base import new_id
from tests.e2e.uploading import open_upload
from tests.patience import wait_until

pytestmark = pytest.mark.e2e

MIB = 1024 * 1024
PIECE = 8 * MIB
SIZE = 200 * MIB
TRICKLE = 50 * 1024
CUT_AT = 4 * PIECE
PIECES = "**/api/v1/uploads/*"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file of 200 MB in which every piece differs, and which takes little room on the disk."""
    path = tmp_path_factory.mktemp("large") / "all hands.mp4"
    with path.open("wb") as file:
        file.truncate(SIZE)
        for start in range(0, SIZE, PIECE):
            file.seek(start)
            file.write(os.urandom(4096))
    yield path
    path.unlink()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A file of three pieces, of which no other test has heard."""
    path = tmp_path / f"retro {new_id()[:8]}.mp4"
    path.write_bytes(os.urandom(2 * PIECE + 1000))
    return path


@pytest.fixture
def open_browser(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    base_url: str,
    reader_state: StorageState,
    tmp_path: Path,
) -> Iterator[Callable[[], BrowserContext]]:
    """Starts a browser of its own, each time with what the one before has kept on disk."""
    opened: list[BrowserContext] = []

    def start() -> BrowserContext:
        context = browser_type.launch_persistent_context(
            tmp_path / "profile", base_url=base_url, **browser_type_launch_args
        )
        context.add_cookies(reader_state["cookies"])  # type: ignore[arg-type]  # as they came
        opened.append(context)
        return context

    yield start
    opened[-1].close()


@pytest.fixture
def is_kept(house_settings: Settings) -> Callable[[str], bool]:
    """Whether the store holds anything of the upload at an address. Of others it may, as long as
    the server ends what an earlier test has cut off."""

    def look(address: str) -> bool:
        ident = address.rsplit("/", 1)[-1]
        return any(ident in path.name for path in (house_settings.data / "objects").rglob("*"))

    return look


def slow_down_from(context: BrowserContext, page: Page, offset: int) -> Callable[[], None]:
    """Let what follows `offset` trickle, from before its first byte; no machine is quicker."""
    network = context.new_cdp_session(page)
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1}

    def limit(upload: int) -> None:
        network.send("Network.emulateNetworkConditions", {**limits, "uploadThroughput": upload})

    def pass_on(route: Route) -> None:
        if int(route.request.headers.get("upload-offset", "0")) >= offset:
            limit(TRICKLE)
        route.continue_()

    def let_go() -> None:
        page.unroute(PIECES, pass_on)
        limit(-1)

    page.route(PIECES, pass_on)
    return let_go


def reaches(offset: int) -> Callable[[Response], bool]:
    def test(answer: Response) -> bool:
        return int(answer.headers.get("upload-offset", "0")) >= offset

    return test


def cut_off(context: BrowserContext, file: Path) -> str:
    """Send some of a file, and end the browser meanwhile; the address of the upload."""
    page = context.new_page()
    page.goto("/upload")
    slow_down_from(context, page, CUT_AT)
    with page.expect_response(reaches(CUT_AT)) as cut:
        page.locator("#file").set_input_files(file)
    address = cut.value.url
    context.close()
    return address


def test_two_hundred_megabytes_go_on_after_the_browser_was_started_anew(
    open_browser: Callable[[], BrowserContext], large: Path, house_settings: Settings
) -> None:
    sent: list[int] = []
    address = cut_off(open_browser(), large)

    def note(request: Request) -> None:
        if request.method == "PATCH":
            sent.append(int(request.headers["upload-offset"]))

    page = open_browser().new_page()
    page.on("request", note)
    page.goto("/upload")
    begun = page.locator("[data-begun] li", has_text="all hands.mp4")
    expect(begun).to_contain_text("% of 209.7 MB has arrived.")
    with page.expect_response(lambda answer: answer.request.method == "HEAD") as known:
        page.locator("#file").set_input_files(large)
    expect(begun).to_be_hidden()
    expect(page.locator(".upload .state")).to_contain_text("Uploaded.", timeout=60_000)

    arrived = int(known.value.headers["upload-offset"])
    stored = house_settings.data / "objects" / "recordings" / address.rsplit("/", 1)[-1]
    assert known.value.url == address
    assert CUT_AT <= arrived < SIZE
    assert sent[0] == arrived
    assert sorted(sent) == sent
    assert filecmp.cmp(stored, large, shallow=False)
    page.get_by_role("button", name="Cancel").click()
    wait_until(lambda: not stored.exists())


def send_until(moment: str, context: BrowserContext, page: Page, file: Path) -> list[Route]:
    """Send a file up to that moment; the requests that are held back."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.goto("/upload")
    field = page.locator("#file")
    if moment == "announced":
        page.route("**/api/v1/uploads", keep)
        with page.expect_request("**/api/v1/uploads"):
            field.set_input_files(file)
    elif moment == "arrived":
        field.set_input_files(file)
        expect(page.locator(".upload .state")).to_contain_text("Uploaded.")
    else:
        slow_down_from(context, page, PIECE)
        with page.expect_response(reaches(PIECE)):
            field.set_input_files(file)
    if moment == "paused":
        page.get_by_role("button", name="Pause").click()
    return held


@pytest.mark.parametrize("moment", ["announced", "sent", "paused", "arrived"])
def test_what_is_cancelled_leaves_no_bytes(
    *, context: BrowserContext, page: Page, small: Path, is_kept: Callable[[str], bool], moment: str
) -> None:  # fmt: skip
    sent: set[str] = set()
    page.on("request", lambda one: sent.add(one.url) if one.method == "PATCH" else None)
    held = send_until(moment, context, page, small)
    assert [is_kept(address) for address in sent] == [True] * (moment != "announced")

    # What waits to be announced is announced, and then taken back.
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as gone:
        page.get_by_role("button", name="Cancel").click()
        for route in held:
            route.continue_()

    assert gone.value.status == 204
    wait_until(lambda: not is_kept(gone.value.url))
    expect(page.locator(".upload")).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    expect(page.get_by_role("heading", name="Upload", exact=True)).to_be_visible()
    assert page.locator(f"[data-name='{small.name}']").count() == 0
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('tus'))") == []


def test_an_upload_goes_on_by_itself_when_the_connection_is_there_again(
    context: BrowserContext, page: Page, small: Path, expected_complaints: list[str]
) -> None:
    # The server may still wait for the request that was cut off.
    expected_complaints += ["net::ERR", "status of 4"]
    page.goto("/upload")
    let_go = slow_down_from(context, page, PIECE)
    with page.expect_response(reaches(PIECE)):
        page.locator("#file").set_input_files(small)

    # Until then it trickles, or all of it might have arrived before the connection is lost.
    context.set_offline(offline=True)
    state = page.locator(".upload .state")
    expect(state).to_have_text("The connection is lost. Trying again.")
    let_go()
    context.set_offline(offline=False)

    expect(state).to_contain_text("Uploaded.")
    cancel(page)


def test_a_file_that_was_changed_after_it_was_chosen_is_told_from_a_lost_connection(
    context: BrowserContext, page: Page, small: Path, expected_complaints: list[str]
) -> None:
    # The server may still wait for the request that was cut off.
    expected_complaints += ["net::ERR", "status of 4"]
    page.goto("/upload")
    slow_down_from(context, page, PIECE)
    with page.expect_response(reaches(PIECE)):
        page.locator("#file").set_input_files(small)
    page.get_by_role("button", name="Pause").click()
    page.unroute_all(behavior="ignoreErrors")

    small.write_bytes(bytes(1000))
    page.get_by_role("button", name="Go on").click()

    expect(page.locator(".upload .state")).to_contain_text(
        "This file was changed or moved after it was chosen."
    )


def cancel(page: Page) -> None:
    """Leave nothing of the only file there; what a test leaves stands in the lists of the next."""
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Cancel").click()


def open_list(page: Page) -> None:
    """Open the page with the list of what was begun, once the script listens to it."""
    open_upload(page)
    page.locator(".unfinished-uploads details").evaluate("part => { part.open = true }")


def save(page: Page) -> None:
    """Press that button; others offer to save what earlier tests have sent."""
    page.get_by_role("button", name="Save", exact=True).click()


def begin(context: BrowserContext, page: Page, file: Path) -> str:
    """Begin an upload, leave when its first piece has arrived, and lose what the browser knows;
    the address of the upload."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/upload")
    let_go = slow_down_from(context, page, PIECE)
    with page.expect_response(reaches(PIECE)) as cut:
        page.locator("#file").set_input_files(file)
    page.goto("/")
    page.evaluate("localStorage.clear()")
    let_go()
    open_list(page)
    return cut.value.url


def test_an_upload_of_another_device_goes_on_with_the_same_file_and_with_no_other(
    context: BrowserContext, page: Page, small: Path, tmp_path: Path
) -> None:
    begin(context, page, small)
    other = tmp_path / "other.mp4"
    other.write_bytes(bytes(5000))
    begun = page.locator(f"[data-name='{small.name}']")

    begun.get_by_label("Choose the file again").set_input_files(other)
    expect(begun.locator(".error")).to_have_text(
        f"“other.mp4” with 5 kB is another file: “{small.name}” has 16.8 MB."
    )
    with page.expect_response(lambda answer: answer.request.method == "HEAD") as known:
        begun.get_by_label("Choose the file again").set_input_files(small)

    expect(begun).to_be_hidden()
    expect(page.locator(".upload .state")).to_contain_text("Uploaded.")
    assert int(known.value.headers["upload-offset"]) >= PIECE
    save(page)
    expect(page.get_by_role("heading", name=small.stem)).to_be_visible()


def test_what_is_discarded_from_the_list_leaves_no_bytes(
    context: BrowserContext, page: Page, small: Path, is_kept: Callable[[str], bool]
) -> None:
    address = begin(context, page, small)
    assert is_kept(address)
    begun = page.locator(f"[data-name='{small.name}']")

    begun.get_by_role("button", name="Discard").press("Enter")

    expect(page.locator("#status")).to_have_text(f"The upload of {small.name} is discarded.")
    expect(begun).to_be_hidden()
    wait_until(lambda: not is_kept(address))


def test_what_has_arrived_is_described_without_choosing_it_again(page: Page, small: Path) -> None:
    page.goto("/upload")
    page.locator("#file").set_input_files(small)
    expect(page.locator(".upload .state")).to_contain_text("Uploaded.")
    open_list(page)
    begun = page.locator(f"[data-name='{small.name}']")

    begun.get_by_role("button", name="Describe and save it").press("Enter")

    expect(begun).to_be_hidden()
    expect(page.locator("#title")).to_be_focused()
    page.locator("#title").fill("Described later")
    save(page)
    expect(page.get_by_role("heading", name="Described later")).to_be_visible()
