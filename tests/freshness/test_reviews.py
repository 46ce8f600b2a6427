"""Reviews: a day by which to look again, one note when it has come, and "still true"."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, User
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.freshness.jobs import RemindOfReviews
from mediashare.jobs import queue as job_queue
from mediashare.library.models import Audience, Episode
from mediashare.notifications.models import Notification
from tests.factories import Browser, make_episode, make_group, make_user
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner

Browse = Callable[[Any], Browser]
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
TODAY = NOON.date()


@pytest.fixture
def author(session: Session) -> User:
    return make_user(session, "Ada Lovelace", handle="ada")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock, which begins at noon.

    Columns hold `clock.now` itself as their default, so it is told another time by what it asks.
    """

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(clock, "datetime", SimpleNamespace(now=moment.astimezone))

    set_clock(NOON)
    return set_clock


@pytest.fixture
def remind(database: Database, settings: Settings, storage: Any) -> Callable[[], None]:
    """The job comes round."""
    runner = Runner(Parts(settings, database, storage), REGISTRY)

    def act() -> None:
        with database.transaction() as session:
            job_queue.put(session, RemindOfReviews())
        while runner.work("default"):
            pass

    return act


def notes(session: Session, user: User) -> list[tuple[str, str, str]]:
    session.expire_all()
    found = session.scalars(select(Notification).where(Notification.user_id == user.id))
    told = [(note.kind, note.text, note.path) for note in found]
    session.commit()
    return told


def patch(browser: Browser, episode: Episode, **body: Any) -> Any:
    return browser.send("PATCH", f"/api/v1/episodes/{episode.id}", json=body)


def test_still_true_moves_the_review_on_by_the_same_span(
    session: Session, browse: Browse, author: User, at: Callable[[datetime], None]
) -> None:
    episode = make_episode(session, author, published_at=NOON - timedelta(days=400))
    path, browser = episode.path, browse(author)
    browser.post(f"{path}/edit", {"title": "A clip", "review_by": "2027-01-26"})
    at(NOON + timedelta(days=70))
    browser = browse(author)
    due = browser.get(path).text

    answer = browser.post(f"{path}/still-true")

    session.refresh(episode)
    assert answer.status_code == 303
    assert "Review due since 26 Jan 2027" in due
    assert (episode.checked_at, episode.review_days) == (NOON + timedelta(days=70), 60)
    assert episode.review_by == TODAY + timedelta(days=130)
    page = browser.get(path).text
    assert "Checked on 5 Feb 2027" in page
    assert "Review due" not in page
    assert f"{path}/still-true" not in page


@pytest.mark.usefixtures("at")
def test_without_a_review_it_is_checked_all_the_same(
    session: Session, browse: Browse, author: User
) -> None:
    episode = make_episode(session, author)
    keeper = make_user(session, role=Role.MODERATOR)

    answer = browse(keeper).send("POST", f"/api/v1/episodes/{episode.id}/still-true")

    assert answer.json == {"checked_at": "2026-11-27T12:00:00Z", "review_by": None}
    shown = browse(author).get(f"/api/v1/episodes/{episode.id}").json
    assert (shown["checked_at"], shown["review_by"]) == ("2026-11-27T12:00:00Z", None)


def test_others_are_neither_asked_nor_believed(
    session: Session, browse: Browse, author: User
) -> None:
    episode = make_episode(session, author, published_at=clock.now() - timedelta(days=3))
    other = browse(make_user(session))

    assert "Still true" not in other.get(episode.path).text
    assert "Still true" in browse(author).get(episode.path).text
    assert other.post(f"{episode.path}/still-true").status_code == 403
    session.refresh(episode)
    assert episode.checked_at is None


def test_stewards_of_a_clips_groups_say_it_too(
    session: Session, browse: Browse, author: User
) -> None:
    before = clock.now() - timedelta(days=3)
    steward, member = make_user(session), make_user(session)
    group = make_group(session, member, stewards=[steward])
    make_group(session, stewards=[member])
    episode = make_episode(session, author, published_at=before, groups=[group])
    path = f"{episode.path}/still-true"

    assert "Still true" not in browse(member).get(episode.path).text
    assert browse(member).post(path).status_code == 403
    assert "Still true" in browse(steward).get(episode.path).text
    assert browse(steward).post(path).status_code == 303
    session.refresh(episode)
    assert episode.checked_at is not None


