"""What is found, and what comes first."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.chapters.models import Chapter
from mediashare.db.base import Base
from mediashare.db.paging import PageRequest
from mediashare.db.session import begin_writing
from mediashare.library.models import Audience, Episode, EpisodeKind, EpisodeTag, Tag
from mediashare.search import queries as search_queries
from mediashare.search.forms import read_request
from tests import factories
from tests.search.conftest import Ask


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, handle="ada")


def _add(session: Session, row: Base) -> None:
    begin_writing(session)
    session.add(row)
    session.commit()


def titles(ask: Ask, user: User, words: str, **options: str) -> list[str]:
    return [result.episode.title for result in ask(user, words, **options).results]


def test_where_a_word_stands_goes_before_what_came_of_the_clip(
    session: Session, ada: User, ask: Ask
) -> None:
    helped = {"solved_count": 50, "rating_sum": 50, "rating_count": 10}
    once = factories.make_episode(session, ada, "Said once", **helped)
    factories.make_transcript(session, once, (0, 2, "kafka"))
    factories.make_episode(session, ada, "By description", description="About kafka.")
    often = factories.make_episode(session, ada, "Said often")
    factories.make_transcript(session, often, (0, 2, "kafka"), (5, 6, "kafka"), (9, 10, "kafka"))
    factories.make_episode(session, factories.make_user(session, "Franz Kafka"), "By person")
    outlined = factories.make_episode(session, ada, "By chapter")
    _add(session, Chapter(episode_id=outlined.id, start_ms=0, title="Kafka itself"))
    factories.make_episode(session, ada, "By tag", tags_text="kafka")
    factories.make_episode(session, ada, "Kafka in ten minutes")

    found = titles(ask, ada, "kafka")

    assert found == [
        "Kafka in ten minutes",
        "By tag",
        "By chapter",
        "By person",
        "Said often",
        "By description",
        "Said once",
    ]


def test_among_those_that_fit_alike_the_one_that_solved_problems_goes_first(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Kafka solved", solved_count=4)
    factories.make_episode(session, ada, "Kafka starred", rating_sum=20, rating_count=4)
    factories.make_episode(session, ada, "Kafka new")
    factories.make_episode(session, ada, "Kafka outdated", outdated_count=4)

    found = titles(ask, ada, "kafka")

    assert found == ["Kafka solved", "Kafka starred", "Kafka new", "Kafka outdated"]


def test_all_words_must_be_there_wherever_they_are(session: Session, ada: User, ask: Ask) -> None:
    both = factories.make_episode(session, ada, "Kafka on call")
    factories.make_transcript(session, both, (0, 2, "the consumer group rebalances"))
    factories.make_episode(session, ada, "Kafka alone")

    page = ask(ada, "kafka rebalance")

    assert [result.episode.title for result in page.results] == ["Kafka on call"]
    assert page.is_loose is False


def test_when_nothing_has_all_words_those_with_most_are_shown(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Kafka")
    factories.make_episode(session, ada, "Debug it", description="kafka streams")

    page = ask(ada, "kafka streams tombstone")

    assert [result.episode.title for result in page.results] == ["Debug it", "Kafka"]
    assert page.is_loose is True


def test_that_something_unseen_has_all_words_changes_nothing(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Kafka")
    other = factories.make_user(session)
    factories.make_episode(session, other, "Kafka tombstone", audience="private")

    assert titles(ask, ada, "kafka tombstone") == ["Kafka"]


def test_better_ones_that_may_not_be_seen_take_nobodys_place(session: Session, ada: User) -> None:
    bob = factories.make_user(session)
    for number in range(40):
        factories.make_episode(session, bob, f"Kafka {number}", audience=Audience.PRIVATE)
    for title in ("Seen", "Seen first"):
        factories.make_episode(session, ada, title, description="On kafka.")
    viewer = factories.viewer_of(ada)
    request = read_request({"q": "kafka"}, viewer, PageRequest())

    best = search_queries.list_candidates(session, viewer, request, limit=1)
    both = search_queries.list_candidates(session, viewer, request, limit=2)

    assert (len(best.found), best.has_more) == (1, True)
    titles_of = [session.get_one(Episode, one.episode_id).title for one in both.found]
    assert (sorted(titles_of), both.has_more) == (["Seen", "Seen first"], False)
    assert best.found[0] == both.found[0]


def test_phrases_and_exclusions_mean_what_they_say(session: Session, ada: User, ask: Ask) -> None:
    factories.make_episode(session, ada, "Blue green deployment")
    factories.make_episode(session, ada, "Green and blue paint")
    said = factories.make_episode(session, ada, "Green blue")
    factories.make_transcript(session, said, (0, 1, "then the tombstone"))

    assert titles(ask, ada, '"blue green"') == ["Blue green deployment"]
    assert set(titles(ask, ada, "green -paint")) == {"Blue green deployment", "Green blue"}
    assert set(titles(ask, ada, "green -tombstone")) == {
        "Blue green deployment",
        "Green and blue paint",
    }
    assert titles(ask, ada, '-green -"blue paint"') == []


def test_a_phrase_does_not_reach_from_one_field_into_the_next(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Ends in blue", tags_text="green", description="tea")

    assert titles(ask, ada, '"blue green"') == []
    assert titles(ask, ada, '"green tea"') == []


@pytest.mark.parametrize(
    "name",
    [
        *("CVE-2026-1234", "x509", "mTLS", "1.2.3", "foo.bar.com", "C4_5", "3e8f12"),
        *("12E5f", "9e9e9e", "00e1ff", "4e21d9f", "2e2"),
    ],
)
def test_names_of_things_are_found_whole(name: str, session: Session, ada: User, ask: Ask) -> None:
    said = factories.make_episode(session, ada, "Said")
    factories.make_transcript(session, said, (0, 2, f"it is {name}, again"))
    factories.make_episode(session, ada, "Written", description=f"({name})")
    factories.make_episode(session, ada, "Not it", description="CVE-2026-1235 x508 TLS 1.2 foo C4")

    assert titles(ask, ada, f'"{name}"') == ["Written", "Said"]
    assert titles(ask, ada, name.lower()) == ["Written", "Said"]


def test_other_forms_of_a_word_and_other_spellings_of_a_letter_are_found(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Déployer: deployments, cafe\u0301s and naïve retries")

    for word in ("deployer", "DEPLOYMENT", "café", "cafes", "naive", "retry"):
        assert titles(ask, ada, word) == ["Déployer: deployments, cafe\u0301s and naïve retries"]


def test_filters_narrow_and_sorting_orders(session: Session, ada: User, ask: Ask) -> None:
    bob = factories.make_user(session, handle="bob")
    guild = factories.make_group(session, ada, bob)
    first = factories.make_episode(
        session,
        ada,
        "Kafka one",
        kind=EpisodeKind.AUDIO,
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    factories.make_episode(
        session,
        bob,
        "Kafka two",
        solved_count=3,
        published_at=datetime(2026, 2, 1, tzinfo=UTC),
    )
    factories.make_episode(
        session,
        bob,
        "Three",
        description="kafka",
        groups=[guild],
        published_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    tag = Tag(name="streams")
    session.begin()
    session.add(tag)
    session.flush()
    session.add(EpisodeTag(episode_id=first.id, tag_id=tag.id))
    session.commit()

    assert titles(ask, ada, "kafka", kind="audio") == ["Kafka one"]
    assert titles(ask, ada, "kafka", author="bob", sort="newest") == ["Three", "Kafka two"]
    assert titles(ask, ada, "kafka", author="@Bob", sort="newest") == ["Three", "Kafka two"]
    assert titles(ask, ada, "kafka", author="me") == ["Kafka one"]
    assert titles(ask, ada, "kafka", group=guild.slug) == ["Three"]
    assert titles(ask, ada, "kafka", group=guild.id) == ["Three"]
    assert titles(ask, ada, "kafka", tag="#Streams") == ["Kafka one"]
    assert titles(ask, ada, "kafka", after="2026-02-01") == ["Kafka two", "Three"]
    assert titles(ask, ada, "kafka", before="2026-02-01") == ["Kafka one"]
    assert titles(ask, ada, "kafka", solved="1") == ["Kafka two"]
    assert titles(ask, ada, "kafka", sort="newest") == ["Three", "Kafka two", "Kafka one"]
    assert titles(ask, ada, "kafka", sort="helpful") == ["Kafka two", "Three", "Kafka one"]
    assert titles(ask, ada, "", sort="newest") == ["Three", "Kafka two", "Kafka one"]


def test_parts_of_a_point_count_alike_on_both_databases(
    session: Session, ada: User, ask: Ask
) -> None:
    # 16.7 points and 16.1; the newer one would go first of two that are worth the same.
    factories.make_episode(session, ada, "More", rating_sum=4, rating_count=1)
    factories.make_episode(session, ada, "Less", rating_sum=83, rating_count=26)

    assert titles(ask, ada, "", sort="helpful") == ["More", "Less"]


@pytest.mark.parametrize("sort", ["best", "helpful", "newest"])
def test_pages_follow_each_other_without_gap_or_repetition(
    sort: str, session: Session, ada: User, ask: Ask
) -> None:
    for number in range(7):
        factories.make_episode(session, ada, f"Kafka {number}", solved_count=number % 3)
    whole = titles(ask, ada, "kafka", sort=sort)

    found: list[str] = []
    cursor = ""
    for _ in range(4):
        page = ask(ada, "kafka", sort=sort, limit=2, cursor=cursor)
        found += [result.episode.title for result in page.results]
        cursor = page.next_cursor or ""

    assert found == whole
    assert len(set(whole)) == 7
    assert cursor == ""
