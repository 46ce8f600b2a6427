"""Recording in a browser with devices that only pretend: what is published plays, and nothing that
was recorded is lost."""

import hashlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, StorageState, expect

from mediashare.config import Settings
from tests.e2e.conftest import (
    DEVICES,
    FLAGS,
    WHOLE_CHROMIUM,
    Player,
    fill_in_sign_in,
    sign_in_by_form,
)
from tests.e2e.studio import WITHOUT_HURRY, Studio
from tests.e2e.test_accessibility import CONTRAST, EVERYTHING, find_violations
from tests.patience import wait_until
from tests.servers.house import House, is_ready, running_house

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

ADA = "ada.lovelace@example.com"
PATIENCE_MS = 90_000
KILLED_AT_S, MOST_LOST_S = 12, 3
# How many seconds are recorded by now, as people read them.
TIMER = """() => {
  const [minutes, seconds] = document.querySelector("[data-timer]").textContent.split(":");
  return Number(minutes) * 60 + Number(seconds);
}"""
# Whether a place has said something, however briefly.
NOTE_WORDS = """([place, words]) => {
  const found = document.querySelector(place);
  const look = () => (window.wasSaid ||= found.textContent === words);
  new MutationObserver(look).observe(found, { childList: true });
}"""
PORT = "DevToolsActivePort"
# What the browser keeps of the last take: how long it is, and what its bytes are.
KEPT = """async () => {
  const asked = indexedDB.open("studio");
  await new Promise((done) => (asked.onsuccess = done));
  const all = asked.result.transaction("slices").objectStore("slices").getAll();
  await new Promise((done) => (all.onsuccess = done));
  asked.result.close();
  const slices = all.result.filter((slice) => slice.id === all.result.at(-1).id);
  const bytes = await new Blob(slices.map((slice) => slice.data)).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { sha256, seconds: slices.at(-1).ms / 1000 };
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Web, scheduler and a worker that makes media."""
    settings = Settings(data=tmp_path_factory.mktemp("studio") / "var", min_free_bytes=0)
    with running_house(settings, "media,default") as house:
        yield house


@pytest.fixture(scope="module")
def ada(browser: Browser, running: House) -> StorageState:
    """The cookies of the only person there."""
    return sign_in_by_form(browser, running.url, ADA)


@pytest.fixture
def browser_context_args(running: House, ada: StorageState) -> dict[str, Any]:
    """Ada's browser, which lets the page have microphone and camera."""
    allowed = ["microphone", "camera"]
    return {"base_url": running.url, "storage_state": ada, "permissions": allowed}


def wait_for_port(profile: Path) -> str:
    """The port at which a browser listens that has just been started."""
    file = profile / PORT
    wait_until(lambda: file.exists() and file.read_text().strip())
    return file.read_text().split()[0]


