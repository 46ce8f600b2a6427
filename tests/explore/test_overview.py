"""What there is to explore: topics, groups, people, and what has helped."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.session import Database
from mediashare.explore import queries as explore_queries
from mediashare.library.models import Audience, Episode, EpisodeTag, Tag
from tests.counting import count_statements
from tests.factories import Browser, make_episode, make_group, make_user, viewer_of

MOST_STATEMENTS = 12


@pytest.fixture
def priya(session: Session) -> User:
    return make_user(session, "Priya Raman", handle="priya", team="Platform Security")


def add(session: Session, author: User, title: str, *tags: str, **values: object) -> None:
    """A clip with tags; one that another clip bears as well is the same tag."""
    episode = make_episode(session, author, title, **values)
    for name in tags:
        tag = session.scalar(select(Tag).where(Tag.name == name)) or Tag(name=name)
        session.add(tag)
        session.flush()
        session.add(EpisodeTag(episode_id=episode.id, tag_id=tag.id))
    session.commit()


def titles(episodes: list[Episode]) -> list[str]:
    return [episode.title for episode in episodes]


def test_what_solved_problems_lately_goes_first(session: Session, priya: User) -> None:
    old = clock.now() - timedelta(days=60)
    make_episode(session, priya, "Solved much, long ago", solved_count=50, published_at=old)
    make_episode(session, priya, "Solved one", solved_count=1)
    make_episode(session, priya, "Solved five", solved_count=5)
    make_episode(session, priya, "Solved none")

    found = explore_queries.get_overview(session, viewer_of(priya))

    assert found.is_lately
    assert titles(list(found.helpful.page.items)) == ["Solved five", "Solved one"]


def test_where_nothing_helped_lately_it_is_what_ever_did(session: Session, priya: User) -> None:
    old = clock.now() - timedelta(days=60)
    make_episode(session, priya, "Long ago", solved_count=2, published_at=old)
    make_episode(session, priya, "New")

    found = explore_queries.get_overview(session, viewer_of(priya))

    assert (found.is_lately, titles(list(found.helpful.page.items))) == (False, ["Long ago"])


def test_topics_groups_and_people_are_counted_by_what_the_viewer_may_see(
    session: Session, priya: User
) -> None:
    eve = make_user(session, "Eve")
    guild = make_group(session, priya, name="Mesh guild")
    add(session, priya, "Seen", "mtls", "kafka", solved_count=3)
    add(session, priya, "Seen as well", "mtls")
    add(session, priya, "Private", "walnut", audience=Audience.PRIVATE)
    add(session, priya, "Of the guild", "walnut", groups=[guild], solved_count=9)

    hers = explore_queries.get_overview(session, viewer_of(priya))
    other = explore_queries.get_overview(session, viewer_of(eve))

    assert [(topic.name, topic.count) for topic in other.topics] == [("mtls", 2), ("kafka", 1)]
    assert [(place.group.name, place.count) for place in other.groups] == []
    assert [(one.person.name, one.count, one.solved) for one in other.people] == [
        ("Priya Raman", 2, 3)
    ]
    assert [(place.group.name, place.count) for place in hers.groups] == [("Mesh guild", 1)]
    assert ("walnut", 2) in [(topic.name, topic.count) for topic in hers.topics]


def test_the_page_says_nothing_of_what_one_may_not_see(
    session: Session, priya: User, browse: Callable[[User], Browser]
) -> None:
    add(session, priya, "Open", "mtls", solved_count=1)
    secret = make_user(session, "Walter Walnut")
    add(session, secret, "Walnuts", "walnut", audience=Audience.PRIVATE, solved_count=4)

    page = browse(make_user(session)).get("/explore").text

    assert ("Open" in page, "mtls" in page, "Priya Raman" in page) == (True, True, True)
    assert "walnut" not in page.lower()


def test_an_empty_house_says_what_would_stand_here(
    session: Session, browse: Callable[[User], Browser]
) -> None:
    page = browse(make_user(session)).get("/explore").text

    assert "Nobody has said yet what helped" in page


def test_three_episodes_take_as_many_statements_as_one(
    session: Session, priya: User, database: Database, browse: Callable[[User], Browser]
) -> None:
    browser = browse(priya)
    counts = []
    for number in (1, 2):
        for n in range(number):
            author = make_user(session, f"Author {number} {n}")
            group = make_group(session, priya, name=f"Group {number} {n}")
            tag = f"tag-{number}-{n}"
            add(session, author, f"Clip {number} {n}", tag, groups=[group], solved_count=1)
        counts.append(count_statements(database, lambda: browser.get("/explore")))

    assert counts[0] == counts[1]
    assert counts[0] <= MOST_STATEMENTS
