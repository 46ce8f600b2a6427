"""Playlists in a browser: made while listening, and played from one item to the next."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, StorageState, expect
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.playlists.models import Playlist, PlaylistItem
from tests.e2e.conftest import Player, wait_for_script
from tests.e2e.library import Library
from tests.e2e.listeners import Listener, find_episode, open_listener
from tests.e2e.test_accessibility import CONTRAST, EVERYTHING, NARROW, WIDE, find_violations
from tests.e2e.test_deck import LISTEN_IN
from tests.e2e.test_transcript import select

pytestmark = pytest.mark.e2e

AUDIO_TITLE = "Postmortem radio: the expired intermediate"
# Longer than anybody has to wait for what comes next.
LATER_MS = 10_000


@pytest.fixture
def listener(
    house_settings: Settings, library: Library, page: Page, sign_in: Callable[[str], StorageState]
) -> Iterator[Listener]:
    with open_listener(house_settings, library) as found:
        page.context.clear_cookies()
        cookies = sign_in(found.email)["cookies"]
        page.context.add_cookies(cookies)  # type: ignore[arg-type]  # as they came
        yield found


@pytest.fixture
def items(listener: Listener, library: Library) -> list[str]:
    """Where the items of a list play: a second of the video, then the whole recording of sound."""
    with listener.database.sessions() as session:
        return make_list(session, listener.user, library)


def make_list(session: Session, owner: User, library: Library) -> list[str]:
    playlist = Playlist(owner_id=owner.id, title="First week")
    session.add(playlist)
    session.flush()
    spans = ((library.video, 2000, 3000), (library.audio, 0, 0))
    for place, (path, start_ms, end_ms) in enumerate(spans):
        item = PlaylistItem(playlist=playlist, position=place, start_ms=start_ms, end_ms=end_ms)
        item.episode = find_episode(session, path)
        session.add(item)
    session.commit()
    made = session.query(PlaylistItem).filter_by(playlist_id=playlist.id)
    rows = made.order_by(PlaylistItem.position).all()
    paths = (library.video, library.audio)
    return [address(row, path) for row, path in zip(rows, paths, strict=True)]


def address(item: PlaylistItem, path: str) -> str:
    span = "t=2&end=3&" if item.end_ms else ""
    return f"{path}?{span}list={item.playlist_id}&item={item.id}"


@pytest.mark.usefixtures("listener")
def test_a_list_is_made_while_listening_and_takes_a_clip_of_the_transcript(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)
    wait_for_script(page)
    page.get_by_role("link", name="Add to playlist").click()
    dialog = page.get_by_role("dialog", name="Add to playlist")
    dialog.get_by_label("A new playlist").fill("Trust")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("It is in 1 playlist.")).to_be_focused()
    expect(dialog.get_by_role("checkbox", name="Trust")).to_be_checked()
    dialog.get_by_role("button", name="Close").click()

    select(page, 1, 0, 1, 11)
    page.get_by_role("button", name="Add to playlist as clip").click()
    expect(dialog.get_by_text("Only the clip from 0:07")).to_be_visible()
    dialog.get_by_role("checkbox", name="Trust").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("It is in 1 playlist.")).to_be_focused()

    page.goto("/playlists")
    page.get_by_role("main").get_by_role("link", name="Trust").click()
    expect(page.get_by_role("main").get_by_role("heading", level=2)).to_have_count(2)
    expect(page.get_by_text("2 clips")).to_be_visible()
    page.get_by_role("link", name="Play all").click()
    player.wait_until("!m.paused")
    expect(page.get_by_role("heading", name="In playlist Trust, 1 of 2")).to_be_visible()
    assert "#" not in page.url


def test_at_the_end_of_a_clip_the_next_item_plays_by_itself(
    page: Page, player: Player, items: list[str], base_url: str
) -> None:
    player.open(f"{items[0]}#play")

    note = page.locator("[data-next]")
    expect(note).to_be_visible()
    expect(note).to_contain_text(f"Next: {AUDIO_TITLE} in")
    page.wait_for_url(base_url + items[1])
    player.wait_until("m.localName === 'audio' && !m.paused")
    expect(page.get_by_role("heading", name="In playlist First week, 2 of 2")).to_be_visible()
    expect(page.get_by_text("This is the last one.")).to_be_visible()


def test_who_wants_to_stay_stays_and_that_can_be_for_good(
    page: Page, player: Player, items: list[str], base_url: str
) -> None:
    page.clock.install()
    player.open(f"{items[0]}#play")
    note = page.locator("[data-next]")
    expect(note).to_be_visible()

    note.get_by_role("button", name="Cancel").click()
    page.clock.run_for(LATER_MS)
    expect(note).to_be_hidden()
    page.get_by_label("Go on to the next by itself").uncheck()
    player.press_play()
    player.wait_until("!m.paused")
    player.wait_until("m.paused && m.currentTime >= 3")
    page.clock.run_for(LATER_MS)
    expect(note).to_be_hidden()
    page.reload()
    expect(page.get_by_label("Go on to the next by itself")).not_to_be_checked()

    assert page.url == base_url + items[0]


def test_keys_and_lock_screens_go_through_the_list(
    page: Page, player: Player, items: list[str], base_url: str
) -> None:
    page.add_init_script(LISTEN_IN)
    player.open(items[0])
    wait_for_script(page)

    page.keyboard.press("Shift+P")
    page.keyboard.press("Shift+N")
    page.wait_for_url(base_url + items[1])
    player.wait_until("!m.paused")
    page.keyboard.press("Shift+P")
    page.wait_for_url(base_url + items[0])
    player.wait_until("m.localName === 'video'")
    page.evaluate("window.pressed.nexttrack()")
    page.wait_for_url(base_url + items[1])
    player.wait_until("m.localName === 'audio'")
    page.evaluate("window.pressed.previoustrack()")
    page.wait_for_url(base_url + items[0])


def test_who_goes_to_another_second_stays_in_the_list(
    page: Page, player: Player, items: list[str]
) -> None:
    player.open(items[0])
    wait_for_script(page)

    page.locator("[data-seek]").last.click()

    assert items[0].split("end=3&")[1] in page.url
    page.reload()
    expect(page.get_by_role("heading", name="In playlist First week, 1 of 2")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_dialog_and_what_comes_next_are_accessible(
    page: Page, player: Player, items: list[str], size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")
    player.open(items[0])
    wait_for_script(page)
    # Without the seconds that run: they would lead away.
    page.evaluate("document.querySelector('[data-next]').hidden = false")
    found: dict[str, object] = {}

    page.evaluate(AXE_SCRIPT)
    for state in ("next", "dialog"):
        if state == "dialog":
            page.get_by_role("link", name="Add to playlist").click()
            expect(page.get_by_role("dialog", name="Add to playlist")).to_be_visible()
        for theme, rules in (("light", EVERYTHING), ("dark", CONTRAST)):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two
            found |= find_violations(page, f"{state} {theme}", rules)

    assert found == {}
