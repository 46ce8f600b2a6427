"""Every page shows what is on its way in the tray of its header."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.uploading import file, hold, open_upload

pytestmark = pytest.mark.e2e


def test_the_tray_shows_what_another_tab_sends_and_what_became_of_it(
    context: BrowserContext, page: Page
) -> None:
    other = context.new_page()
    other.goto("/")
    field = open_upload(page)
    let_go = hold(page)
    field.set_input_files([file("seen in the tray.mp4")])

    tray = other.locator(".tray")
    expect(tray.locator("[data-live]")).to_contain_text(
        "seen in the tray.mp4", use_inner_text=False
    )
    tray.locator("summary").click()
    expect(tray.get_by_role("progressbar", name="seen in the tray.mp4")).to_be_visible()
    # It is named once: the server's line of it gives way.
    expect(tray.get_by_text("seen in the tray.mp4").locator("visible=true")).to_have_count(1)
    let_go()
    expect(tray.locator("[data-live]")).to_contain_text("Uploaded. Describe it, then save.")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(tray.get_by_role("link", name="Seen in the tray")).to_contain_text("Checked")
    expect(tray.locator("[data-live]")).to_be_hidden()


def test_the_tray_forgets_a_tab_that_went(context: BrowserContext, page: Page) -> None:
    other = context.new_page()
    other.goto("/")
    field = open_upload(page)
    field.set_input_files([file("closed with its tab.mp4")])
    live = other.locator(".tray [data-live]")
    expect(live).to_contain_text("Uploaded.")

    page.close()

    expect(live).to_be_hidden()
    other.locator(".tray > summary").click()
    expect(other.get_by_role("link", name="closed with its tab.mp4")).to_contain_text(
        "All of it has arrived, but it was never saved"
    )
