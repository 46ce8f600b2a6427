"""Every page, in both themes and both widths: no axe violation, no sideways scrolling."""

from collections.abc import Callable, Mapping

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.e2e.asking import REQUEST
from tests.e2e.library import ENTRY, Library
from tests.e2e.lists import CLIP, PLAYLIST

pytestmark = pytest.mark.e2e

EVERYTHING = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
CONTRAST = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
WIDE, NARROW, NARROWEST = (1280, 860), (390, 844), (320, 640)
MOST_STOPS = 120
# Where the focus is: its name, whether an outline shows it, whether something lies over it.
FOCUSED = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const shown = [element, element.closest("label, .scrub, .seek-in, .find, .compose .box")];
  const isMarked = shown.some((part) => part && getComputedStyle(part).outlineStyle !== "none");
  const box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const isInView = box.bottom > 0 && box.top < innerHeight;
  const isTiny = box.width <= 1;
  return {
    name: element.getAttribute("aria-label") ?? element.innerText ?? "",
    isMarked,
    isCovered: !isTiny && !(isInView && top && (element.contains(top) || top.contains(element))),
    html: element.outerHTML.slice(0, 120),
  };
}"""
PAGES = {
    "home": ("reader", "/"),
    "explore": ("reader", "/explore"),
    "a video": ("reader", "{video}?t=9"),
    "what to go on with": ("reader", "{video}/related"),
    "a recording of sound": ("reader", "{audio}?t=3"),
    "a discussion": ("reader", "{video}#comment-x"),
    "search": ("reader", "/search?q=trust+store"),
    "search without a question": ("reader", "/search"),
    "search without an answer": ("reader", "/search?q=nosuchword"),
    "search that was put right": ("reader", "/search?q=autority"),
    "search narrowed down, without an answer": ("reader", "/search?q=%22trust+mount%22&kind=audio"),
    "search among followed people": ("reader", "/search?q=trust+store&followed=1"),
    "search by who follows nobody": ("keeper", "/search?q=trust+store&followed=1"),
    "followed people": ("reader", "/following"),
    "followed people, before there is anybody": ("keeper", "/following"),
    "requests": ("reader", "/requests?q=How+do+I+rotate+it"),
    "a request": ("reader", f"/r/{REQUEST}"),
    "a request, for whoever asked": ("keeper", f"/r/{REQUEST}"),
    "saved searches": ("reader", "/searches"),
    "playlists": ("reader", "/playlists"),
    "playlists, before there is one": ("keeper", "/playlists"),
    "a playlist": ("keeper", f"/pl/{PLAYLIST}"),
    "a playlist, for whoever started it": ("reader", f"/pl/{PLAYLIST}"),
    "an episode in a playlist": ("reader", f"{{video}}?t=7.2&end=13&list={PLAYLIST}&item={CLIP}"),
    "which playlists have an episode": ("reader", "{video}/playlists?t=7&end=13"),
    "searched and not found": ("keeper", "/admin/demand"),
    "why results stand where they stand": ("keeper", "/search?q=trust+store&explain=1"),
    "moments of one episode": ("reader", "{video}/moments?q=trust"),
    "upload": ("reader", "/upload"),
    "record": ("reader", "/record"),
    "a person": ("reader", "{person}"),
    "oneself": ("author", "{person}"),
    "an embedded player": ("reader", "{embedded}"),
    "an embedded player for nobody": ("nobody", "{embedded}"),
    "a report": ("reader", "{video}/report"),
    "settings": ("reader", "/settings"),
    "settings of playback": ("reader", "/settings/playback"),
    "inbox": ("reader", "/inbox"),
    "nothing": ("reader", "/e/nothing-here"),
    "a rough draft": ("reader", "{spare}"),
    "a failed episode": ("author", "{failed}"),
    "an episode on its way": ("author", "{waiting}"),
    "steps": ("author", "{waiting}/steps"),
    "steps that failed": ("author", "{failed}/steps"),
    "steps of long words": ("author", "{wordy}/steps"),
    "long words": ("author", "{wordy}"),
    "hidden, for its author": ("author", "{hidden}"),
    "hidden, for a moderator": ("keeper", "{hidden}"),
    "edit": ("author", "{video}/edit"),
    "chapters, as their author sees them": ("author", "{video}"),
    "edit chapters": ("author", "{video}/chapters"),
    "who speaks": ("author", "{video}/speakers?t=21"),
    "edit what is played": ("author", "{edited}/edit"),
    "an edit that comes back": ("author", "{edited}/versions"),
    "a discussion of what was cut": ("reader", "{edited}"),
    "a translation": ("author", "{bilingual}?lang=en"),
    "people": ("keeper", "/admin/people"),
    "jobs": ("keeper", "/admin/jobs"),
    "health": ("keeper", "/admin/health"),
    "glossaries": ("reader", "/glossary"),
    "a glossary": ("reader", "/glossary/house"),
    "a glossary, for its keeper": ("keeper", "/glossary/house"),
    "an entry of a glossary": ("keeper", f"/glossary/house/{ENTRY}"),
    "what was found in an episode": ("author", "{video}/check"),
    "an episode in which something was found": ("author", "{video}"),
    "watched words": ("keeper", "/moderation/words"),
    "moderation": ("keeper", "/moderation"),
    "sign in": ("nobody", "/sign-in"),
    "components": ("keeper", "/styleguide"),
    "no connection": ("nobody", "/offline"),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_in_both_themes_and_widths_and_never_scroll_sideways(
    open_as: Callable[[str], Page], library: Library, name: str, expected_complaints: list[str]
) -> None:
    expected_complaints.append("404")
    who, address = PAGES[name]

    page = open_as(who)
    page.emulate_media(reduced_motion="reduce")
    page.goto(address.format(**vars(library)))

    assert_accessible(page)


def assert_accessible(page: Page) -> None:
    """No violation on what is shown, in both themes and widths, and no sideways scrolling."""
    found: dict[str, object] = {}
    page.evaluate(AXE_SCRIPT)
    for width, height in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light")
        found |= find_violations(page, f"{width} light", EVERYTHING)
        # A theme changes colours and nothing else.
        page.emulate_media(color_scheme="dark")
        found |= find_violations(page, f"{width} dark", CONTRAST)

    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    assert found == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST[0]


def find_violations(page: Page, where: str, rules: Mapping[str, object]) -> Mapping[str, object]:
    options = {"runOnly": rules, "resultTypes": ["violations"], "elementRef": False}
    found = page.evaluate(
        "options => axe.run(options).then(({ violations }) => violations)", options
    )
    return {
        f"{where}: {violation['id']}": [node["html"] for node in violation["nodes"]]
        for violation in found
    }


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_keyboard_reaches_everything_and_its_place_is_seen(
    page: Page, library: Library, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")
    page.goto(library.video)
    page.locator(".player.ready").wait_for()

    seen: list[dict[str, object]] = []
    while len(seen) < MOST_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            break
        seen.append(stop)

    names = " ".join(str(stop["name"]) for stop in seen)
    assert [stop for stop in seen if not stop["isMarked"]] == []
    assert [stop for stop in seen if stop["isCovered"]] == []
    assert names.startswith("Skip to content")
    for name in ("Play", "Seek", "Captions", "This solved my problem", "Share", "Comment"):
        assert name in names
