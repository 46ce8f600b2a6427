"""Uploading in a browser: pieces, details, what is refused, and the way without script."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, StorageState, expect

from tests.e2e.uploading import file, hold
from tests.mediafiles import MediaFiles

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sound file."""
    return MediaFiles(tmp_path_factory.mktemp("recording")).get("tone.m4a")


@pytest.fixture(scope="module")
def another(recording: Path) -> Path:
    """The same under another name."""
    return Path(shutil.copy(recording, recording.with_name("retro_team-a.m4a")))


def open_upload(page: Page) -> Locator:
    """Open the page for uploads; the field for files, once the script is there: without it, a form
    brings one."""
    page.goto("/upload")
    field = page.get_by_label("Drop audio or video here")
    expect(field).to_have_attribute("multiple", "")
    return field


def test_a_file_becomes_an_episode_that_shows_its_steps(page: Page, recording: Path) -> None:
    field = open_upload(page)

    field.set_input_files(recording)
    expect(page.locator(".upload .state")).to_have_text("Uploaded. Describe it, then save.")
    expect(page.get_by_role("textbox", name="Title")).to_have_value("Tone")
    page.get_by_role("textbox", name="Title").fill("How we name things")
    page.get_by_role("textbox", name="Tags").fill("naming, style")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="How we name things")).to_be_visible()
    expect(page.locator(".steps")).to_contain_text("Checked")
    expect(page.get_by_role("link", name="naming")).to_be_visible()


def test_home_shows_what_is_on_its_way(page: Page, recording: Path) -> None:
    field = open_upload(page)
    field.set_input_files(recording)
    page.get_by_role("textbox", name="Title").fill("On its way home")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="On its way home")).to_be_visible()

    page.goto("/")

    mine = page.get_by_role("region", name="Your uploads")
    expect(mine).to_contain_text("On its way home")
    # The keyboard stays at a link when the next answer takes its place.
    link = mine.get_by_role("link", name="On its way home", exact=True).first
    link.focus()
    page.wait_for_function("shown => !shown.isConnected", arg=link.element_handle())
    expect(link).to_be_focused()


