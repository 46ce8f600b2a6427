"""A recording's way by browser through real processes: upload, steps, play, read, search."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from mediashare.config import Settings
from tests import sharing
from tests.conftest import SHARED_DATA
from tests.e2e.conftest import Player, sign_in_by_form, wait_for_script
from tests.mediafiles import MediaFiles
from tests.servers.house import House, is_ready, running_house

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PATIENCE_MS = 90_000
PIECE = 4 * 1024 * 1024
ADA = "ada.lovelace@example.com"
CAPTIONS = "WEBVTT\n\n00:00:00.000 --> 00:00:03.000\nThe words of its author.\n"
# What a phone, a recorder and browsers make.
GENERATED = ("fits.mp4", "vp8.webm", "live.webm", "talk.mp3")
# What they really made; it lies beside the checkout in some places.
REAL = tuple(
    path.name
    for path in sorted(SHARED_DATA.glob("*"))
    if path.suffix in {".mp4", ".webm", ".mp3", ".flac"}
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> MediaFiles:
    """Recordings made by ffmpeg."""
    return MediaFiles(tmp_path_factory.mktemp("recordings"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Web, scheduler and worker, with a model that hears one sentence in everything."""
    folder = tmp_path_factory.mktemp("whole")
    settings = Settings(
        data=folder / "var",
        min_free_bytes=0,
        asr_engine="faster-whisper",
        asr_model=str(sharing.speech_models(tmp_path_factory) / "base"),
    )
    with running_house(settings, "media,speech,default") as house:
        yield house


@pytest.fixture(scope="module")
def ada(browser: Browser, running: House) -> StorageState:
    """The cookies of the only person there."""
    return sign_in_by_form(browser, running.url, ADA)


@pytest.fixture(scope="module")
def published(running: House, files: MediaFiles) -> dict[str, dict[str, Any]]:
    """Every recording, uploaded with captions so that nothing but the media is waited for."""
    paths = [files.live() if name == "live.webm" else files.get(name) for name in GENERATED]
    paths += [SHARED_DATA / name for name in REAL]
    return {path.name: running.publish(path, chunk_size=PIECE, captions=CAPTIONS) for path in paths}


@pytest.fixture
def browser_context_args(running: House, ada: StorageState) -> dict[str, Any]:
    """Tests here visit the house whose processes are all there."""
    return {"base_url": running.url, "storage_state": ada}


def test_a_file_chosen_in_a_browser_is_played_read_and_found_at_its_second(
    page: Page, player: Player, files: MediaFiles
) -> None:
    page.goto("/upload")
    page.get_by_label("Drop audio or video here").set_input_files(files.speech())
    page.get_by_role("textbox", name="Title").fill("What to ask")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="What to ask")).to_be_visible()

    # The page shows the steps, and becomes the player by itself.
    expect(page.locator(".player.ready")).to_be_visible(timeout=PATIENCE_MS)
    player.press_play()
    player.wait_until("m.currentTime > 0.3 && m.error === null")
    text = page.get_by_role("region", name="Transcript text")
    arrived = page.get_by_role("link", name="The transcript is ready")
    expect(text.or_(arrived).first).to_be_visible(timeout=PATIENCE_MS)
    if arrived.is_visible():
        arrived.click()
    expect(text).to_contain_text("what you can do for your country")
    page.get_by_label("Search everything people have said").fill("country")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    wait_for_script(page)
    page.get_by_role("link", name=re.compile("Play from 0:0[12]")).first.click()
    player.wait_until("m && m.currentTime >= 1 && m.error === null")
    page.get_by_role("link", name="Read it").first.click()

    expect(page.locator(".player.ready")).to_be_visible()
    player.wait_until("m.currentTime >= 1 && m.currentTime < 3")
    expect(page.locator(".cap")).to_contain_text("country")
    expect(page.get_by_label("Find in this transcript")).to_have_value("country")


@pytest.mark.parametrize("name", GENERATED + REAL)
def test_what_was_recorded_plays(
    running: House, published: dict[str, dict[str, Any]], player: Player, name: str
) -> None:
    episode = running.wait_until(published[name]["id"], is_ready)

    player.open(f"/e/{episode['slug']}")
    player.press_play()

    # Some recordings last for two seconds only.
    player.wait_until("m.currentTime > 0.5 && m.error === null")
