"""Profiles: who somebody is and what they made, as far as the reader may see it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.library.models import Audience, EpisodeState
from tests.factories import Browser, make_episode, make_user
from tests.pages.test_home import MOST_STATEMENTS, count_statements

Browse = Callable[[Any], Browser]


def test_others_see_what_is_published_for_them(session: Session, browse: Browse) -> None:
    author = make_user(session, "Priya Raman", handle="priya", team="Security")
    make_episode(session, author, "For all")
    make_episode(session, author, "For nobody", audience=Audience.PRIVATE)
    make_episode(session, author, "Unready", state=EpisodeState.FAILED, published_at=None)

    page = browse(make_user(session)).get("/p/priya").text

    assert "Priya Raman" in page
    assert "Security" in page
    assert "For all" in page
    assert "For nobody" not in page
    assert "Unready" not in page


def test_people_see_all_that_is_their_own(session: Session, browse: Browse) -> None:
    author = make_user(session, handle="priya")
    make_episode(session, author, "For nobody", audience=Audience.PRIVATE)
    make_episode(session, author, "Unready", state=EpisodeState.FAILED, published_at=None)

    page = browse(author).get("/p/priya").text

    assert "For nobody" in page
    assert "Unready" in page


def test_older_episodes_are_on_the_next_page(session: Session, browse: Browse) -> None:
    author = make_user(session, handle="priya")
    for number in range(21):
        make_episode(session, author, f"Clip number {number:02}")
    browser = browse(make_user(session))

    first = browser.get("/p/priya").text
    cursor = first.split("?cursor=")[1].split('"')[0]
    second = browser.get(f"/p/priya?cursor={cursor}").text

    assert "Clip number 00" not in first
    assert "Clip number 00" in second


def test_nobody_lives_at_an_unknown_handle(session: Session, browse: Browse) -> None:
    closed = make_user(session, handle="gone", is_active=False)

    browser = browse(make_user(session))

    assert browser.get("/p/nobody").status_code == 404
    assert browser.get(f"/p/{closed.handle}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_profile_takes_as_many_statements_for_three_as_for_one(
    session: Session, browse: Browse, database: Database, count: int
) -> None:
    author = make_user(session, handle="priya")
    for number in range(count):
        make_episode(session, author, f"Clip {number}")

    statements = count_statements(database, browse(make_user(session)), "/p/priya")

    assert statements == 9
    assert statements <= MOST_STATEMENTS