def test_an_empty_file_is_refused_with_a_sentence(page: Page, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp3"
    empty.touch()
    field = open_upload(page)

    field.set_input_files(empty)

    expect(page.locator(".upload .state")).to_have_text("This file is empty.")


def test_an_empty_file_does_not_hold_up_another(
    page: Page, recording: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.mp3"
    empty.touch()
    field = open_upload(page)

    field.set_input_files([empty, recording])
    page.locator(".upload", has_text="tone.m4a").get_by_label("Title").fill("The good one")
    page.get_by_role("button", name="Save", exact=True).click()

    status = page.locator("#status")
    expect(status).to_have_text("1 file could not be saved. empty.mp3: This file is empty.")
    good = page.locator(".upload", has_text="tone.m4a")
    expect(good.locator(".after")).to_contain_text("Saved. You may leave")
    good.get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", name="The good one")).to_be_visible()


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(page: Page, recording: Path) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    field = open_upload(page)
    page.locator("form.form").evaluate("form => { form.dataset.longest = 10 }")

    field.set_input_files(recording)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#status")).to_contain_text("This file is larger than an upload may be")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_enabled()
    expect(page.get_by_role("button", name="Pause")).to_be_hidden()
    assert "POST" not in sent


def test_a_file_cancelled_while_saving_does_not_hold_up_another(
    page: Page, recording: Path, tmp_path: Path
) -> None:
    slow = tmp_path / "slow.mp4"
    slow.write_bytes(bytes(1_000_000))
    field = open_upload(page)
    field.set_input_files(recording)
    expect(page.locator(".upload .state")).to_contain_text("Uploaded.")
    page.get_by_role("textbox", name="Title").fill("The one that stays")

    # The second file never arrives, because its bytes are held back on the way.
    page.route("**/api/v1/uploads/*", lambda _route: None)
    with page.expect_request(lambda request: request.method == "PATCH"):
        field.set_input_files(slow)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    page.locator(".upload", has_text="slow.mp4").get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("heading", name="The one that stays")).to_be_visible()


def test_a_paused_file_is_not_waited_for(page: Page, recording: Path) -> None:
    field = open_upload(page)
    page.route("**/api/v1/uploads/*", lambda _route: None)
    with page.expect_request(lambda request: request.method == "PATCH"):
        field.set_input_files(recording)
    page.get_by_role("button", name="Pause").press("Enter")
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#status")).to_contain_text("could not be saved. tone.m4a: Paused.")
    page.unroute("**/api/v1/uploads/*")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.locator(".upload .state")).to_contain_text("Uploaded.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="tone")).to_be_visible()


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (413, '{"detail": "You have no room left."}', "You have no room left."),
        (413, "<html>", "This file is larger than an upload may be here."),
        (403, '{"detail": "Only members can upload."}', "Only members can upload."),
        (429, "{}", "Too many uploads at once. Wait a moment, then try again."),
        (507, "{}", "There is no room left on the server. Tell an admin, then try again."),
    ],
)
def test_a_refusal_is_a_sentence_on_its_row(
    *, page: Page, recording: Path, expected_complaints: list[str], status: int, body: str,
    sentence: str
) -> None:  # fmt: skip
    expected_complaints.append(f"status of {status}")
    field = open_upload(page)
    page.route("**/api/v1/uploads", lambda route: route.fulfill(status=status, body=body))

    field.set_input_files(recording)

    expect(page.locator(".upload .state")).to_have_text(sentence)
    expect(page.locator("#status")).to_have_text(f"tone.m4a: {sentence}")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_a_file_is_gone_on_with_under_the_name_that_the_server_has_given_it(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    chosen = file("Screen recording at 10.02\u202fAM.mp4")
    field = open_upload(page)
    let_go = hold(page)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        field.set_input_files([chosen])
    open_upload(page)
    let_go()
    page.locator(".unfinished-uploads details").evaluate("part => { part.open = true }")
    begun = page.locator("[data-name='Screen recording at 10.02 AM.mp4']").first

    begun.get_by_label("Choose the file again").set_input_files([chosen])

    expect(page.locator(".upload .state")).to_have_text("Uploaded. Describe it, then save.")
    expect(page.locator(".upload [data-act]:focus")).to_have_count(1)


def test_a_server_that_asks_to_wait_is_asked_again(
    page: Page, recording: Path, expected_complaints: list[str]
) -> None:
    expected_complaints.append("status of 429")
    field = open_upload(page)
    page.route(
        "**/api/v1/uploads",
        lambda route: route.fulfill(status=429, headers={"Retry-After": "1"}, body="{}"),
        times=1,
    )

    field.set_input_files(recording)

    expect(page.locator(".upload .state")).to_have_text("Uploaded. Describe it, then save.")


@pytest.mark.parametrize("status", [0, 409, 423, 503])
def test_what_may_pass_is_tried_again_by_itself(
    page: Page, recording: Path, expected_complaints: list[str], status: int
) -> None:
    expected_complaints += ["status of", "net::ERR"]
    field = open_upload(page)

    def refuse(route: Route) -> None:
        if status:
            route.fulfill(status=status, body="{}")
        else:
            route.abort()

    page.route("**/api/v1/uploads/*", refuse, times=1)
    field.set_input_files(recording)

    expect(page.locator(".upload .state")).to_have_text("Uploaded. Describe it, then save.")


def test_titles_stay_with_their_files_when_files_come_and_go(
    page: Page, recording: Path, another: Path
) -> None:
    field = open_upload(page)

    field.set_input_files(recording)
    # A plain file field forgets the first file when a second one is chosen; the script does not.
    expect(page.locator(".upload")).to_have_count(1)
    page.locator("#title").fill("Typed first")
    field.set_input_files(another)
    second = page.locator(".upload").nth(1)
    expect(page.locator(".upload").nth(0).get_by_label("Title")).to_have_value("Typed first")
    second.get_by_label("Title").fill("Typed second")
    page.locator(".upload").nth(0).get_by_role("button", name="Cancel").click()

    expect(page.locator("#title")).to_have_value("Typed second")


def test_a_suggested_title_can_be_cleared(page: Page, recording: Path) -> None:
    field = open_upload(page)
    field.set_input_files(recording)
    expect(page.locator("#title")).to_have_value("Tone")

    page.locator("#title").press("Control+a")
    page.locator("#title").press("Delete")

    expect(page.locator("#title")).to_have_value("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#title")).to_be_focused()


def test_a_cancelled_file_is_gone(page: Page, recording: Path) -> None:
    field = open_upload(page)

    field.set_input_files(recording)
    expect(page.locator(".upload .state")).to_contain_text("Uploaded")
    page.get_by_role("button", name="Cancel").click()

    expect(page.locator(".upload")).to_have_count(0)


def test_several_files_have_titles_of_their_own(page: Page, recording: Path, another: Path) -> None:
    field = open_upload(page)

    field.set_input_files([recording, another])

    expect(page.locator(".upload").get_by_label("Title")).to_have_count(2)
    expect(page.locator("#title")).to_be_hidden()


def test_captions_that_can_not_be_read_are_explained(
    page: Page, recording: Path, tmp_path: Path, expected_complaints: list[str]
) -> None:
    expected_complaints.append("422")
    captions = tmp_path / "broken.vtt"
    captions.write_text("These are no captions.")
    field = open_upload(page)

    field.set_input_files(recording)
    page.locator("#captions").set_input_files(captions)
    page.get_by_role("button", name="Save", exact=True).click()

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
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="Sent by a form")).to_be_visible()
    context.close()


def test_publishing_can_be_left_for_later(page: Page, recording: Path) -> None:
    field = open_upload(page)
    field.set_input_files(recording)
    page.get_by_role("textbox", name="Title").fill("For later")
    page.get_by_role("checkbox", name="Publish as soon as it is ready").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("This episode is not published")).to_be_visible()
    page.get_by_role("button", name="Publish it when it is ready").click()

    expect(page.locator("#status")).to_contain_text("published as soon as it is ready")
    expect(page.get_by_role("button", name="Publish it when it is ready")).to_have_count(0)