def test_an_author_is_told_once_when_the_day_has_come(
    session: Session,
    author: User,
    remind: Callable[[], None],
    at: Callable[[datetime], None],
) -> None:
    soon = TODAY + timedelta(days=1)
    episode = make_episode(session, author, "Certificates", review_by=soon, review_days=1)
    make_episode(session, author, "Draft", review_by=soon, review_days=1, published_at=None)
    make_episode(session, author, "Hidden", review_by=soon, review_days=1, hidden_at=NOON)
    gone = make_user(session, is_active=False)
    make_episode(session, gone, "Theirs", review_by=soon, review_days=1)

    remind()
    assert notes(session, author) == []

    at(NOON + timedelta(days=1))
    remind()
    remind()
    sentence = "Is “Certificates” still true? Its review is due."
    assert notes(session, author) == [("review_due", sentence, episode.path)]
    assert notes(session, gone) == []


def test_the_next_review_is_told_of_again(
    session: Session,
    browse: Browse,
    author: User,
    remind: Callable[[], None],
    at: Callable[[datetime], None],
) -> None:
    episode = make_episode(session, author, review_by=TODAY, review_days=10)
    path = episode.path
    remind()
    browse(author).post(f"{path}/still-true")
    remind()
    before = len(notes(session, author))

    at(NOON + timedelta(days=10))
    remind()

    assert (before, len(notes(session, author))) == (1, 2)


@pytest.mark.parametrize("day", ["2026-11-27", "2026-01-01", "2040-01-01"])
@pytest.mark.usefixtures("at")
def test_a_review_lies_ahead_and_within_ten_years(
    session: Session, browse: Browse, author: User, day: str
) -> None:
    episode = make_episode(session, author)

    answer = patch(browse(author), episode, review_by=day)

    assert answer.status_code == 422
    assert answer.json["errors"] == {"review_by": "Choose a day to come, within ten years."}


def test_what_is_no_day_is_refused_beside_its_field(
    session: Session, browse: Browse, author: User
) -> None:
    episode = make_episode(session, author)

    page = browse(author).post(f"{episode.path}/edit", {"title": "A", "review_by": "soon"})

    assert page.status_code == 422
    assert 'id="review_by-error">Must be a date such as 2026-11-22.' in page.text


@pytest.mark.usefixtures("at")
def test_a_day_that_has_come_stays_when_something_else_is_changed(
    session: Session, browse: Browse, author: User
) -> None:
    past = date(2026, 11, 1)
    episode = make_episode(session, author, review_by=past, review_days=30, review_told_at=NOON)
    browser = browse(author)

    changed = patch(browser, episode, title="Another title")
    cleared = patch(browser, episode, review_by=None)

    assert (changed.status_code, changed.json["review_by"]) == (200, "2026-11-01")
    assert (cleared.status_code, cleared.json["review_by"]) == (200, None)


def test_search_leaves_what_was_checked_within_a_year(
    session: Session, browse: Browse, author: User
) -> None:
    long_ago = clock.now() - timedelta(days=800)
    lately = clock.now() - timedelta(days=20)
    make_episode(session, author, "Kafka, old", published_at=long_ago)
    make_episode(session, author, "Kafka, new")
    make_episode(session, author, "Kafka, checked", published_at=long_ago, checked_at=lately)
    make_episode(session, author, "Kafka, once", published_at=long_ago, checked_at=long_ago)
    make_episode(session, author, "Kafka, mine", audience=Audience.PRIVATE, checked_at=lately)
    browser = browse(make_user(session))

    everything = browser.get("/api/v1/search?q=kafka").json
    checked = browser.get("/api/v1/search?q=kafka&checked=1").json

    titles = [result["episode"]["title"] for result in checked["results"]]
    assert titles == ["Kafka, new", "Kafka, checked"]
    assert len(everything["results"]) == 4
    assert everything["facets"]["checked"] == [
        {"value": "1", "label": "1", "count": 2, "is_least": False}
    ]
    page = browser.get("/search?q=kafka&checked=1").text
    assert "checked this year" in page
    assert 'name="checked" value="1" checked' in page
