"""A printed episode: who said what and when, and where it is; nothing that can only be pressed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Player
from tests.e2e.library import SENTENCES, Library

pytestmark = pytest.mark.e2e

PRESSED = "button, input, form, nav, dialog, .player, .top, .tabbar, .talk, .acts, .menu"


def test_the_transcript_is_printed_with_what_it_is_of(
    page: Page, player: Player, library: Library
) -> None:
    player.open(library.video)
    address = page.get_by_text(re.compile(rf"^http://\S+{library.video}$"))
    expect(address).to_be_hidden()

    page.set_viewport_size({"width": 700, "height": 900})
    page.emulate_media(media="print", color_scheme="dark")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".by .who").first).to_be_visible()
    expect(page.locator(".by time").first).to_be_visible()
    expect(address).to_be_visible()
    for start, words in (("0:00", SENTENCES[0][2]), ("0:21", SENTENCES[3][2])):
        line = page.locator(".seg", has_text=words)
        expect(line).to_be_visible()
        expect(line.get_by_role("link", name=start, exact=True)).to_be_visible()
    assert page.locator(PRESSED).filter(visible=True).count() == 0
    ink = page.locator(".seg p").first.evaluate("part => getComputedStyle(part).color")
    assert ink == "rgb(20, 24, 26)"


def test_it_makes_a_paper_with_links_into_the_episode(
    page: Page, player: Player, library: Library, tmp_path: Path
) -> None:
    player.open(library.video)

    page.pdf(path=tmp_path / "episode.pdf", format="A4")

    paper = (tmp_path / "episode.pdf").read_bytes()
    links = [found.decode() for found in re.findall(rb"/URI \(http://[^/]+([^)]*)\)", paper)]
    assert links[:1] == [library.person]
    assert {link.partition("?")[0] for link in links[1:]} == {library.video}
    assert f"{library.video}?t=21.5" in links
    assert len(re.findall(rb"/Type /Page\b(?!s)", paper)) == 1
