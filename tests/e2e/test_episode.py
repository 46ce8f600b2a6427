"""The episode page in a browser: moments, transcript, keys, comments, stars."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Player, wait_for_script
from tests.e2e.library import Library

pytestmark = pytest.mark.e2e


def test_a_link_to_a_moment_opens_there(page: Page, library: Library, player: Player) -> None:
    player.open(f"{library.video}?t=21.5")

    player.wait_until("m.currentTime >= 21 && m.currentTime < 23")
    expect(page.locator(".ctl [data-now]")).to_have_text("0:21")


def test_a_clip_stops_at_its_end_and_goes_on_when_asked(
    page: Page, library: Library, player: Player
) -> None:
    player.open(f"{library.video}?t=7.2&end=8")

    player.press_play()
    player.wait_until("m.paused && m.currentTime >= 8")
    page.get_by_role("button", name="Play on").click()

    player.wait_until("!m.paused && m.currentTime > 8.2")
    expect(page.locator("[data-clip]")).to_be_hidden()
    expect(page.locator(".ctl [data-do=play]")).to_be_focused()


@pytest.mark.parametrize("kind", ["video", "audio"])
def test_it_plays(page: Page, library: Library, player: Player, kind: str) -> None:
    player.open(getattr(library, kind))

    player.press_play()

    player.wait_until("!m.paused && m.currentTime > 0.4")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


def test_a_time_in_the_transcript_seeks(page: Page, library: Library, player: Player) -> None:
    player.open(library.video)

    page.get_by_role("region", name="Transcript text").get_by_role("link", name="0:21").click()

    player.wait_until("Math.abs(m.currentTime - 21.5) < 0.5")
    expect(page).to_have_url(f"{page.url.split('?')[0]}?t=21.5")


def test_a_word_in_the_transcript_seeks_to_itself(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)
    # Where in the paragraph the word is: the paragraph itself may still move.
    x, y = page.evaluate(
        """() => {
          const text = document.querySelector('.seg p');
          const range = document.createRange();
          const at = text.textContent.indexOf('trust store');
          let left = at, walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
          let node = walker.nextNode();
          while (left >= node.length) { left -= node.length; node = walker.nextNode(); }
          range.setStart(node, left); range.setEnd(node, left + 3);
          const box = range.getBoundingClientRect(), frame = text.getBoundingClientRect();
          return [box.x + box.width / 2 - frame.x, box.y + box.height / 2 - frame.y];
        }"""
    )

    page.locator(".seg p").first.click(position={"x": x, "y": y})

    player.wait_until("m.currentTime > 9 && m.currentTime < 11")


def test_the_transcript_follows(page: Page, library: Library, player: Player) -> None:
    player.open(f"{library.video}?t=22")

    expect(page.locator(".seg.on")).to_contain_text("A subPath mount")


def test_find_counts_hits_and_walks_through_them(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)
    field = page.get_by_label("Find in this transcript")

    field.fill("trust")
    expect(page.locator(".hits output")).to_have_text("1/3")
    field.press("Enter")
    expect(page.locator(".hits output")).to_have_text("2/3")
    field.press("Shift+Enter")

    expect(page.locator(".hits output")).to_have_text("1/3")
    expect(page.locator("[data-ticks] rect")).to_have_count(3)


def test_keys_play_seek_and_find(page: Page, library: Library, player: Player) -> None:
    player.open(library.video)

    page.keyboard.press("5")
    player.wait_until("Math.abs(m.currentTime - 20) < 1")
    page.keyboard.press("k")
    player.wait_until("!m.paused")
    page.keyboard.press("k")
    player.wait_until("m.paused")
    page.keyboard.press("t")

    expect(page.get_by_label("Find in this transcript")).to_be_focused()


def test_single_keys_can_be_switched_off(page: Page, library: Library, player: Player) -> None:
    player.open(library.video)

    page.keyboard.press("?")
    page.get_by_label("Single keys work in this browser").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("5")

    assert player.time == 0


def test_the_slider_says_where_it_is_and_moves_by_arrows(
    page: Page, library: Library, player: Player
) -> None:
    player.open(f"{library.video}?t=10")
    slider = page.get_by_role("slider", name="Seek")

    expect(slider).to_have_attribute(
        "aria-valuetext", "10 seconds of 40 seconds, chapter The symptom"
    )
    slider.press("ArrowRight")

    expect(slider).to_have_attribute(
        "aria-valuetext", "15 seconds of 40 seconds, chapter The symptom"
    )


def test_captions_are_drawn_and_can_be_switched_off(
    page: Page, library: Library, player: Player
) -> None:
    player.open(f"{library.video}?t=8")

    expect(page.locator(".cap")).to_contain_text("The sidecar was reading")
    page.get_by_role("button", name="Captions").click()

    expect(page.locator(".cap")).to_be_empty()


def test_sound_only_hides_the_picture(page: Page, library: Library, player: Player) -> None:
    player.open(library.video)

    page.get_by_role("button", name="Sound only").click()

    page.wait_for_function("() => document.querySelector('.stage').clientHeight < 120")


def test_selected_words_become_a_link_to_a_clip(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)

    page.locator(".seg p").nth(1).select_text()
    page.get_by_role("button", name="Share clip").click()

    expect(page.locator("#status")).to_contain_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith("?t=21.5&end=39")


def test_selected_words_become_a_quote(page: Page, library: Library, player: Player) -> None:
    player.open(library.video)

    page.locator(".seg p").nth(1).select_text()
    page.get_by_role("button", name="Quote").click()

    expect(page.get_by_label("Add a comment")).to_have_value(re.compile("^> A subPath mount"))


def test_a_comment_lands_at_the_moment_that_plays(
    page: Page, library: Library, player: Player
) -> None:
    player.open(f"{library.audio}?t=12")

    page.get_by_label("Add a comment").fill("Which job was it?")
    page.get_by_label("at 0:12").check()
    page.get_by_role("button", name="Comment", exact=True).click()

    comment = page.locator(".cm", has_text="Which job was it?")
    expect(comment.get_by_role("link", name="0:12")).to_be_visible()
    expect(page.locator(".pins a")).to_have_count(1)


def test_stars_are_given_without_leaving_the_page(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.audio)

    page.locator(".stars label").nth(3).click()

    expect(page.locator("#stars")).to_contain_text("from 1")


def test_a_solved_problem_is_counted(page: Page, library: Library, player: Player) -> None:
    player.open(library.audio)

    page.get_by_role("button", name="This solved my problem").click()

    expect(page.get_by_role("button", name="This solved my problem")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_narrow_screens_show_one_section_at_a_time(
    page: Page, library: Library, player: Player
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    player.open(library.video)

    expect(page.get_by_role("heading", name="Discussion")).to_be_hidden()
    page.get_by_role("tab", name="Discussion").click()

    expect(page.get_by_label("Add a comment")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("kind", ["video", "audio"])
def test_nothing_jumps_when_the_script_comes(
    page: Page, library: Library, *, kind: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/static/app-*.js", hold)
    page.goto(getattr(library, kind), wait_until="commit")
    expect(page.locator("#keys")).to_be_attached()
    before = places(page)

    held[0].continue_()
    wait_for_script(page)

    expect(page.locator(".deck")).to_be_visible()
    assert places(page) == before


def places(page: Page) -> list[tuple[float, float]]:
    """Where what everybody looks at first begins, once its fonts are there."""
    page.evaluate("document.fonts.ready.then(() => {})")
    boxes = [
        page.locator(what).bounding_box() for what in (".stage", "h1", ".by", ".acts", "#about")
    ]
    return [(box["x"], box["y"]) for box in boxes if box]


def test_narrow_screens_show_whole_menus(page: Page, library: Library, player: Player) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    player.open(library.video)

    page.get_by_text("It did not", exact=True).click()
    page.get_by_label("It is outdated").check()

    expect(page.get_by_role("button", name="Say so")).to_be_in_viewport(ratio=1)


def test_who_has_come_to_the_end_finds_what_to_go_on_with(page: Page, library: Library) -> None:
    page.goto(library.video)
    page.locator(".more").scroll_into_view_if_needed()

    related = page.get_by_role("region", name="Keep going")
    expect(related.get_by_role("listitem").first).to_be_visible()
    related.get_by_role("link").first.click()

    expect(page.locator("h1")).not_to_have_text("Why mTLS handshakes fail right after a rollout")