@contextmanager
def chromium(playwright: Playwright, profile: Path) -> Iterator[Page]:
    """A page of a browser that is a process group of its own; it is killed at the end, as by the
    kernel: nothing of it gets a chance to write anything more."""
    (profile / PORT).unlink(missing_ok=True)
    command = [WHOLE_CHROMIUM, "--headless=new", *FLAGS, *DEVICES, "--remote-debugging-port=0"]
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        [*command, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        port = wait_for_port(profile)
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        yield browser.contexts[0].new_page()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def newest(running: House) -> str:
    """The id of the episode that Ada has made last."""
    return str(running.get("/api/v1/episodes?author=me&limit=1")["items"][0]["id"])


@pytest.fixture
def studio(page: Page) -> Studio:
    return Studio(page)


@pytest.mark.parametrize("kind", ["Microphone", "Camera", "Screen", "Screen and camera"])
def test_what_is_recorded_is_published_and_plays(
    studio: Studio, player: Player, page: Page, kind: str
) -> None:
    studio.start(kind)
    studio.wait_until(2)
    studio.press("Finish")
    studio.save(f"By {kind}")

    expect(page.locator(".player.ready")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("video" if kind != "Microphone" else "audio")).to_have_count(1)
    player.press_play()
    player.wait_until("m.currentTime > 0.5 && m.error === null")


def record_with_a_mistake(studio: Studio) -> None:
    """Record by keyboard; what comes after a pause is a mistake and recorded once more, this time
    with a chapter."""
    page = studio.page
    page.goto("/record")
    expect(page.get_by_role("button", name="Microphone")).to_be_enabled()
    page.get_by_role("button", name="Microphone").press("Enter")
    studio.press_focused("Start recording")
    studio.press_focused("Start now")
    studio.wait_until(1)
    page.keyboard.press("p")
    expect(page.locator("[data-said]")).to_have_text("Paused")
    studio.press_focused("Go on p")
    studio.wait_until(2)
    page.get_by_role("button", name=re.compile(r"Again from 0:\d\d")).press("Enter")
    studio.press_focused("Start now")
    expect(page.locator("[data-said]")).to_have_text("Recording")
    page.keyboard.press("m")
    expect(page.locator("[data-said]")).to_contain_text("Chapter at 0:")
    studio.wait_until(3)
    page.get_by_role("button", name="Finish").press("Enter")


def test_by_keyboard_alone_a_mistake_is_taken_again_and_ends_and_chapters_are_set(
    studio: Studio, page: Page, running: House
) -> None:
    record_with_a_mistake(studio)

    expect(page.locator("[data-sent]")).to_have_text("All of it is on the server.")
    kept = page.evaluate(KEPT)
    assert hashlib.sha256(studio.received(running)).hexdigest() == kept["sha256"]
    page.get_by_role("slider", name="Start").press("ArrowRight")
    expect(page.locator("[data-trimmed]")).to_contain_text("Played from 0:00.1 to")
    page.get_by_label("Title of the chapter at 0:00").fill("The problem")
    page.get_by_role("textbox", name="Title", exact=True).fill("All by keys")
    page.get_by_role("textbox", name="Title", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="All by keys")).to_be_visible()
    ident = newest(running)
    outline = running.get(f"/api/v1/episodes/{ident}/chapters")
    episode = running.wait_until(ident, is_ready)
    assert [one["title"] for one in outline["chapters"]] == ["The problem", "Chapter 2"]
    assert outline["chapters"][1]["start"] < kept["seconds"]
    assert episode["duration"] == pytest.approx(kept["seconds"] - 0.1, abs=0.15)


def test_a_cut_network_holds_up_nothing_and_every_byte_arrives(
    studio: Studio, context: BrowserContext, page: Page, running: House,
    expected_complaints: list[str],
) -> None:  # fmt: skip
    expected_complaints.append("net::ERR_INTERNET_DISCONNECTED")
    studio.start("Camera")
    studio.wait_until(1)
    context.set_offline(True)
    expect(page.locator("[data-saved]")).to_contain_text("The connection is lost.")
    studio.wait_until(3)
    studio.press("Finish")
    expect(page.locator("[data-sent]")).to_contain_text("The connection is lost.")
    context.set_offline(False)

    expect(page.locator("[data-sent]")).to_have_text("All of it is on the server.")
    kept = page.evaluate(KEPT)
    assert hashlib.sha256(studio.received(running)).hexdigest() == kept["sha256"]


def test_a_device_that_goes_ends_the_recording_and_keeps_it(studio: Studio, page: Page) -> None:
    page.add_init_script(
        """const { mediaDevices } = navigator;
        const ask = mediaDevices.getUserMedia.bind(mediaDevices);
        mediaDevices.getUserMedia = async (wishes) => (window.given = await ask(wishes));"""
    )
    studio.start("Microphone")
    studio.wait_until(1)

    page.evaluate("given.getTracks()[0].dispatchEvent(new Event('ended'))")

    expect(page.locator("#status")).to_have_text("A device has gone. What was recorded is kept.")
    expect(page.locator("[data-sent]")).to_have_text("All of it is on the server.")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_focused()


