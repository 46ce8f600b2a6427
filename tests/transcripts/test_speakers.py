"""Who speaks: named by hand, by those who may, for a line, a turn or a voice."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.db.session import Database
from mediashare.library.models import Episode
from mediashare.transcripts.models import CutSegment, Segment, Transcript
from tests.factories import Browser, make_episode, make_group, make_transcript, make_user
from tests.pages.test_episode import make_playable

Browse = Callable[[Any], Browser]
LINES = ((0, 2, "One"), (2, 4, "Two"), (4, 6, "Three"), (6, 8, "Four"))


@pytest.fixture
def author(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def episode(session: Session, author: User) -> Episode:
    made = make_playable(session, author)
    make_transcript(session, made, *LINES)
    return made


@pytest.fixture
def browser(browse: Browse, author: User) -> Browser:
    """The author's."""
    return browse(author)


def voices(database: Database, episode: Episode) -> list[str | None]:
    with database.reading() as session:
        rows = session.scalars(
            select(Segment).where(Segment.episode_id == episode.id).order_by(Segment.start_ms)
        )
        return [row.speaker for row in rows]


def name(browser: Browser, episode: Episode, **form: str) -> Any:
    return browser.post(f"{episode.path}/speakers", form)


def test_one_line_a_turn_and_a_voice_get_a_name(
    browser: Browser, database: Database, episode: Episode
) -> None:
    name(browser, episode, t="0:02.5", name="Ada", reach="line")
    line = voices(database, episode)
    name(browser, episode, t="4", name="Bo", reach="turn")
    turn = voices(database, episode)
    name(browser, episode, t="6", name="Cy", reach="voice")
    voice = voices(database, episode)
    name(browser, episode, former="", name="Di")
    rest = voices(database, episode)
    name(browser, episode, former="Cy", name="")

    assert line == [None, "Ada", None, None]
    assert turn == [None, "Ada", "Bo", "Bo"]
    assert voice == [None, "Ada", "Cy", "Cy"]
    assert rest == ["Di", "Ada", "Cy", "Cy"]
    assert voices(database, episode) == ["Di", "Ada", None, None]


def test_a_voice_is_renamed_where_it_is_cut_off_too(
    browser: Browser, database: Database, episode: Episode
) -> None:
    name(browser, episode, former="", name="Ada")
    with database.transaction() as writing:
        transcript = writing.scalars(select(Transcript)).one()
        for speaker in ("Ada", "Bo"):
            cut = {"text": "Cut.", "speaker": speaker}
            writing.add(CutSegment(transcript_id=transcript.id, start_ms=0, end_ms=1, segment=cut))

    name(browser, episode, former="Ada", name="Eve")

    with database.reading() as reading:
        found = [row.segment["speaker"] for row in reading.scalars(select(CutSegment))]
    assert sorted(found) == ["Bo", "Eve"]


def test_authors_stewards_and_moderators_name_and_nobody_else(
    session: Session, browse: Browse, database: Database
) -> None:
    author, member, steward = (make_user(session) for _ in range(3))
    group = make_group(session, author, member, stewards=[steward])
    made = make_episode(session, author, groups=[group])
    make_transcript(session, made, *LINES)
    moderator = make_user(session, role=Role.MODERATOR)

    answers = [
        name(browse(person), made, t="0", name=str(number), reach="line").status_code
        for number, person in enumerate((member, make_user(session), author, steward, moderator))
    ]

    assert answers == [403, 404, 303, 303, 303]
    assert voices(database, made)[0] == "4"


def test_the_page_lists_every_voice_and_the_line_of_its_address(
    browser: Browser, episode: Episode
) -> None:
    name(browser, episode, t="2", name="Ada", reach="line")

    page = browser.get(f"{episode.path}/speakers?t=2.5").text

    assert "Nobody named, 3 lines, first at 0:00" in page
    assert "Ada, 1 line, first at 0:02" in page
    assert 'name="t" value="0:02"' in page
    assert '<blockquote dir="auto">Two</blockquote>' in page


def test_naming_says_how_many_lines_are_whose_now(browser: Browser, episode: Episode) -> None:
    pages = []
    for form in (
        {"t": "2", "name": "Ada", "reach": "line"},
        {"former": "", "name": "Bo"},
        {"t": "2", "name": "", "reach": "line"},
    ):
        name(browser, episode, **form)
        pages.append(browser.get(f"{episode.path}/speakers").text)

    assert "1 line is spoken by Ada now." in pages[0]
    assert "3 lines are spoken by Bo now." in pages[1]
    assert "1 line has no speaker now." in pages[2]


def test_what_can_not_be_a_name_comes_back(
    browser: Browser, database: Database, episode: Episode
) -> None:
    long = name(browser, episode, t="2", name="x" * 81, reach="line")
    nowhere = name(browser, episode, former="Nobody", name="Ada")
    odd = name(browser, episode, t="2", name="Ada", reach="all")
    late = name(browser, episode, t="soon", name="Ada", reach="line")

    assert [one.status_code for one in (long, nowhere, odd, late)] == [422, 404, 422, 422]
    assert "At most 80 characters." in long.text
    assert f'value="{"x" * 81}"' in long.text
    assert voices(database, episode) == [None] * 4


def test_those_who_may_find_the_way_on_the_page_and_others_read_the_name(
    session: Session, browse: Browse, browser: Browser, episode: Episode
) -> None:
    name(browser, episode, t="2", name="Ada", reach="line")

    own, other = browser.get(episode.path).text, browse(make_user(session)).get(episode.path).text

    assert f'<a class="spk" href="{episode.path}/speakers?t=2"' in own
    assert "Say who speaks" in own
    assert '<span class="spk">Ada</span>' in other
    assert "/speakers" not in other
