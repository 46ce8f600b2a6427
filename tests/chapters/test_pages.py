"""The outline on the pages, without a browser's script."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from mediashare.chapters.models import Part
from mediashare.chapters.queries import Line
from tests.chapters.conftest import Talk
from tests.factories import Browser, make_transcript, make_user
from tests.pages.test_home import count_statements

Browse = Callable[[Any], Browser]
MARK = "Proposed by the machine from the transcript"


def test_the_page_says_it_in_short_with_times_that_play_from_there(
    talk: Talk, session: Session, browse: Browse
) -> None:
    talk.propose()

    page = browse(make_user(session)).get(talk.episode.path).text

    assert '<a class="at" href="?t=25" data-seek="25.0">' in page
    assert "It is old." in page
    assert '<a href="?t=20" data-seek="20.0" data-chapter="20.0">' in page
    assert f'<track kind="chapters" src="/api/v1/episodes/{talk.episode.id}/chapters.vtt"' in page
    assert page.count('<rect class="wv-gap"') == 2
    assert page.count(MARK) == 2
    assert "/chapters/keep" not in page


def test_its_author_keeps_and_removes_what_is_proposed(talk: Talk, browse: Browse) -> None:
    talk.propose()
    browser = browse(talk.author)

    kept = browser.post(f"{talk.episode.path}/chapters/keep", {"part": "chapters"})
    removed = browser.post(f"{talk.episode.path}/chapters/remove", {"part": "summary"})
    page = browser.get(talk.episode.path).text

    assert (kept.status_code, removed.status_code) == (303, 303)
    assert MARK not in page
    assert "The symptom" in page
    assert "It is old." not in page


def test_chapters_stand_above_what_is_said_in_them(
    talk: Talk, session: Session, browse: Browse
) -> None:
    talk.propose()
    make_transcript(
        session,
        talk.episode,
        *((0, 4, "First words"), (19, 23, "Second words"), (23.5, 25, "More"), (41, 43, "Third")),
    )

    page = browse(talk.author).get(talk.episode.path).text

    panel = page.partition('class="tx-body"')[2]
    found = re.findall(r'<h3><a [^>]+>([^<]+)|<span class="ln"[^>]*>([^<]+)', panel)
    assert ["".join(one) for one in found] == [
        *("The symptom", "First words", "The cause", "Second words", "More", "The fix", "Third")
    ]


def test_the_page_takes_one_statement_for_the_lines_of_an_outline(
    talk: Talk, session: Session, browse: Browse
) -> None:
    make_transcript(session, talk.episode, (0, 4, "First words"))
    reader = browse(make_user(session))

    without = count_statements(talk.database, reader, talk.episode.path)
    talk.propose()
    proposed = count_statements(talk.database, reader, talk.episode.path)

    # Whether there is an outline comes with what is found anyway; then there is one more.
    assert (without, proposed) == (8, 9)


def test_the_form_shows_what_there_is_and_saves_what_is_typed(talk: Talk, browse: Browse) -> None:
    talk.propose()
    browser = browse(talk.author)
    address = f"{talk.episode.path}/chapters"

    page = browser.get(address).text
    answer = browser.post(
        address,
        {"part": "summary", "time": ["0:05", "", "0:50.5"], "words": ["Kept.", "", "Own words."]},
    )

    assert 'name="time" value="0:20"' in page
    assert 'name="words" value="The cause"' in page
    assert answer.status_code == 303
    assert talk.sentences() == [(5000, "Kept."), (50_500, "Own words.")]
    assert not talk.shown().is_proposed(Part.SUMMARY)
    assert talk.shown().is_proposed(Part.CHAPTERS)


def test_rows_are_added_and_removed_without_script(talk: Talk, browse: Browse) -> None:
    browser = browse(talk.author)
    typed = {"part": "chapters", "time": ["0:00", "0:09"], "words": ["One", "Two"]}

    more = browser.post(f"{talk.episode.path}/chapters", {**typed, "more": "1"}).text
    fewer = browser.post(f"{talk.episode.path}/chapters", {**typed, "drop": "1"}).text

    def rows(page: str) -> list[str]:
        form = page.partition('id="chapters"')[2].partition("</form>")[0]
        return re.findall(r'name="words" value="([^"]*)"', form)

    assert rows(more) == ["One", "Two", ""]
    assert rows(fewer) == ["Two", ""]
    assert talk.titles() == []


def test_what_can_not_be_saved_comes_back_as_it_was_typed(talk: Talk, browse: Browse) -> None:
    browser = browse(talk.author)
    address = f"{talk.episode.path}/chapters"

    def complaint(time: str, words: str) -> str:
        answer = browser.post(address, {"part": "chapters", "time": time, "words": words})
        assert answer.status_code == 422
        assert f'value="{words}"' in answer.text
        return str(re.findall(r'role="alert">([^<]+)', answer.text)[0])

    assert complaint("soon", "One") == "Row 1: Give a time in seconds, or as in 1:37."
    assert complaint("", "One") == "Row 1: Give a time, as in 1:37."
    assert complaint("0:01", "") == "Row 1: Give it a title."
    assert complaint("0:01", "x" * 121) == "Row 1: At most 120 characters."
    assert complaint("9:00", "One") == "9:00 is after the end of the episode."


def test_an_empty_form_removes(talk: Talk, browse: Browse) -> None:
    talk.propose()

    browse(talk.author).post(
        f"{talk.episode.path}/chapters", {"part": "chapters", "time": "", "words": ""}
    )

    assert talk.titles() == []


def test_no_more_is_taken_than_anybody_reads(talk: Talk, browse: Browse) -> None:
    many = {"time": [f"0:{n % 60:02d}" for n in range(70)], "words": ["One"] * 70}

    answer = browse(talk.author).post(f"{talk.episode.path}/chapters", {"part": "chapters", **many})

    assert answer.status_code == 422
    assert "At most 50 chapters." in answer.text


def test_what_is_typed_is_text_on_the_form_too(talk: Talk, browse: Browse) -> None:
    evil = '"><img src=x onerror="alert(1)">'
    talk.save(Part.CHAPTERS, (Line(0, evil),))
    talk.save(Part.SUMMARY, (Line(0, evil),))

    for path in (talk.episode.path, f"{talk.episode.path}/chapters"):
        page = browse(talk.author).get(path).text
        assert "<img src=x" not in page
        assert page.count("&lt;img src=x") >= 2
