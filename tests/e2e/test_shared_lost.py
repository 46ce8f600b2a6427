"""What another app shares while no service worker takes it."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

# As another app shares: a form that is sent with a file, larger than any form of ours may be.
SHARE_LARGE = """() => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: "/share", enctype: "multipart/form-data" });
  const field = Object.assign(document.createElement("input"), { type: "file", name: "files" });
  const files = new DataTransfer();
  files.items.add(new File([new Uint8Array(24 * 1024 * 1024)], "talk.mp4"));
  field.files = files.files;
  form.append(field);
  document.body.append(form);
  form.submit();
}"""


def test_what_is_shared_before_the_service_worker_is_there_ends_at_a_page_that_says_so(
    page: Page,
) -> None:
    page.goto("/upload")

    page.evaluate(SHARE_LARGE)

    expect(page.get_by_role("alert").filter(has_text="did not arrive")).to_be_visible()
    expect(page.get_by_role("heading", name="Upload", level=1)).to_be_visible()
