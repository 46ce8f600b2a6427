"""Pictures in a browser: what is where along an episode, and which one stands for it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Player
from tests.e2e.library import LENGTH_S, Library

pytestmark = pytest.mark.e2e

# The red of the point in the middle of the little picture, which tells its number.
SEEN = """() => {
  const canvas = document.querySelector(".tip canvas");
  if (canvas.hidden) return null;
  return Math.round(canvas.getContext("2d").getImageData(80, 45, 1, 1).data[0] / 10);
}"""


def test_the_pointer_on_the_waveform_shows_what_is_seen_then(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)
    scrub = page.locator(".scrub")

    for second, tile in ((23, 11), (39, 19), (1, 0)):
        box = scrub.bounding_box()
        assert box
        x, y = box["width"] * second / LENGTH_S, box["height"] / 2
        scrub.hover(position={"x": x, "y": y})

        page.wait_for_function(f"() => ({SEEN})() === {tile}")
        shown = page.locator(".tip b").inner_text()
        assert abs(int(shown.removeprefix("0:")) - second) <= 1
        tip, stage = page.locator(".tip").bounding_box(), page.locator(".player").bounding_box()
        assert tip
        assert stage
        assert tip["x"] >= stage["x"]
        assert tip["x"] + tip["width"] <= stage["x"] + stage["width"]


def test_the_storyboard_is_not_loaded_before_somebody_looks_for_something(
    page: Page, library: Library, player: Player
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    player.open(library.video)
    page.wait_for_load_state("networkidle")

    assert [url for url in asked if url.endswith((".vtt", "-1.jpg")) and "/media/" in url] == []


def test_sound_shows_the_time_alone(page: Page, library: Library, player: Player) -> None:
    player.open(library.audio)

    page.locator(".scrub").hover()

    expect(page.locator(".tip b")).to_have_text("0:20")
    expect(page.locator(".tip canvas")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_lists_load_pictures_in_the_size_they_need_and_keep_their_place(
    page: Page, library: Library, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(library.person)
    pictures = page.locator(
        f".thumb[href='{library.video}'] img, .thumb[href='{library.audio}'] img"
    )
    expect(pictures).to_have_count(2)

    pictures.last.scroll_into_view_if_needed()

    page.wait_for_function("() => [...document.images].every((image) => image.complete)")
    for picture in pictures.all():
        chosen = str(picture.evaluate("(image) => image.currentSrc"))
        assert chosen.endswith("-320.webp")
        assert picture.get_attribute("loading") == "lazy"
        ratio = picture.evaluate("(image) => image.width / image.height")
        assert ratio == pytest.approx(16 / 9, rel=0.02)


def test_an_author_chooses_a_picture_with_the_keyboard(
    open_as: Callable[[str], Page], library: Library
) -> None:
    page = open_as("author")
    page.goto(f"{library.video}/edit")
    choice = page.get_by_role("group", name="What people see in lists")
    expect(choice.get_by_role("radio")).to_have_count(3)
    expect(choice.get_by_label("At 0:02")).to_be_checked()

    choice.get_by_label("At 0:02").focus()
    page.keyboard.press("ArrowRight")
    expect(choice.get_by_label("At 0:28")).to_be_checked()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Your choice is saved.")).to_be_visible()
    expect(choice.get_by_label("At 0:28")).to_be_checked()
    choice.get_by_label("At 0:02").check()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Use this picture").click()
    expect(choice.get_by_label("At 0:02")).to_be_checked()
