"""Profiles say what somebody talks about, with evidence that the viewer may find."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.session import Database, begin_writing
from mediashare.library import service as library_service
from mediashare.library.models import Audience, Episode
from mediashare.library.service import EpisodeDetails
from tests.factories import (
    Browser,
    make_episode,
    make_transcript,
    make_user,
    viewer_of,
)
from tests.pages.test_home import MOST_STATEMENTS, count_statements

Browse = Callable[[Any], Browser]


@pytest.fixture
def ada(session: Session) -> User:
    return make_user(session, "Ada Lovelace", handle="ada")


def clip(session: Session, author: User, *tags: str, says: str = "", **values: Any) -> Episode:
    """A clip with tags, in which each line of `says` takes two seconds."""
    episode = make_episode(session, author, **values)
    begin_writing(session)
    details = EpisodeDetails(episode.title, tags=tags, audience=episode.audience)
    library_service.edit_episode(session, viewer_of(author), episode, details)
    session.commit()
    lines = [(2.0 * n, 2.0 * n + 2, line) for n, line in enumerate(says.splitlines())]
    if lines:
        make_transcript(session, episode, *lines)
    return episode


def topics(browser: Browser, handle: str = "ada") -> list[tuple[str, int, int]]:
    found = browser.get(f"/api/v1/people/{handle}").json["topics"]
    return [(topic["name"], topic["clips"], topic["said"]) for topic in found]


def test_topics_are_tags_and_what_is_said_again_and_again(
    session: Session, browse: Browse, ada: User
) -> None:
    other = make_user(session)
    clip(session, other, "kafka", "coffee")
    clip(session, ada, "blue green", says="We go blue green.\nThen green, blue.\nBlue green again.")
    clip(session, ada, says="Kafka it is.\nKafkaesque, no.\nAsk Kafka.\nKafka once more. Coffee?")
    browser = browse(other)

    page = browser.get("/p/ada").text

    assert topics(browser) == [("kafka", 1, 3), ("blue green", 1, 2)]
    assert "said 3 times" in page
    assert 'href="/search?q=kafka&amp;author=ada"' in page
    assert 'href="/search?q=%22blue+green%22&amp;author=ada"' in page


def test_evidence_is_what_the_viewer_may_find(session: Session, browse: Browse, ada: User) -> None:
    clip(session, ada, "mergers", says="Mergers.", audience=Audience.PRIVATE, solved_count=5)
    clip(session, ada, "kafka", "mergers", solved_count=2, published_at=None)
    clip(session, ada, "kafka", solved_count=3)
    mine, theirs = browse(ada), browse(make_user(session))

    assert topics(theirs) == [("kafka", 1, 0)]
    assert topics(mine) == [("mergers", 1, 1), ("kafka", 1, 0)]
    page = theirs.get("/p/ada").text
    assert "mergers" not in page
    assert "Solved it for 3 people" in page


def test_people_hide_a_topic_and_show_it_again(session: Session, browse: Browse, ada: User) -> None:
    clip(session, ada, "kafka", "tls")
    mine, theirs = browse(ada), browse(make_user(session))

    hidden = mine.post("/topics/hide", {"topic": "kafka"})
    mine.post("/topics/hide", {"topic": "kafka"})
    without, own = theirs.get("/p/ada").text, mine.get("/p/ada").text
    shown = mine.post("/topics/show", {"topic": "kafka"})

    assert (hidden.status_code, hidden.location) == (303, "/p/ada#talks")
    assert "Hide from your profile: tls" in own
    assert "1 topic is hidden" in own
    assert "Show on your profile: kafka" in own
    talks = without.split('id="talks"')[1].split("</section>")[0]
    assert "tls" in talks
    assert "kafka" not in talks
    assert "hidden" not in talks
    assert "Hide from" not in talks
    assert shown.status_code == 303
    assert topics(theirs) == [("kafka", 1, 0), ("tls", 1, 0)]


@pytest.mark.parametrize("topic", ["", "x" * 51])
def test_what_can_be_no_topic_is_refused(browse: Browse, ada: User, topic: str) -> None:
    assert browse(ada).post("/topics/hide", {"topic": topic}).status_code == 422


def test_without_a_clip_one_is_invited_and_others_see_nothing(
    session: Session, browse: Browse, ada: User
) -> None:
    assert "Record a first minute" in browse(ada).get("/p/ada").text
    assert "Talks about" not in browse(make_user(session)).get("/p/ada").text


def test_a_profile_full_of_topics_takes_a_fixed_number_of_statements(
    session: Session, browse: Browse, database: Database, ada: User
) -> None:
    for number in range(5):
        tags = (f"topic {number}", "kafka", "tls")
        clip(session, ada, *tags, says="Kafka and TLS.", title=f"Clip {number}")

    statements = count_statements(database, browse(make_user(session)), "/p/ada")

    assert statements <= MOST_STATEMENTS
