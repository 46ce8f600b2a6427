"""Everything but recording and resuming works in a browser that runs no script."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import fill_in_sign_in
from tests.e2e.library import Library
from tests.mediafiles import MediaFiles

pytestmark = pytest.mark.e2e


@pytest.fixture
def enter(browser: Browser, base_url: str) -> Iterator[Callable[[str], Page]]:
    """Signs somebody in, in a browser of their own that runs no script."""
    contexts = []

    def act(email: str) -> Page:
        context = browser.new_context(base_url=base_url, java_script_enabled=False)
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        fill_in_sign_in(page, email)
        expect(page.get_by_role("heading", name="New here")).to_be_visible()
        return page

    yield act
    for context in contexts:
        context.close()


def test_a_form_brings_a_recording(
    enter: Callable[[str], Page], library: Library, tmp_path: Path
) -> None:
    page = enter(library.reader)

    page.get_by_role("link", name="Upload").first.click()
    page.get_by_label("Drop audio or video here").set_input_files(
        MediaFiles(tmp_path).get("tone.m4a")
    )
    page.get_by_role("textbox", name="Title").fill("Sent by a form")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="Sent by a form")).to_be_visible()


def test_the_tray_leads_to_what_is_on_its_way(
    enter: Callable[[str], Page], library: Library
) -> None:
    page = enter(library.reader)

    page.locator(".tray > summary").click()
    page.get_by_role("link", name="Your uploads").click()

    expect(page.get_by_role("region", name="Your uploads")).to_be_visible()


def test_recording_says_what_it_needs_and_offers_the_upload(
    enter: Callable[[str], Page], library: Library
) -> None:
    page = enter(library.reader)

    page.get_by_role("link", name="Record").first.click()
    expect(page.get_by_role("main")).to_contain_text("Recording needs JavaScript")
    expect(page.get_by_role("button", name="Microphone")).to_be_hidden()
    page.get_by_role("link", name="Upload a file instead.").click()

    expect(page.get_by_role("heading", name="Upload", exact=True)).to_be_visible()


def test_people_search_comment_rate_and_say_what_came_of_it(
    enter: Callable[[str], Page], library: Library
) -> None:
    page = enter(library.reader)

    page.get_by_label("Search everything people have said").fill("traceback")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Play from 0:07").click()
    expect(page.locator("audio[controls]")).to_be_visible()
    # Nor is there room for what never comes.
    for needless in page.locator(".deck, .scripted, .tabs").all():
        expect(needless).to_have_css("display", "none")
    page.get_by_label("Add a comment").fill("And in async code?")
    page.get_by_label("At", exact=True).fill("0:07")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_role("article").filter(has_text="And in async code?")).to_contain_text(
        "0:07"
    )
    page.get_by_label("4 of 5").check(force=True)
    page.get_by_role("button", name="Rate").click()
    expect(page.locator("#stars")).to_contain_text("4.0")
    page.get_by_role("button", name="This solved my problem").click()

    expect(page.get_by_role("button", name="This solved my problem 1")).to_be_visible()


def test_a_step_is_stopped_and_a_page_with_script_hears_of_it(
    enter: Callable[[str], Page], open_as: Callable[[str], Page], library: Library
) -> None:
    plain, watching = enter(library.author), open_as("author")
    watching.goto(library.waiting)
    watching.get_by_role("link", name="All steps").click()
    seen = watching.locator(".work li").filter(has_text="Preview pictures")
    expect(seen).to_contain_text("will be tried again")

    plain.goto("/")
    plain.get_by_role("link", name="All steps of Still on its way").click()
    plain.get_by_role("button", name="Stop Preview pictures").click()

    expect(plain.get_by_role("link", name="Look again")).to_be_visible()
    expect(seen).to_contain_text("Stopped by its author.")
    plain.get_by_role("button", name="Try Preview pictures again").click()
    expect(seen.get_by_role("button", name="Stop Preview pictures")).to_be_visible()


def test_a_report_is_decided_on_and_taken_back(
    enter: Callable[[str], Page], library: Library
) -> None:
    reader, keeper = enter(library.reader), enter(library.keeper)

    reader.goto(library.spare)
    reader.get_by_label("More: download, report, edit").click()
    reader.get_by_role("link", name="Report", exact=True).click()
    reader.get_by_label("It shows personal data").check()
    reader.get_by_role("button", name="Report").click()
    expect(reader.get_by_text("A moderator will look at it")).to_be_visible()
    keeper.goto("/moderation")
    case = keeper.get_by_role("article").filter(has_text="Reading a stack trace")
    case.get_by_label("Your reason").fill("It names a customer.")
    case.get_by_role("button", name="Hide it").click()
    expect(keeper.get_by_text("Hidden. The author has been told why.")).to_be_visible()
    gone = reader.goto(library.spare)
    keeper.goto("/moderation/hidden")
    case = keeper.get_by_role("article").filter(has_text="Reading a stack trace")
    case.get_by_label("Your reason").fill("The name is cut out.")
    case.get_by_role("button", name="Restore").click()
    expect(keeper.get_by_text("Restored. The author has been told why.")).to_be_visible()
    back = reader.goto(library.spare)

    assert (gone and gone.status, back and back.status) == (404, 200)


def test_people_are_followed_searched_in_and_followed_no_more(
    enter: Callable[[str], Page], library: Library
) -> None:
    page = enter(library.keeper)

    page.goto(library.person)
    page.get_by_role("button", name="Follow Priya Raman").click()
    expect(page.get_by_role("button", name="Following Priya Raman", pressed=True)).to_be_visible()
    page.goto("/search?q=trust+store")
    page.get_by_label("From people I follow").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="Without: from people I follow")).to_be_visible()
    page.goto("/following")
    page.get_by_role("button", name="Stop following Priya Raman").click()

    expect(page.get_by_role("heading", name="You follow nobody yet")).to_be_visible()
