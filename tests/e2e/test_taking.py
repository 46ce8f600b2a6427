"""Beginning to record: whoever presses twice, or changes their mind, leaves nothing behind."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.e2e

COUNT_TAKES = """async () => {
  const asked = indexedDB.open("studio");
  await new Promise((done) => (asked.onsuccess = done));
  const count = asked.result.transaction("takes").objectStore("takes").count();
  await new Promise((done) => (count.onsuccess = done));
  asked.result.close();
  return count.result;
}"""
# Quicker than anything that is kept is on the disk.
PRESS = "(acts) => acts.forEach((act) => document.querySelector(`[data-do=${act}]`).click())"


def test_whoever_presses_twice_or_cancels_at_once_leaves_no_take_behind(
    context: BrowserContext, page: Page
) -> None:
    context.grant_permissions(["microphone"])
    page.goto("/record")
    page.get_by_role("button", name=re.compile("^Microphone [A-Z]")).click()
    start = page.get_by_role("button", name="Start recording")
    start.click()
    page.evaluate(PRESS, ["now", "cancel"])
    expect(start).to_be_visible()
    assert page.evaluate(COUNT_TAKES) == 0

    start.click()
    page.evaluate(PRESS, ["now", "now"])

    expect(page.locator("[data-said]")).to_have_text("Recording")
    assert page.evaluate(COUNT_TAKES) == 1
