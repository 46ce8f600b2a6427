"""What results can be narrowed down to, and why they stand where they stand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, User
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database, begin_writing
from mediashare.groups.models import GroupKind
from mediashare.library import forms as library_forms
from mediashare.library.models import Episode, EpisodeKind, EpisodeTag, Tag
from mediashare.search import queries as search_queries
from mediashare.search.forms import read_request
from mediashare.search.queries import facets, weights
from mediashare.search.queries.port import Field
from mediashare.search.queries.request import Ranks
from tests import factories
from tests.factories import viewer_of
from tests.finders import Hears
from tests.search.conftest import Ask


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, handle="ada")


def counts(ask: Ask, user: User, words: str, name: str, **options: Any) -> list[tuple[Any, ...]]:
    found = ask(user, words, **options).facets[name]
    return [(choice.value, choice.count, choice.is_least) for choice in found]


def tag(session: Session, name: str, *episodes: Episode) -> None:
    begin_writing(session)
    row = Tag(name=name)
    session.add(row)
    session.flush()
    session.add_all(EpisodeTag(episode_id=episode.id, tag_id=row.id) for episode in episodes)
    session.commit()


def test_results_are_counted_by_what_they_can_be_narrowed_down_to(
    session: Session, ada: User, ask: Ask
) -> None:
    guild = factories.make_group(session, ada)
    short = factories.make_episode(session, ada, "Kafka", language="en-GB", solved_count=1)
    medium = factories.make_episode(
        session, ada, "Kafka", duration_ms=6 * 60_000, kind=EpisodeKind.AUDIO, groups=[guild]
    )
    factories.make_episode(session, ada, "Kafka", duration_ms=60 * 60_000, language="en")
    factories.make_episode(session, ada, "Something else", kind=EpisodeKind.AUDIO)
    tag(session, "streams", short, medium)

    assert counts(ask, ada, "kafka", "kind") == [("video", 2, False), ("audio", 1, False)]
    assert sorted(counts(ask, ada, "kafka", "length")) == [
        ("long", 1, False),
        ("medium", 1, False),
        ("short", 1, False),
    ]
    assert counts(ask, ada, "kafka", "language") == [("en", 2, False)]
    assert counts(ask, ada, "kafka", "solved") == [("true", 1, False)]
    assert counts(ask, ada, "kafka", "tag") == [("streams", 2, False)]
    assert counts(ask, ada, "kafka", "group") == [(guild.slug, 1, False)]
    assert counts(ask, ada, "kafka", "author") == [("ada", 3, False)]
    for name, value, found in (
        ("length", "short", 1),
        ("length", "long", 1),
        ("language", "en", 2),
        ("language", "en-GB", 1),
        ("language", "de", 0),
    ):
        assert len(ask(ada, "kafka", **{name: value}).results) == found


def test_a_tag_is_found_as_it_is_typed_and_as_it_was_kept_before(
    session: Session, ada: User, ask: Ask
) -> None:
    for title, name in (("New", library_forms.read_tag("#Straße")), ("Old", "strasse")):
        episode = factories.make_episode(session, ada, title, tags_text=name)
        tag = Tag(name=name)
        session.add(tag)
        session.flush()
        session.add(EpisodeTag(episode_id=episode.id, tag_id=tag.id))
        session.commit()

    def find(text: str, **filters: str) -> set[str]:
        return {result.episode.title for result in ask(ada, text, **filters).results}

    assert find("Straße") == find("strasse") == {"New", "Old"}
    assert find("", tag="STRAßE") == {"New", "Old"}
    assert find("", tag="strasse") == {"Old"}


def test_what_was_recorded_within_a_year_is_counted_as_the_filter_finds_it(
    session: Session, ada: User, ask: Ask
) -> None:
    now = clock.now()
    for days in (1, 364, 367):
        factories.make_episode(session, ada, "Kafka", published_at=now - timedelta(days=days))

    [(day, *found)] = counts(ask, ada, "kafka", "after")

    assert found == [2, False]
    assert len(ask(ada, "kafka", after=day).results) == 2


def test_authors_are_named_beside_how_many_of_the_results_are_theirs(
    browse: Callable[[Any], factories.Browser], session: Session, ada: User
) -> None:
    factories.make_episode(session, factories.make_user(session, "Bob Berg", handle="bob"), "Kafka")

    page = browse(ada).get("/search?q=kafka").text

    assert '<option value="bob">Bob Berg (1)</option>' in page


def test_what_may_not_be_seen_is_not_counted_nor_are_groups_that_one_may_not_know_of(
    session: Session, ada: User, ask: Ask
) -> None:
    bob = factories.make_user(session)
    secret = factories.make_group(session, bob, kind=GroupKind.SECRET)
    factories.make_episode(session, bob, "Kafka", kind=EpisodeKind.AUDIO, groups=[secret])
    factories.make_episode(session, bob, "Kafka")

    assert counts(ask, ada, "kafka", "kind") == [("video", 1, False)]
    assert counts(ask, ada, "kafka", "group") == []
    assert counts(ask, bob, "kafka", "group") == [(secret.slug, 1, False)]


def test_a_single_group_is_offered_where_others_are_in_none(
    browse: Callable[[Any], factories.Browser], session: Session, ada: User
) -> None:
    group = factories.make_group(session, ada, name="Mesh guild")
    factories.make_episode(session, ada, "Kafka", groups=[group])
    browser = browse(ada)
    alone = browser.get("/search?q=kafka").text

    factories.make_episode(session, ada, "Kafka")
    beside = browser.get("/search?q=kafka").text

    assert "Mesh guild" not in alone.split('class="facets"')[1].split("</form>")[0]
    assert "Mesh guild" in beside.split('class="facets"')[1].split("</form>")[0]


def test_beyond_a_hundred_it_is_at_least_so_many(
    session: Session, ada: User, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MOST_COUNTED", 3)
    monkeypatch.setattr("mediashare.search.queries.found.MOST_RESULTS", 5)
    for number in range(4):
        kind = EpisodeKind.AUDIO if number == 0 else EpisodeKind.VIDEO
        factories.make_episode(session, ada, "Kafka", kind=kind)
    exact = counts(ask, ada, "kafka", "kind", limit=2)

    for _ in range(2):
        factories.make_episode(session, ada, "Kafka")

    assert exact == [("video", 3, False), ("audio", 1, False)]
    assert counts(ask, ada, "kafka", "kind", limit=2)[0] == ("video", 3, True)


def test_admins_are_told_why_a_result_stands_where_it_stands(
    client: FlaskClient, session: Session, ada: User
) -> None:
    admin = factories.make_user(session, role=Role.ADMIN)
    episode = factories.make_episode(
        session, ada, "Kafka", description="All about brokers", solved_count=3
    )
    factories.make_transcript(session, episode, (0, 1, "kafka kafka kafka"))

    def points_for(user: User) -> Any:
        headers = {"Authorization": f"Bearer {factories.make_token(session, user)}"}
        address = "/api/v1/search?q=kafka+broker&explain=1"
        (result,) = (client.get(address, headers=headers).json or {})["results"]
        return result.get("points")

    points = points_for(admin)

    assert points_for(ada) is None
    assert points["fields"] == {"kafka": ["often", "title"], "broker": ["description"]}
    fields = (Field.TITLE, Field.OFTEN, Field.DESCRIPTION)
    expected = 2 * weights.APART_POINTS + sum(weights.FIELD_POINTS[field] for field in fields)
    assert points["text"] == expected
    assert points["helpfulness"] == weights.SOLVED_POINTS / 2
    assert points["total"] == pytest.approx(
        points["text"] + points["helpfulness"] + points["freshness"]
    )


def test_no_two_fields_are_worth_the_same() -> None:
    assert len(set(weights.FIELD_POINTS.values())) == len(weights.FIELD_POINTS)


def test_no_places_together_are_worth_as_much_as_having_the_word() -> None:
    places = sum(weights.FIELD_POINTS.values()) + weights.TOGETHER_POINTS
    assert places < weights.APART_POINTS


def test_words_that_follow_each_other_as_they_were_typed_go_first(
    session: Session, ada: User, ask: Ask
) -> None:
    together = factories.make_episode(session, ada, "One")
    factories.make_transcript(session, together, (0, 2, "run kubectl get po and wait"))
    apart = factories.make_episode(session, ada, "Two", solved_count=9)
    factories.make_transcript(session, apart, (0, 2, "get the po from kubectl"))

    found = [result.episode.title for result in ask(ada, "kubectl get po").results]

    assert found == ["One", "Two"]


def test_words_that_a_result_does_not_have_are_told_apart_from_those_that_are_said(
    client: FlaskClient, session: Session, ada: User, browse: Callable[[User], factories.Browser]
) -> None:
    admin = factories.make_user(session, role=Role.ADMIN)
    episode = factories.make_episode(session, ada, "Kafka")
    factories.make_transcript(session, episode, (0, 1, "the broker"))
    headers = {"Authorization": f"Bearer {factories.make_token(session, admin)}"}
    address = "search?q=kafka+broker+zebra&explain=1"

    (result,) = (client.get(f"/api/v1/{address}", headers=headers).json or {})["results"]
    page = browse(admin).get(f"/{address}").text

    assert result["points"]["fields"] == {"kafka": ["title"], "broker": [], "zebra": []}
    assert result["points"]["missing"] == ["zebra"]
    assert '<dt dir="auto">broker</dt><dd>said, or in a comment</dd>' in page
    assert '<dt dir="auto">zebra</dt><dd>not there</dd>' in page
    text = result["points"]["text"]
    assert f"<dt>Text</dt><dd>{text:,.0f}</dd>" in page
    assert "two lists" not in page


def test_what_meaning_alone_has_found_is_worth_what_came_of_it(
    database: Database, session: Session, ada: User
) -> None:
    admin = viewer_of(factories.make_user(session, role=Role.ADMIN))
    episode = factories.make_episode(session, ada, "Rebooting", solved_count=3)
    asked = read_request({"q": "power cut", "explain": "1"}, admin, PageRequest())

    with database.reading() as reading:
        (result,) = search_queries.search(reading, admin, asked, Hears(episode)).results

    assert result.points is not None
    assert (result.points.text, result.points.helpfulness) == (0, weights.SOLVED_POINTS / 2)
    assert result.points.freshness > 0
    assert list(result.points.missing) == ["power", "cut"]


def test_places_are_those_that_their_sum_comes_from(
    database: Database, session: Session, ada: User
) -> None:
    admin = viewer_of(factories.make_user(session, role=Role.ADMIN))
    apart = factories.make_episode(session, ada, "Apart", description="dashboards mysql readiness")
    said = factories.make_episode(session, ada, "Said")
    factories.make_transcript(session, said, (0, 2, "readiness, dashboards, mysql"))
    asked = read_request(
        {"q": "readiness dashboards mysql nowhere", "explain": "1"}, admin, PageRequest()
    )

    with database.reading() as reading:
        results = search_queries.search(reading, admin, asked, Hears(apart)).results

    places = {one.episode.title: one.points.ranks for one in results if one.points}
    assert places["Said"] == Ranks(1, None, 1 / (weights.FUSION_K + 1))
    assert places["Apart"] == Ranks(1, 1, (1 + weights.LOOSE_WEIGHT) / (weights.FUSION_K + 1))
