"""Lists in the API: what is in them, page by page, and at what cost."""

import base64
import json

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.paging import encode_cursor
from mediashare.db.session import Database
from mediashare.library.models import EpisodeState, EpisodeTag, Tag
from tests import factories
from tests.api.caller import Caller


def titles(answer: TestResponse) -> list[str]:
    return [item["title"] for item in (answer.json or {})["items"]]


def test_the_list_holds_what_the_viewer_may_see_newest_first(
    session: Session, ada: User, as_bob: Caller
) -> None:
    group = factories.make_group(session, ada)
    factories.make_episode(session, ada, "First")
    factories.make_episode(session, ada, "Second")
    factories.make_episode(session, ada, "Private", audience="private")
    factories.make_episode(session, ada, "Unlisted", audience="unlisted")
    factories.make_episode(session, ada, "Group", groups=[group])
    factories.make_episode(session, ada, "Draft", published_at=None)
    factories.make_episode(session, ada, "Processing", state=EpisodeState.PROCESSING)
    factories.make_episode(session, ada, "Hidden", hidden_at=clock.now())

    answer = as_bob.get("/episodes")

    assert titles(answer) == ["Second", "First"]
    assert set(answer.json or {}) == {"items", "next_cursor"}


def test_one_finds_all_that_is_ones_own(
    session: Session, ada: User, bob: User, as_ada: Caller
) -> None:
    factories.make_episode(session, ada, "Ready")
    factories.make_episode(session, ada, "Failed", state=EpisodeState.FAILED, published_at=None)
    factories.make_episode(session, bob, "Others")

    assert titles(as_ada.get("/episodes", author="me")) == ["Failed", "Ready"]


def test_the_list_can_be_of_one_author_or_with_one_tag(
    session: Session, ada: User, bob: User, as_ada: Caller
) -> None:
    first = factories.make_episode(session, ada, "Of Ada")
    factories.make_episode(session, bob, "Of Bob")
    tag = Tag(name="kafka streams")
    session.begin()
    session.add(tag)
    session.flush()
    session.add(EpisodeTag(episode_id=first.id, tag_id=tag.id))
    session.commit()

    assert titles(as_ada.get("/episodes", author="bob")) == ["Of Bob"]
    assert titles(as_ada.get("/episodes", tag="#Kafka  Streams")) == ["Of Ada"]
    assert titles(as_ada.get("/episodes", tag="kafka streams", author="bob")) == []
    assert as_ada.get("/episodes", author="nobody").status_code == 404


def test_pages_follow_each_other_to_the_end(session: Session, ada: User, as_ada: Caller) -> None:
    for number in range(5):
        factories.make_episode(session, ada, f"Clip {number}")

    found: list[list[str]] = []
    cursor = None
    for _ in range(3):
        query = {"limit": 2} if cursor is None else {"limit": 2, "cursor": cursor}
        answer = as_ada.get("/episodes", **query)
        found.append(titles(answer))
        cursor = (answer.json or {})["next_cursor"]

    assert found == [["Clip 4", "Clip 3"], ["Clip 2", "Clip 1"], ["Clip 0"]]
    assert cursor is None


def pack(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


TAMPERED = [
    "x",
    "é",
    "====",
    pack("[]"),
    pack("{}"),
    pack("[1, 2]"),
    pack('["yesterday", "a"]'),
    pack('["2026-01-01", "a"]'),
    pack('["0001-01-01T00:00:00+23:59", "a"]'),
    pack('["2026-01-01T00:00:00+00:00", "a\\u0000"]'),
    pack('["2026-01-01T00:00:00+00:00", "\\ud800"]'),
    pack('["2026-01-01T00:00:00+00:00", "a", "b"]'),
    pack("[" * 100_000),
    pack("[NaN, 1]"),
    pack(f'[{10**30}, "2026-01-01T00:00:00+00:00", "a"]'),
    pack(f'[{"9" * 5000}, "2026-01-01T00:00:00+00:00", "a"]'),
    encode_cursor(1.5, "2026-01-01T00:00:00+00:00", "a"),
]


@pytest.mark.parametrize("path", ["/episodes", "/search"])
@pytest.mark.parametrize("cursor", TAMPERED)
def test_a_cursor_that_we_did_not_make_is_refused(
    path: str, cursor: str, session: Session, ada: User, as_ada: Caller
) -> None:
    factories.make_episode(session, ada, "Clip")

    answer = as_ada.get(path, cursor=cursor)

    assert (answer.status_code, (answer.json or {})["errors"]) == (
        422,
        {"cursor": "This cursor is not valid."},
    )


@pytest.mark.parametrize(
    "limit", ["0", "101", "-1", "1.5", "x", "1e2", "9" * 5000, "٣", "1" + "0" * 9]
)
def test_a_limit_beyond_the_bounds_is_refused(limit: str, as_ada: Caller) -> None:
    answer = as_ada.get("/episodes", limit=limit)

    assert (answer.status_code, (answer.json or {})["errors"]) == (
        422,
        {"limit": "A whole number from 1 to 100."},
    )


@pytest.mark.parametrize("path", ["/episodes", "/search?q=clip", "/episodes?author=me"])
def test_longer_lists_take_no_more_statements(
    path: str, database: Database, session: Session, ada: User, as_ada: Caller
) -> None:
    def count() -> int:
        statements: list[str] = []

        def note(*args: object) -> None:
            statements.append(str(args[2]))

        event.listen(database.engine, "before_cursor_execute", note)
        assert as_ada.send("GET", path).status_code == 200
        event.remove(database.engine, "before_cursor_execute", note)
        return len(statements)

    def add() -> None:
        episode = factories.make_episode(session, ada, "Clip")
        factories.make_transcript(session, episode, (0, 2, "clip one"), (5, 7, "clip two"))

    add()
    count()  # the first request of a token also notes when it was used
    with_one = count()
    add()
    add()

    assert count() == with_one


def test_json_of_lists_is_json(as_ada: Caller) -> None:
    assert json.loads(as_ada.get("/episodes").data) == {"items": [], "next_cursor": None}
