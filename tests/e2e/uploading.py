"""Files to choose on the upload page, and how to find and to hold up what becomes of them."""

from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Error, FilePayload, Locator, Page, Route, expect

PIECES = "**/api/v1/uploads/*"
MP4 = b"\0\0\0\x18ftypmp42" + bytes(2000)


def file(name: str, content: bytes = MP4) -> FilePayload:
    """A file that was chosen; nobody plays it."""
    return {"name": name, "mimeType": "", "buffer": content}


def numbered(count: int) -> list[FilePayload]:
    """Files with titles that differ."""
    return [file(f"talk about {number}.mp4") for number in range(count)]


def open_upload(page: Page) -> Locator:
    """Open the page; the field for files, once the script is there."""
    page.goto("/upload")
    field = page.locator("#file")
    expect(field).to_have_attribute("multiple", "")
    return field


def rows(page: Page, state: str) -> Locator:
    """The files in one state."""
    return page.locator(f".upload[data-state={state}]")


def row(page: Page, name: str) -> Locator:
    """The file of that name."""
    return page.locator(".upload", has_text=name)


def hold(page: Page) -> Callable[[], None]:
    """Hold back all bytes until what this returns is called."""
    held: list[Route] = []
    holding = [True]

    def keep(route: Route) -> None:
        if holding and route.request.method == "PATCH":
            held.append(route)
        else:
            route.continue_()

    def let_go() -> None:
        holding.clear()
        for route in held:
            # What the page has given up meanwhile can't go on.
            with suppress(Error):
                route.continue_()

    page.route(PIECES, keep)
    return let_go
