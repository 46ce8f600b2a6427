"""Fix mode of the transcript, and the pages that do the same without a script, by keyboard."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, StorageState, expect
from sqlalchemy import select, update

from mediashare.config import Settings
from mediashare.db.session import Database, begin_writing
from mediashare.transcripts.models import Segment, Word
from tests.e2e.conftest import Player
from tests.e2e.copies import copy_sound
from tests.e2e.library import Library
from tests.e2e.test_accessibility import CONTRAST, EVERYTHING, find_violations
from tests.factories import make_transcript

pytestmark = pytest.mark.e2e

LINES = (
    (1, 5, "we run cube cuttle on every host"),
    (6, 10, "then the broker starts again"),
    (11, 15, "and cube cuttle works"),
)
DOUBTED = ("cuttle", "starts")


@dataclass
class Talk:
    """An episode of its own for a test that changes its words."""

    database: Database
    ident: str
    path: str

    def texts(self) -> list[str]:
        with self.database.reading() as session:
            rows = session.scalars(
                select(Segment.text)
                .where(Segment.episode_id == self.ident)
                .order_by(Segment.start_ms)
            )
            return list(rows)

    def change(self, before: str, after: str) -> None:
        """Somebody else has saved a line meanwhile."""
        with self.database.transaction() as session:
            session.execute(
                update(Segment)
                .where(Segment.episode_id == self.ident, Segment.text == before)
                .values(text=after)
            )


@pytest.fixture
def talk(house_settings: Settings, library: Library) -> Iterator[Talk]:
    """What was recorded as sound, with words that nobody has looked at."""
    database = Database(house_settings.sqlalchemy_url)
    with database.sessions() as session:
        episode = copy_sound(session, house_settings, library, "Hosts")
        make_transcript(session, episode, *LINES)
        begin_writing(session)
        own = select(Segment.id).where(Segment.episode_id == episode.id)
        doubted = (Word.segment_id.in_(own), Word.text.in_(DOUBTED))
        session.execute(update(Word).where(*doubted).values(confidence=0.3))
        session.commit()
    yield Talk(database, episode.id, episode.path)
    database.dispose()


@pytest.fixture
def page(open_as: Callable[[str], Page]) -> Page:
    """A page of the author."""
    return open_as("author")


def begin(page: Page, player: Player, talk: Talk) -> None:
    """Open the episode and switch Fix mode on by keyboard."""
    player.open(talk.path)
    page.get_by_role("button", name="Fix the transcript").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Fixing the transcript")).to_be_visible()


def said(page: Page, sentence: str) -> None:
    expect(page.locator("[data-fix-said]")).to_have_text(sentence)


def note_seeks(page: Page) -> None:
    """Have the page remember to where it has moved last."""
    listener = "({ target }) => { window.sought = target.currentTime; }"
    page.evaluate(f"document.querySelector('audio').addEventListener('seeking', {listener})")


def selected(page: Page) -> str:
    return str(page.evaluate("getSelection().toString()"))


def test_fixing_by_keyboard_goes_from_unsure_word_to_unsure_word(
    page: Page, player: Player, talk: Talk
) -> None:
    begin(page, player, talk)
    assert selected(page) == "cuttle"

    page.keyboard.press("Tab")
    assert selected(page) == "starts"
    page.keyboard.press("Shift+Tab")
    assert selected(page) == "cuttle"
    page.keyboard.type("control")
    page.keyboard.press("Enter")
    said(page, "Saved.")
    assert selected(page) == "starts"
    page.keyboard.press("Escape")

    expect(page.get_by_role("group", name="Fixing the transcript")).to_be_hidden()
    expect(page.get_by_role("button", name="Fix the transcript")).to_be_focused()
    assert talk.texts()[0] == "we run cube control on every host"


def test_enter_accepts_a_word_that_was_right(page: Page, player: Player, talk: Talk) -> None:
    begin(page, player, talk)

    for _ in range(3):
        page.keyboard.press("Enter")
    said(page, "Saved.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Fix the transcript")).to_be_focused()

    expect(page.locator(".tx-body .lo")).to_have_count(0)
    assert talk.texts() == [text for _start, _end, text in LINES]
    player.open(talk.path)
    expect(page.locator(".tx-body .lo")).to_have_count(0)


def test_tab_leaves_where_no_word_is_unsure_any_more(
    page: Page, player: Player, talk: Talk
) -> None:
    begin(page, player, talk)

    for _ in range(6):
        page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('.ln')") is None


def test_the_last_fix_is_undone_by_keyboard(page: Page, player: Player, talk: Talk) -> None:
    begin(page, player, talk)
    page.keyboard.type("control")
    page.keyboard.press("Enter")
    said(page, "Saved.")

    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")

    said(page, "Undone.")
    expect(page.locator(".ln").first).to_have_text(LINES[0][2])
    assert talk.texts()[0] == LINES[0][2]


def test_typing_pauses_and_playing_on_begins_a_second_earlier(
    page: Page, player: Player, talk: Talk
) -> None:
    begin(page, player, talk)

    note_seeks(page)

    page.keyboard.press("Control+Space")
    player.wait_until("!m.paused")
    page.keyboard.type("c")
    player.wait_until("m.paused")
    before = player.time
    page.keyboard.press("Control+Space")
    page.wait_for_function(f"() => Math.abs(window.sought - {before - 1}) < 0.3")
    player.wait_until("!m.paused && !m.seeking")
    page.keyboard.type("d")
    player.wait_until("m.paused")
    before = player.time
    page.keyboard.press("Control+l")
    player.wait_until(f"!m.seeking && m.currentTime > {before + 2}")
    page.keyboard.press("Control+j")
    player.wait_until(f"m.currentTime < {before + 1}")


def test_the_word_that_one_has_come_to_is_played_again_and_again(
    page: Page, player: Player, talk: Talk
) -> None:
    begin(page, player, talk)
    player.wait_until("!m.seeking && m.currentTime > 2 && m.currentTime < 3")
    note_seeks(page)

    page.keyboard.press("Control+Space")

    page.wait_for_function("() => window.sought > 2 && window.sought < 3")
    player.wait_until("!m.paused")


def test_others_suggest_and_the_author_accepts_and_undoes_in_the_list(
    page: Page, talk: Talk, browser: Browser, base_url: str, reader_state: StorageState
) -> None:
    context = browser.new_context(base_url=base_url, storage_state=reader_state)
    reading = context.new_page()
    begin(reading, Player(reading), talk)
    reading.keyboard.type("control")
    reading.keyboard.press("Escape")
    expect(reading.get_by_role("group", name="Fixing the transcript")).to_be_hidden()
    context.close()
    assert talk.texts()[0] == LINES[0][2]

    page.goto(f"{talk.path}/transcript/fixes")
    expect(page.locator(".fix ins")).to_have_text("control")
    page.get_by_role("button", name="Accept the fix at 0:01").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The fix is in the transcript now.")).to_be_visible()
    assert talk.texts()[0] == "we run cube control on every host"
    expect(page.get_by_text("Suggested by Jonas Weber, accepted by Priya Raman")).to_be_visible()
    page.get_by_role("button", name="Undo the fix at 0:01").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("The fix is undone.")).to_be_visible()
    assert talk.texts()[0] == LINES[0][2]


def test_a_conflict_shows_both_texts_and_loses_none(
    page: Page, player: Player, talk: Talk, expected_complaints: list[str]
) -> None:
    expected_complaints.append("409")
    begin(page, player, talk)
    page.keyboard.type("control")
    talk.change(LINES[0][2], "we run cube CTL on every host")

    page.keyboard.press("Enter")
    clash = page.get_by_role("group", name="Two changes of the same words")
    expect(clash).to_contain_text("we run cube CTL on every host")
    expect(clash).to_contain_text("we run cube control on every host")
    expect(page.get_by_role("button", name="Keep mine")).to_be_focused()
    page.keyboard.press("Enter")

    said(page, "Saved.")
    expect(clash).to_be_hidden()
    assert talk.texts()[0] == "we run cube control on every host"


def test_changes_of_other_words_in_the_same_line_are_joined(
    page: Page, player: Player, talk: Talk
) -> None:
    begin(page, player, talk)
    page.keyboard.type("control")
    talk.change(LINES[0][2], "we run cube cuttle on each host")

    page.keyboard.press("Enter")

    said(page, "Saved.")
    expect(page.locator(".ln").first).to_have_text("we run cube control on each host")
    assert talk.texts()[0] == "we run cube control on each host"


def test_what_can_not_be_saved_stays_until_it_can(
    page: Page, player: Player, talk: Talk, expected_complaints: list[str]
) -> None:
    expected_complaints += ["ERR_FAILED", "Failed to load"]
    begin(page, player, talk)
    page.route("**/transcript/fixes", lambda route: route.abort())
    page.keyboard.type("control")
    page.keyboard.press("Escape")
    said(page, "Not saved: The connection is lost. Please try again.")
    expect(page.locator(".ln").first).to_have_text("we run cube control on every host")

    page.unroute("**/transcript/fixes")
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Fix the transcript")).to_be_focused()
    assert talk.texts()[0] == "we run cube control on every host"


def test_the_same_words_are_offered_to_be_fixed_everywhere(
    page: Page, player: Player, talk: Talk
) -> None:
    begin(page, player, talk)
    page.evaluate(
        """() => {
          const line = document.querySelector('.ln');
          const range = document.createRange();
          const text = line.firstChild;
          range.setStart(text, text.data.indexOf('cube'));
          range.setEnd(line.querySelector('.lo').firstChild, 6);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }"""
    )
    page.keyboard.type("kubectl")
    page.keyboard.press("Enter")
    said(page, "Saved.")

    page.get_by_role("link", name="Fix “cube cuttle” everywhere").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 place in 1 line")).to_be_visible()
    page.get_by_role("button", name="Fix this place").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Fixes of the transcript")).to_be_visible()
    assert talk.texts() == ["we run kubectl on every host", LINES[1][2], "and kubectl works"]


def test_selected_words_are_fixed_where_they_stand(page: Page, player: Player, talk: Talk) -> None:
    player.open(talk.path)
    page.evaluate(
        """() => {
          const text = document.querySelectorAll('.ln')[2].firstChild;
          const range = document.createRange();
          range.setStart(text, 0);
          range.setEnd(text, 3);
          getSelection().addRange(range);
        }"""
    )

    page.get_by_role("button", name="Fix", exact=True).click()
    page.keyboard.type("Now")
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Fix the transcript")).to_be_focused()
    assert talk.texts()[2].startswith("Now ")


@pytest.mark.parametrize("where", ["mode", "fix?t=1", "fixes", "everywhere?wanted=cube"])
def test_fixing_is_accessible_and_fits_the_narrowest_screen(
    page: Page, player: Player, talk: Talk, where: str
) -> None:
    if where == "mode":
        begin(page, player, talk)
        page.keyboard.type("control")
        page.keyboard.press("Enter")
        said(page, "Saved.")
    else:
        begin(page, player, talk)
        page.keyboard.type("control")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Fix the transcript")).to_be_focused()
        page.goto(f"{talk.path}/transcript/{where}")
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(AXE_SCRIPT)
    found: dict[str, object] = {}
    for width, height in ((1280, 860), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for theme, rules in (("light", EVERYTHING), ("dark", CONTRAST)):
            page.emulate_media(color_scheme="light" if theme == "light" else "dark")
            found |= find_violations(page, f"{width} {theme}", rules)

    page.set_viewport_size({"width": 320, "height": 640})
    assert found == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_a_script_a_page_does_the_same(
    page: Page, talk: Talk, browser: Browser, base_url: str
) -> None:
    state = page.context.storage_state()
    context = browser.new_context(base_url=base_url, storage_state=state, java_script_enabled=False)
    plain = context.new_page()
    plain.goto(talk.path)

    plain.get_by_role("link", name="Fix the transcript").click()
    plain.get_by_label("What is said at 0:01").fill("we run kubectl on every host")
    talk.change(LINES[0][2], "we run cube CTL on every host")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_role("heading", name="Two changes of the same words")).to_be_visible()
    plain.get_by_role("button", name="Save this").click()

    expect(plain.get_by_text("Saved.")).to_be_visible()
    assert talk.texts()[0] == "we run kubectl on every host"
    context.close()
