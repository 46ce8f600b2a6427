"""Search within what the people one follows have made, as far as one may find it."""

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database
from mediashare.library.models import Audience, Episode
from mediashare.saved import queries as saved_queries
from mediashare.search import queries as search_queries
from mediashare.search.forms import read_request
from mediashare.search.queries.around import look_around
from tests.counting import count_statements
from tests.factories import make_episode, viewer_of
from tests.follows.conftest import Street

BOX = '<input type="checkbox" name="followed" value="1"'
NOBODY = "You follow nobody yet, so nothing is from people you follow."


@pytest.fixture
def clips(street: Street, session: Session) -> dict[str, Episode]:
    """A clip on kafka of three people each."""
    return {
        name: make_episode(session, street.people[name], f"Kafka by {name}")
        for name in ("bob", "steward", "insider")
    }


def facet(street: Street, query: str) -> list[tuple[str, int, bool]]:
    found = street.by["ada"].get(f"/api/v1/search?{query}").json["facets"]["followed"]
    return [(choice["value"], choice["count"], choice["is_least"]) for choice in found]


@pytest.mark.usefixtures("clips")
def test_search_narrows_down_to_what_followed_people_have_made(street: Street) -> None:
    street.follow("bob")
    street.follow("insider")
    street.follow("steward", who="keeper")

    assert facet(street, "q=kafka") == [("1", 2, False)]
    for words in ("q=kafka&", ""):
        found = street.titles(f"{words}followed=1")
        assert found == ["Kafka by bob", "Kafka by insider"]
    assert len(street.titles("q=kafka&followed=0")) == 3


def test_following_shows_nobody_what_they_may_not_see(street: Street, session: Session) -> None:
    bob = street.people["bob"]
    make_episode(session, bob, "Kafka for me", audience=Audience.PRIVATE)
    make_episode(session, bob, "Kafka with the link", audience=Audience.UNLISTED)
    make_episode(session, bob, "Kafka to come", published_at=None)
    make_episode(session, bob, "Kafka for the group", groups=[street.group])
    make_episode(session, bob, "Kafka for all")
    for who in ("ada", "insider"):
        street.follow("bob", who=who)

    assert street.titles("q=kafka&followed=1") == ["Kafka for all"]
    assert facet(street, "q=kafka") == [("1", 1, False)]
    in_group = street.titles("q=kafka&followed=1", who="insider")
    assert in_group == ["Kafka for all", "Kafka for the group"]


@pytest.mark.usefixtures("clips")
def test_whom_one_does_not_follow_any_more_or_who_is_gone_is_left_out(street: Street) -> None:
    for name in ("bob", "steward", "insider"):
        street.follow(name)
    street.stop("steward")
    street.close_account("bob")

    assert street.titles("q=kafka&followed=1") == ["Kafka by insider"]
    assert facet(street, "q=kafka") == [("1", 1, False)]


@pytest.mark.usefixtures("clips")
def test_the_page_has_a_box_with_a_count_and_a_chip_that_takes_it_away(street: Street) -> None:
    street.follow("bob")
    ada = street.by["ada"]

    offered = ada.get("/search?q=kafka").text
    narrowed = ada.get("/search?q=kafka&followed=1").text

    assert f'{BOX}>From people I follow<span class="num">1</span>' in offered
    assert f'{BOX} checked>From people I follow<span class="num">1</span>' in narrowed
    assert 'href="/search?q=kafka" aria-label="Without: from people I follow"' in narrowed
    assert "Kafka by steward" not in narrowed


@pytest.mark.usefixtures("clips")
def test_who_follows_nobody_is_not_offered_the_box_but_told_how_to_follow(street: Street) -> None:
    ada = street.by["ada"]

    plain = ada.get("/search?q=kafka").text
    asked = [ada.get(f"/search?{words}followed=1").text for words in ("q=kafka&", "")]
    street.follow("guest")
    without_clips = ada.get("/search?q=kafka&followed=1").text

    assert BOX not in plain
    for page in asked:
        assert f"{BOX} checked>From people I follow</label>" in page
        assert NOBODY in page
        assert 'href="/explore">Explore</a> names people who know.' in page
    assert "Nothing found for" in without_clips
    assert NOBODY not in without_clips


def test_what_is_no_yes_and_no_no_is_refused(street: Street) -> None:
    refused = street.by["ada"].get("/api/v1/search?q=kafka&followed=perhaps")

    assert (refused.status_code, set(refused.json["errors"])) == (422, {"followed"})


@pytest.mark.usefixtures("clips")
def test_a_search_that_is_kept_keeps_it_and_looks_with_the_eyes_of_its_owner(
    street: Street, database: Database
) -> None:
    street.follow("bob")
    body = {"query": "followed=1&checked=1&q=kafka"}

    saved = street.by["ada"].send("POST", "/api/v1/searches", json=body).json
    other = street.by["keeper"].send("POST", "/api/v1/searches", json=body).json

    assert saved["query"] == "q=kafka&checked=1&followed=1"
    found = {}
    with database.reading() as session:
        for ident in (saved["id"], other["id"]):
            kept = saved_queries.find_kept(session, ident)
            assert kept is not None
            results = saved_queries.list_feed(session, kept)
            found[ident] = [result.episode.title for result in results]
    assert found == {saved["id"]: ["Kafka by bob"], other["id"]: []}


@pytest.mark.usefixtures("clips")
def test_only_a_search_that_finds_nothing_takes_one_more_statement(
    street: Street, database: Database
) -> None:
    ada = street.people["ada"]

    def count(user: User, **args: str) -> int:
        viewer = viewer_of(user)
        request = read_request({"q": "kafka", **args}, viewer, PageRequest())

        def act() -> None:
            with database.reading() as session:
                found = search_queries.search(session, viewer, request)
                look_around(session, viewer, request, found)

        return count_statements(database, act)

    plain = count(ada)
    nobody = count(ada, followed="1")
    street.follow("bob")

    assert count(ada) == plain
    assert count(ada, followed="1") == plain
    assert nobody - count(ada, language="fr") == 1
