"""What fails while a page is open is said in its status region, and the page stays as it is."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Player
from tests.e2e.library import Library

pytestmark = pytest.mark.e2e


def test_stars_given_after_signing_out_elsewhere_are_refused_in_a_sentence(
    page: Page, library: Library, player: Player, expected_complaints: list[str]
) -> None:
    expected_complaints.append("status of 403")
    player.open(library.audio)
    page.context.clear_cookies()

    page.locator(".stars label").nth(3).click()

    expect(page.locator("#status")).to_contain_text("Reload it and try again.")
    expect(page.locator(".stars label")).to_have_count(5)
    expect(page.locator("main")).to_have_count(1)