def test_what_was_discarded_can_be_had_back_until_something_else_is_begun(
    studio: Studio, page: Page
) -> None:
    studio.start("Microphone")
    studio.wait_until(1)
    studio.press("Finish")
    page.get_by_role("textbox", name="Title", exact=True).fill("Not so bad")
    page.get_by_role("radio", name="Only me Nobody").check()
    page.get_by_role("checkbox", name="Publish as soon as it is ready").uncheck()
    studio.press("Discard")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Title", exact=True)).to_have_value("Not so bad")
    expect(page.get_by_role("radio", name="Only me Nobody")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Publish as soon as it is ready")).not_to_be_checked()
    expect(page.locator("[data-sent]")).to_have_text("All of it is on the server.")

    studio.press("Discard")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as removed:
        page.reload()
    assert removed.value.status == 204
    expect(page.get_by_role("button", name="Microphone")).to_be_enabled()
    expect(page.locator("[data-unfinished]")).to_be_hidden()


def look(page: Page, step: str) -> dict[str, object]:
    """What is wrong with what is shown, in both themes and in the narrowest window."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = dict(find_violations(page, f"{step} light", EVERYTHING))
    page.emulate_media(color_scheme="dark")
    found |= find_violations(page, f"{step} dark", CONTRAST)
    width = page.evaluate("document.documentElement.scrollWidth")
    return found if width <= 320 else {**found, step: width}


def test_every_step_is_accessible_and_can_be_tried_first(studio: Studio, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/record")
    page.evaluate(AXE_SCRIPT)
    studio.press(re.compile("^Camera"))
    expect(page.get_by_role("button", name="Start recording")).to_be_visible()
    found = look(page, "check")
    page.evaluate(NOTE_WORDS, ["[data-heard]", "This is how it sounds."])
    studio.press("Try it for 3 seconds")
    page.wait_for_function("() => window.wasSaid")
    studio.press("Start recording")
    studio.press("Start now")
    expect(page.locator("[data-said]")).to_have_text("Recording")
    page.keyboard.press("m")
    found |= look(page, "recording")
    studio.wait_until(1)
    studio.press("Finish")
    expect(page.locator("[data-trimmed]")).not_to_be_empty()
    found |= look(page, "review")

    assert found == {}


@pytest.mark.parametrize(
    ("lack", "sentence"),
    [
        (
            """Object.defineProperty(window, "isSecureContext", { value: false });
            delete Crypto.prototype.randomUUID;""",
            "not opened over HTTPS",
        ),
        ("delete window.MediaRecorder", "This browser can't record."),
        ("delete window.indexedDB", "This browser can't record."),
    ],
)
def test_where_nothing_can_be_recorded_a_sentence_says_why(
    page: Page, lack: str, sentence: str
) -> None:
    page.add_init_script(lack)

    page.goto("/record")

    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.get_by_role("button", name="Microphone")).to_be_hidden()
    expect(page.get_by_role("link", name="Upload a file instead")).to_be_visible()


@pytest.mark.parametrize(
    ("flags", "allowed", "sentence"),
    [
        (DEVICES[:1], [], "was not allowed to use the microphone or camera"),
        ((), ["microphone", "camera"], "No microphone or camera was found."),
    ],
)
def test_a_device_that_can_not_be_had_is_explained(
    browser: Browser, running: House, ada: StorageState, *, flags: tuple[str, ...],
    allowed: list[str], sentence: str,
) -> None:  # fmt: skip
    other = browser.browser_type.launch(executable_path=WHOLE_CHROMIUM, args=[*FLAGS, *flags])
    context = other.new_context(base_url=running.url, storage_state=ada, permissions=allowed)
    page = context.new_page()
    page.goto("/record")

    page.get_by_role("button", name=re.compile("^Camera")).click()

    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.get_by_role("button", name=re.compile("^Camera"))).to_be_visible()
    other.close()


def enter(page: Page, running: House) -> None:
    """Sign in; a browser that is killed may have forgotten that somebody had."""
    page.context.clear_cookies()
    page.goto(f"{running.url}/sign-in")
    fill_in_sign_in(page, ADA)
    page.wait_for_url(f"{running.url}/")


def test_a_killed_browser_has_lost_three_seconds_at_most(
    playwright: Playwright, running: House, tmp_path: Path
) -> None:
    with chromium(playwright, tmp_path) as page:
        enter(page, running)
        page.add_init_script(WITHOUT_HURRY)
        page.goto(f"{running.url}/record")
        page.get_by_role("button", name=re.compile("^Camera")).click()
        page.get_by_role("button", name="Start recording").click()
        page.get_by_role("button", name="Start now").click()
        page.wait_for_function(f"() => ({TIMER})() >= {KILLED_AT_S}")
        recorded = page.evaluate(TIMER)

    with chromium(playwright, tmp_path) as page:
        enter(page, running)
        page.goto(f"{running.url}/upload")
        page.get_by_role("link", name="Go on with it.").click()
        expect(page.get_by_role("list", name="Recordings that are not")).to_contain_text("Camera")
        page.get_by_role("button", name="Go on with it").click()
        expect(page.locator("[data-sent]")).to_have_text("All of it is on the server.")
        page.get_by_role("textbox", name="Title", exact=True).fill("From the ashes")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="From the ashes")).to_be_visible()

    episode = running.wait_until(newest(running), is_ready)
    # It may have gone on until the kill came.
    assert episode["duration"] >= recorded - MOST_LOST_S
