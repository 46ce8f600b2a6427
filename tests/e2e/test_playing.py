"""Playing in a browser: sizes that adapt and that people choose, and files that come and go."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import CDPSession, Page, Request, expect

from mediashare.config import Settings
from mediashare.library.models import Audience, Episode
from tests.e2e.conftest import WITHOUT_MSE, Player
from tests.e2e.library import Library
from tests.e2e.shelf import HALF_AN_HOUR_S, WORDS, Shelf, make_half_an_hour, open_shelf
from tests.e2e.test_accessibility import EVERYTHING, NARROW, NARROWEST, WIDE, find_violations

pytestmark = pytest.mark.e2e

ALL = ("360", "216", "144", "aac", "opus")
NOTE_CUTS = """() => {
  const media = document.querySelector("video");
  media.addEventListener("emptied", () => (media.dataset.cut = "yes"));
}"""

# What is chosen while it plays: where it was right before. What is short plays in a circle, so that
# it is still playing whenever the test has come so far.
NOTE_CHOICE = """() => {
  const media = document.querySelector("video");
  const note = () => (window.chosenAt = media.currentTime);
  document.addEventListener("change", note, { capture: true, once: true });
}"""
PLAY_ON = "document.querySelector('video').loop = true"


@pytest.fixture(scope="module")
def shelf(
    house_settings: Settings,
    library: Library,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shelf]:
    with open_shelf(house_settings, library.author, tmp_path_factory) as found:
        yield found


@pytest.fixture(scope="module")
def full(shelf: Shelf) -> Episode:
    """An episode of which everything is made; nobody changes it."""
    return shelf.add(*ALL)


@pytest.fixture
def media_requests(page: Page) -> list[Request]:
    """What the page asks the media routes for, from now on."""
    found: list[Request] = []
    page.on("request", lambda sent: found.append(sent) if "/media/" in sent.url else None)
    return found


def files_asked_for(requests: list[Request]) -> set[str]:
    return {request.url.rsplit("/", 1)[-1].split("#")[0] for request in requests}


def endings(requests: list[Request]) -> set[str]:
    return {name.rsplit(".")[-1] for name in files_asked_for(requests)}


def choose(page: Page, label: str) -> None:
    page.get_by_label("Quality").select_option(label=label)


def choose_while_playing(page: Page, label: str) -> float:
    """The second at which it was when that was chosen."""
    page.evaluate(NOTE_CHOICE)
    choose(page, label)
    return float(page.evaluate("window.chosenAt"))


def options(page: Page) -> list[str]:
    return page.get_by_label("Quality").locator("option").all_inner_texts()


@pytest.mark.parametrize("way", ["hls.js", "the browser's own"])
def test_hls_plays_seeks_and_shows_pictures(
    page: Page, player: Player, full: Episode, media_requests: list[Request], way: str
) -> None:
    if way != "hls.js":
        page.add_init_script(WITHOUT_MSE)
    player.open(full.path)
    player.press_play()
    player.wait_until("!m.paused && m.currentTime > 0.4")

    for second in (50, 21.4, 3):
        player.seek(second)
    address = page.evaluate("document.querySelector('video').currentSrc")
    assert address.startswith("blob:") == (way == "hls.js")
    # Chromium's own begins with the smallest and goes up; it does not go down again by itself.
    player.wait_until("m.videoHeight === 360")
    asked = files_asked_for(media_requests)
    assert "master.m3u8" in asked
    sizes = {name for name in asked if name.endswith(".mp4")}
    assert len(sizes) >= (1 if way == "hls.js" else 2)


def test_a_slow_line_gets_a_smaller_picture(page: Page, player: Player, full: Episode) -> None:
    network: CDPSession = page.context.new_cdp_session(page)
    player.open(full.path)
    player.press_play()
    player.wait_until("m.videoHeight === 360")

    limit(network, kbit=130)
    player.seek(40)
    player.wait_until("m.videoHeight === 144")

    expect(page.get_by_label("Quality").locator("option").first).to_have_text("Auto (144p)")


def limit(network: CDPSession, *, kbit: int) -> None:
    network.send("Network.enable")
    network.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": kbit * 1000 / 8,
            "uploadThroughput": -1,
        },
    )


def test_people_choose_a_size_and_find_it_chosen_next_time(
    page: Page, player: Player, full: Episode
) -> None:
    player.open(full.path)
    assert options(page) == ["Auto", "360p", "216p", "144p", "Sound only"]
    player.press_play()
    player.wait_until("m.videoHeight === 360 && m.currentTime > 0.2")
    expect(page.get_by_label("Quality").locator("option").first).to_have_text("Auto (360p)")

    choose(page, "144p")
    player.wait_until("m.videoHeight === 144 && !m.paused")
    page.reload()
    expect(page.get_by_label("Quality")).to_have_value("144")
    player.press_play()

    player.wait_until("m.videoHeight === 144 && m.currentTime > 0.2")


def test_the_sound_alone_goes_on_at_the_same_second_and_speed(
    page: Page, player: Player, full: Episode, media_requests: list[Request]
) -> None:
    player.open(f"{full.path}?t=30")
    page.evaluate(PLAY_ON)
    page.get_by_role("button", name=re.compile("Playback speed")).click()
    player.press_play()
    player.wait_until("!m.paused && m.currentTime > 30.2")

    left = choose_while_playing(page, "Sound only")

    player.wait_for_start(left, "!m.paused && m.videoHeight === 0")
    # What was asked for before the choice is still on its way; from here on it is sound.
    media_requests.clear()
    assert page.evaluate("document.querySelector('video').playbackRate") == 1.25
    assert (
        page.evaluate("document.querySelector('video').currentSrc").split("#")[0].endswith(".m4a")
    )
    assert endings(media_requests) <= {"m4a"}
    expect(page.locator(".cap")).to_contain_text(WORDS)
    left = choose_while_playing(page, "144p")
    player.wait_for_start(left, "!m.paused && m.videoHeight === 144")


def test_the_choice_is_made_by_keyboard(page: Page, player: Player, full: Episode) -> None:
    player.open(full.path)
    page.get_by_role("button", name="Forward 10 seconds").focus()

    page.keyboard.press("Tab")
    expect(page.get_by_label("Quality")).to_be_focused()
    page.keyboard.press("End")

    expect(page.get_by_label("Quality")).to_have_value("sound")
    expect(page.get_by_role("button", name="Sound only")).to_have_attribute("aria-pressed", "true")


def test_short_clips_play_a_file_and_load_no_streaming_library(
    page: Page, player: Player, shelf: Shelf, media_requests: list[Request]
) -> None:
    scripts: list[str] = []
    page.on("request", lambda sent: scripts.append(sent.url) if "/static/" in sent.url else None)
    player.open(shelf.add(*ALL, length_s=20).path)

    player.press_play()
    player.wait_until("!m.paused && m.currentTime > 0.4")

    assert endings(media_requests) == {"webp", "mp4"}
    assert len(files_asked_for(media_requests)) == 2
    assert [url for url in scripts if "stream" in url] == []
    assert options(page)[0] == "Auto (360p)"


def test_half_an_hour_is_played_and_sought_in_with_few_requests(
    player: Player, shelf: Shelf, media_requests: list[Request]
) -> None:
    player.open(make_half_an_hour(shelf).path)
    player.press_play()
    player.wait_until("!m.paused && m.currentTime > 0.4")

    player.seek(HALF_AN_HOUR_S * 0.9)

    assert 1 <= len([sent for sent in media_requests if sent.url.endswith(".mp4")]) <= 4


def test_nothing_is_loaded_before_somebody_plays(
    page: Page, player: Player, full: Episode, media_requests: list[Request]
) -> None:
    player.open(full.path)
    expect(page.get_by_label("Quality")).to_be_visible()

    assert endings(media_requests) == {"webp"}


def test_better_files_are_played_from_the_next_seek_on_without_interruption(
    page: Page, player: Player, shelf: Shelf
) -> None:
    episode = shelf.add("recorded")
    shelf.promise_more(episode)
    player.open(episode.path)
    expect(page.get_by_label("Quality")).to_be_hidden()
    player.press_play()
    player.wait_until("!m.paused && m.videoHeight === 90 && m.currentTime > 0.4")
    page.evaluate(NOTE_CUTS)

    shelf.improve(episode, *ALL)
    expect(page.locator("#status")).to_have_text("Better quality is ready.", timeout=30_000)
    expect(page.get_by_label("Quality")).to_be_visible()

    player.wait_until("!m.paused && m.videoHeight === 90 && !m.dataset.cut")
    player.seek(40)
    player.wait_until("m.videoHeight === 360 && m.currentTime >= 40")


@pytest.mark.parametrize("length_s", [59, 64], ids=["a file", "a stream"])
def test_what_is_gone_is_replaced_and_goes_on_at_the_same_second(
    page: Page, player: Player, shelf: Shelf, expected_complaints: list[str], length_s: int
) -> None:
    expected_complaints.append("404")
    episode = shelf.add(*ALL, length_s=length_s)
    player.open(f"{episode.path}?t=57")
    player.press_play()
    player.wait_until("m.currentTime > 57.2")

    shelf.improve(episode, "144", "216")
    shelf.remove_retired(episode)
    page.get_by_role("slider", name="Seek").fill("40")
    player.wait_until("m.videoHeight === 216 && m.currentTime >= 40")
    expect(page.locator("[data-fault]")).to_be_hidden()


@pytest.mark.parametrize("length_s", [59, 64], ids=["a file", "a stream"])
def test_a_lost_right_is_said_in_plain_words(
    page: Page, player: Player, shelf: Shelf, expected_complaints: list[str], length_s: int
) -> None:
    expected_complaints.append("404")
    episode = shelf.add(*ALL, length_s=length_s)
    player.open(f"{episode.path}?t=57")
    player.press_play()
    player.wait_until("m.currentTime > 57.2")

    shelf.change(episode, audience=Audience.PRIVATE)
    page.get_by_role("slider", name="Seek").fill("40")

    fault = page.get_by_role("alert")
    expect(fault).to_have_text("You can no longer see this episode.")
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()


def test_a_lost_connection_is_said_and_tried_again_at_the_same_second(
    page: Page, player: Player, shelf: Shelf, expected_complaints: list[str]
) -> None:
    expected_complaints.append("net::ERR_")
    player.open(shelf.add(*ALL, length_s=59).path)
    page.route(re.compile("/media/|/api/"), lambda route: route.abort())
    page.get_by_role("slider", name="Seek").fill("30")
    expect(page.get_by_role("alert")).to_have_text("The connection is lost.")

    page.unroute_all()
    page.get_by_role("button", name="Try again").click()

    player.wait_for_start(30)
    expect(page.locator("[data-fault]")).to_be_hidden()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_choice_and_the_sentence_over_the_picture_are_accessible(
    page: Page,
    player: Player,
    full: Episode,
    expected_complaints: list[str],
    size: tuple[int, int],
) -> None:
    expected_complaints.append("net::ERR_")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    player.open(full.path)
    choose(page, "Sound only")
    page.evaluate(AXE_SCRIPT)
    found = dict(find_violations(page, "sound only", EVERYTHING))
    page.route(re.compile("/media/|/api/"), lambda route: route.abort())
    player.press_play()
    expect(page.get_by_role("alert")).to_have_text("The connection is lost.", timeout=60_000)

    found |= find_violations(page, "a fault", EVERYTHING)

    assert found == {}
    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST[0]
    for name in ("Play", "Try again", "Full screen"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("Quality")).to_be_in_viewport(ratio=1)
