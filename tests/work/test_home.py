"""The home page as a place to go on from: news of one's groups, requests, and first steps."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, User
from mediashare.db.session import Database, begin_writing
from mediashare.follows.models import Follow
from mediashare.groups.models import Group, GroupKind, Membership
from mediashare.jobs import queue as job_queue
from mediashare.library.models import Audience, Episode, EpisodeKind, EpisodeState
from mediashare.media import jobs as media_jobs
from mediashare.media.models import Waveform
from mediashare.requests.models import Answer, Request
from tests.factories import Browser, make_episode, make_group, make_transcript, make_user
from tests.pages.test_home import MOST_STATEMENTS, count_statements

Browse = Callable[[Any], Browser]


@pytest.fixture
def reader(session: Session) -> User:
    return make_user(session, "Rita Reader", handle="rita")


@pytest.fixture
def other(session: Session) -> User:
    return make_user(session, "Otto Other", handle="otto")


def ask(session: Session, asker: User, title: str, group: Group | None = None) -> Request:
    begin_writing(session)
    asked = Request(asker_id=asker.id, title=title, group_id=group.id if group else None)
    session.add(asked)
    session.commit()
    return asked


def offer(session: Session, request: Request, episode: Episode, by: User) -> None:
    begin_writing(session)
    session.add(Answer(request_id=request.id, episode_id=episode.id, offered_by_id=by.id))
    session.commit()


def follow(session: Session, follower: User, followed: User) -> None:
    begin_writing(session)
    session.add(Follow(follower_id=follower.id, followed_id=followed.id))
    session.commit()


def part_of(page: str, heading: str) -> str:
    """What stands below a heading, to the end of its section; nothing where it is not there."""
    _before, found, rest = page.partition(f">{heading}</h2>")
    return rest.split("</section>")[0] if found else ""


def test_news_of_ones_groups_come_after_what_was_begun(
    session: Session, browse: Browse, reader: User, other: User
) -> None:
    guild, foreign = make_group(session, reader, other), make_group(session, other, name="Far")
    make_episode(session, other, "For the guild", groups=[guild])
    make_episode(session, reader, "My own", groups=[guild])
    make_episode(session, other, "Not for me", groups=[foreign])
    make_episode(session, other, "Hidden away", groups=[guild], hidden_at=clock.now())
    make_episode(session, other, "For everybody")

    page = browse(reader).get("/").text

    work = part_of(page, "For your open work")
    assert "For the guild" in work
    assert "SRE guild" in work
    for title in ("My own", "Not for me", "Hidden away", "For everybody"):
        assert title not in work
    assert page.index("Continue listening") < page.index("For your open work")
    assert page.index("For your open work") < page.index("New here")


def test_news_of_followed_people_come_with_those_of_groups(
    session: Session, browse: Browse, reader: User, other: User
) -> None:
    guild, foreign = make_group(session, reader), make_group(session, other, name="Far")
    stranger = make_user(session)
    follow(session, reader, other)
    make_episode(session, other, "For everybody")
    make_episode(session, other, "In my group", groups=[guild])
    make_episode(session, other, "Not for me", groups=[foreign])
    make_episode(session, other, "Private", audience=Audience.PRIVATE)
    make_episode(session, stranger, "By a stranger")

    work = part_of(browse(reader).get("/").text, "For your open work")

    for title in ("Not for me", "Private", "By a stranger"):
        assert title not in work
    rows = work.split("</li>")
    (by_other,) = (row for row in rows if "For everybody" in row)
    (in_group,) = (row for row in rows if "In my group" in row)
    assert "from people you follow" in by_other
    assert "SRE guild" in in_group
    assert "from people you follow" not in in_group


def test_who_is_new_and_follows_somebody_gets_their_news_beside_the_first_steps(
    session: Session, browse: Browse, reader: User, other: User
) -> None:
    follow(session, reader, other)
    for number in range(6):
        make_episode(session, other, f"Daily {number}")

    page = browse(reader).get("/").text

    assert part_of(page, "Three steps to begin with")
    work = part_of(page, "For your open work")
    assert [f"Daily {number}" in work for number in range(6)] == [False] * 2 + [True] * 4


def test_a_group_that_is_busy_leaves_room_for_the_others(
    session: Session, browse: Browse, reader: User, other: User
) -> None:
    busy, quiet = make_group(session, reader, other), make_group(session, reader, name="Quiet")
    long_ago = clock.now() - timedelta(days=90)
    make_episode(session, other, "Once a year", groups=[quiet], published_at=long_ago)
    for number in range(6):
        make_episode(session, other, f"Daily {number}", groups=[busy])

    work = part_of(browse(reader).get("/").text, "For your open work")

    assert "Once a year" in work
    assert [f"Daily {number}" in work for number in range(6)] == [False] * 3 + [True] * 3


def test_requests_about_what_one_has_tagged_are_for_ones_work(
    session: Session, browse: Browse, reader: User, other: User
) -> None:
    make_episode(session, reader, "Mine", tags_text="certificates kafka")
    ask(session, other, "How do I rotate a certificate?")
    ask(session, other, "Where is the coffee?")
    ask(session, reader, "What is my own certificate?")
    answered = ask(session, other, "Is there a clip on Kafka?")
    offer(session, answered, make_episode(session, reader, "An answer"), reader)
    hidden = make_group(session, other, name="Far", kind=GroupKind.SECRET)
    ask(session, other, "Which kafka, in secret?", hidden)

    page = browse(reader).get("/").text

    work = part_of(page, "For your open work")
    assert "How do I rotate a certificate?" in work
    assert "You have spoken about this" in work
    for title in ("coffee", "my own certificate", "a clip on Kafka", "in secret"):
        assert title not in work
    assert "in secret" not in page


def test_what_waits_for_one_stands_beside(
    session: Session, browse: Browse, reader: User, other: User
) -> None:
    guild = make_group(session, reader, other)
    ask(session, other, "Who has a runbook?", guild)
    ask(session, reader, "Nobody has answered this")
    mine = ask(session, reader, "Somebody has answered this")
    offer(session, mine, make_episode(session, other, "The answer"), other)
    private = make_episode(session, other, "Secret", audience=Audience.PRIVATE)
    unseen = ask(session, reader, "Answered by what I may not see")
    offer(session, unseen, private, other)

    page = browse(reader).get("/").text

    waiting = part_of(page, "Requests waiting for you")
    assert waiting.index("Somebody has answered this") < waiting.index("Who has a runbook?")
    assert "1 answer to look at" in waiting
    assert "Nobody has answered this" not in waiting
    assert "Answered by what I may not see" not in waiting
    assert "SRE guild" in part_of(page, "Your groups")


def test_who_is_new_gets_three_steps(session: Session, browse: Browse, other: User) -> None:
    open_group = make_group(session, other, name="Open to all")
    make_group(session, other, name="By asking", kind=GroupKind.CLOSED)
    make_group(session, other, name="Unknown", kind=GroupKind.SECRET)
    make_episode(session, other, "It has helped", solved_count=9)
    make_episode(session, other, "Not for you", audience=Audience.PRIVATE, solved_count=99)
    newcomer = make_user(session)
    browser = browse(newcomer)

    welcome = part_of(browser.get("/").text, "Three steps to begin with")
    joined = browser.post(f"/welcome/groups/{open_group.id}")

    assert "Open to all" in welcome
    assert "It has helped" in welcome
    assert 'href="/record"' in welcome
    for name in ("By asking", "Unknown", "Not for you"):
        assert name not in welcome
    assert (joined.status_code, joined.location) == (303, "/")
    member = select(Membership.group_id).where(Membership.user_id == newcomer.id)
    assert session.scalars(member).all() == [open_group.id]
    page = browser.get("/").text
    assert "Three steps to begin with" not in page
    assert "You are in “Open to all” now." in page


def test_who_has_made_something_needs_no_first_steps(
    session: Session, browse: Browse, reader: User
) -> None:
    long_ago = clock.now() - timedelta(days=90)
    make_episode(session, reader, "Mine", created_at=long_ago, published_at=long_ago)

    assert "Three steps" not in browse(reader).get("/").text


def test_guests_are_not_told_to_join(session: Session, browse: Browse, other: User) -> None:
    make_group(session, other, name="Open to all")

    page = browse(make_user(session, role=Role.GUEST)).get("/").text

    assert "Open to all" not in page


@pytest.mark.parametrize("count", [0, 1, 3])
def test_home_takes_no_more_statements_for_a_busy_person(
    session: Session, browse: Browse, database: Database, reader: User, other: User, count: int
) -> None:
    for number in range(count):
        guild = make_group(session, reader, other, name=f"Guild {number}")
        episode = make_episode(
            session, other, f"Clip {number}", kind=EpisodeKind.AUDIO, groups=[guild]
        )
        make_transcript(session, episode, (0, 4, "Some words."))
        begin_writing(session)
        session.add(Waveform(episode_id=episode.id, peaks=[1, 200, 30]))
        session.commit()
        on_its_way = {"state": EpisodeState.PROCESSING, "published_at": None}
        mine = make_episode(session, reader, "Mine", tags_text="kafka", **on_its_way)
        job_queue.put(session, media_jobs.Probe(subject=mine.id), owner_id=reader.id)
        session.commit()
        ask(session, other, f"Kafka {number}?", guild)
        offer(session, ask(session, reader, f"Mine {number}?"), episode, other)
        make_group(session, other, name=f"Other guild {number}")
        author = make_user(session)
        make_episode(session, author, f"Followed {number}")
        follow(session, reader, author)

    assert count_statements(database, browse(reader), "/") <= MOST_STATEMENTS
