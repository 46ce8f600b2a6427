"""What an episode offers to go on with: as far as one may see it, the nearest first."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.session import Database
from mediashare.explore import queries as explore_queries
from mediashare.library.models import Audience, Episode, EpisodeTag, Tag
from tests.counting import count_statements
from tests.factories import Browser, make_episode, make_group, make_user, viewer_of
from tests.finders import Hears


@pytest.fixture
def priya(session: Session) -> User:
    return make_user(session, "Priya Raman", handle="priya")


@pytest.fixture
def reader(session: Session) -> User:
    return make_user(session)


def add(session: Session, author: User, title: str, *tags: str, **values: object) -> Episode:
    episode = make_episode(session, author, title, **values)
    for name in tags:
        tag = session.scalar(select(Tag).where(Tag.name == name)) or Tag(name=name)
        session.add(tag)
        session.flush()
        session.add(EpisodeTag(episode_id=episode.id, tag_id=tag.id))
    session.commit()
    return episode


def related(
    session: Session, reader: User, episode: Episode, finder: Hears | None = None
) -> list[str]:
    found = explore_queries.list_related(session, viewer_of(reader), episode, finder)
    return [other.title for other in found]


def test_more_shared_topics_come_first_then_groups_and_the_author(
    session: Session, priya: User, reader: User
) -> None:
    group = make_group(session, reader)
    this = add(session, priya, "This", "kafka", "tls", groups=[group], audience=Audience.GROUP)
    add(session, priya, "By the same")
    add(session, make_user(session), "One topic", "kafka")
    add(session, make_user(session), "Nothing shared", "cooking")
    add(session, make_user(session), "Both topics", "kafka", "tls")

    assert related(session, reader, this) == ["Both topics", "One topic", "By the same"]


def test_what_sounds_alike_comes_first_and_the_episode_itself_never(
    session: Session, priya: User, reader: User
) -> None:
    this = add(session, priya, "This", "kafka")
    add(session, priya, "Same topic", "kafka")
    alike = add(session, make_user(session), "Says something like it")

    found = related(session, reader, this, Hears(this, alike))

    assert found == ["Says something like it", "Same topic"]


def test_what_was_deleted_since_it_was_found_is_left_out(
    session: Session, priya: User, reader: User
) -> None:
    this, gone = add(session, priya, "This"), add(session, priya, "Gone")
    left = add(session, priya, "Left")
    finder = Hears(gone, left)
    session.delete(gone)
    session.commit()

    assert related(session, reader, this, finder) == ["Left"]


@pytest.mark.parametrize("audience", [Audience.PRIVATE, Audience.GROUP, Audience.UNLISTED])
def test_what_one_may_not_find_is_not_offered(
    session: Session,
    priya: User,
    reader: User,
    browse: Callable[[User], Browser],
    audience: Audience,
) -> None:
    this = add(session, priya, "This", "kafka")
    add(session, priya, "Zirconium", "kafka", audience=audience)

    page = browse(reader).get(f"{this.path}/related")

    assert page.status_code == 200
    assert "Zirconium" not in page.text
    assert "Nothing else here is about the same." in page.text


def test_it_takes_as_many_statements_for_four_as_for_one(
    session: Session,
    priya: User,
    reader: User,
    browse: Callable[[User], Browser],
    database: Database,
) -> None:
    counts = []
    for number in range(2):
        this = add(session, priya, f"This {number}", f"topic {number}")
        for other in range(1 + 3 * number):
            add(session, priya, f"Other {number}.{other}", f"topic {number}")
        browser = browse(reader)
        counts.append(count_statements(database, lambda: browser.get(f"{this.path}/related")))  # noqa: B023 - called at once

    assert counts[0] == counts[1] <= 12
