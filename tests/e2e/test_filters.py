"""Filters and the order of results, on pages of every size."""

import pytest
from playwright.sync_api import Browser, Page, StorageState, ViewportSize, expect

from tests.e2e.conftest import wait_for_script

pytestmark = pytest.mark.e2e

LOW: ViewportSize = {"width": 1280, "height": 500}
NARROWEST: ViewportSize = {"width": 320, "height": 700}
PHONE: ViewportSize = {"width": 390, "height": 600}
# Whether the middle of what has the focus is not below something else.
IS_SEEN = """() => {
  const { left, right, top, bottom } = document.activeElement.getBoundingClientRect();
  const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return there === document.activeElement;
}"""


def open_filters(page: Page, size: ViewportSize) -> None:
    """The search page in a window of this size, its filters open."""
    page.set_viewport_size(size)
    page.goto("/search?q=authority")
    wait_for_script(page)
    if size is PHONE:
        page.locator(".facet-box summary").click()


@pytest.mark.parametrize("size", [LOW, PHONE], ids=["low", "phone"])
def test_filters_are_applied_from_where_they_are_chosen(size: ViewportSize, page: Page) -> None:
    open_filters(page, size)
    apply = page.get_by_role("button", name="Apply")

    page.get_by_label("Audio only").check()
    expect(apply).to_be_in_viewport(ratio=1)
    page.get_by_label("Any time").scroll_into_view_if_needed()
    expect(apply).to_be_in_viewport(ratio=1)
    apply.click()

    page.wait_for_url("**/search?q=authority&kind=audio")


def test_filters_are_applied_from_where_they_are_chosen_without_script(
    browser: Browser, base_url: str, reader_state: StorageState
) -> None:
    asked = {"base_url": base_url, "storage_state": reader_state, "java_script_enabled": False}
    context = browser.new_context(**asked, viewport=LOW)  # type: ignore[arg-type]  # as named
    page = context.new_page()
    page.goto("/search?q=authority")

    page.get_by_label("Audio only").check()
    expect(page.get_by_role("button", name="Apply")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Apply").click()

    page.wait_for_url("**/search?*kind=audio*")
    context.close()


@pytest.mark.parametrize("size", [LOW, PHONE], ids=["low", "phone"])
def test_the_keyboard_comes_to_no_filter_behind_the_button(size: ViewportSize, page: Page) -> None:
    open_filters(page, size)
    page.get_by_label("Audio only").focus()

    while page.evaluate("document.activeElement.id !== 'f-author'"):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_SEEN)


def test_what_is_chosen_of_the_order_is_marked_in_forced_colours_too(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/search?q=authority")

    lines = page.locator(".sortrow a").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).borderBottomWidth)"
    )

    assert lines == ["3px", "0px", "0px"]


@pytest.mark.browser_context_args(locale="de-DE")
@pytest.mark.parametrize("letters", ["100%", "200%"])
def test_orders_of_results_stand_in_one_row_in_german_too(letters: str, page: Page) -> None:
    page.set_viewport_size(NARROWEST)
    page.goto("/search?q=authority")
    page.evaluate("size => (document.documentElement.style.fontSize = size)", letters)
    row = page.locator(".sortrow")

    tops = row.locator("a").evaluate_all("all => all.map((one) => one.offsetTop)")
    fits = row.evaluate("row => row.scrollWidth <= row.clientWidth")

    assert (len(tops), len(set(tops))) == (3, 1)
    assert fits is (letters == "100%")
    assert row.evaluate("row => row.getBoundingClientRect().right") <= NARROWEST["width"]
