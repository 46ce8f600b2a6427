"""The log of searches: without names, for a while, and shown where it tells of nobody."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, User
from mediashare.config import Settings
from mediashare.db import upsert
from mediashare.db.session import BUSY_TIMEOUT_S, Database, begin_writing
from mediashare.jobs import queue as job_queue
from mediashare.search.jobs import ForgetAsked
from mediashare.search.models import AskedWords
from tests import factories
from tests.fakes import RecordingWaker
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner

Browse = Callable[[User], factories.Browser]


def noted(database: Database) -> list[tuple[str, int, int]]:
    with database.reading() as session:
        rows = session.execute(
            select(AskedWords.words, AskedWords.searches, AskedWords.misses).order_by(
                AskedWords.words
            )
        )
        return [(row.words, row.searches, row.misses) for row in rows]


def ask(browser: factories.Browser, query: dict[str, str]) -> None:
    """Search, and read the answer to its end."""
    answer = browser.get("/search", query_string=query, buffered=True)
    assert answer.status_code == 200


@pytest.fixture
def browser(session: Session, browse: Browse) -> factories.Browser:
    return browse(factories.make_user(session))


def test_words_are_counted_in_any_order_and_by_nobodys_name(
    database: Database, session: Session, browser: factories.Browser
) -> None:
    factories.make_episode(session, factories.make_user(session), "Kafka streams")

    for words in ("Kafka streams", "streams kàfka", '"kafka streams"', "kafka beams"):
        ask(browser, {"q": words})
    browser.get("/api/v1/search?q=kafka+beams", buffered=True)

    assert noted(database) == [("beams kafka", 2, 2), ("kafka streams", 3, 0)]
    assert {column.name for column in AskedWords.__table__.columns} == {
        "words", "day", "searches", "misses",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/search?q=kafka", "/api/v1/search?q=kafka"])
def test_a_search_is_answered_before_it_is_counted(
    database: Database, browser: factories.Browser, path: str
) -> None:
    answer = browser.get(path)
    before = noted(database)

    answer.close()

    assert (answer.status_code, before) == (200, [])
    assert noted(database) == [("kafka", 1, 1)]


def test_a_search_is_not_counted_while_somebody_else_writes_for_long(
    database: Database, browser: factories.Browser, caplog: pytest.LogCaptureFixture
) -> None:
    key = {"words": "kafka", "day": clock.now().date()}
    with database.transaction() as other:
        upsert.count_up(other, AskedWords, key, {"searches": 1, "misses": 0})

        ask(browser, {"q": "kafka"})

    assert "could not be counted" in caplog.text
    # Neither what was searched for nor who else searches for it.
    assert "kafka" not in caplog.text
    assert noted(database) == [("kafka", 1, 0)]
    # Those who come after it on the same connection are as patient as ever.
    if database.dialect == "sqlite":
        with database.transaction() as session:
            patience = session.scalar(text("PRAGMA busy_timeout"))
        assert patience == BUSY_TIMEOUT_S * 1000


def test_no_error_of_the_database_tells_what_somebody_typed(session: Session) -> None:
    with pytest.raises(DatabaseError) as caught:
        session.execute(text("SELECT :words FROM nowhere"), {"words": "divorce lawyer"})

    assert "nowhere" in str(caught.value)
    assert "divorce" not in str(caught.value)


@pytest.mark.parametrize(
    "query",
    [
        {"q": ""},
        {"q": "-kafka"},
        {"q": "ada@example.com"},
        {"q": "call 4915112345678"},
        {"q": "call 0171 234 5678"},
        {"q": "call (0171) 234.5678 now"},
        {"q": "12-34-567 Müller"},
        {"q": "12/34 - 567 Müller"},
        {"q": '"12" "34" "567"'},
        {"q": "\uff11\uff12\uff13\uff14\uff15\uff16\uff17"},
        {"q": "ticket1234567"},
        {"q": "ghp" + "x" * 36},
        {"q": "AKIAIOSFODNN7EXAMPLE"},
        {"q": "abcdefghijk1"},
        {"q": "https://intranet.example/divorce"},
        {"q": "token=hunter2 login"},
        {"q": "password = hunter2"},
        {"q": "kaf", "typing": "1"},
        {"q": " ".join(f"word{n}" + "y" * 15 for n in range(12))},
    ],
)
def test_what_may_tell_of_a_person_or_is_no_finished_search_is_not_noted(
    database: Database, browser: factories.Browser, query: dict[str, str]
) -> None:
    ask(browser, query)

    assert noted(database) == []


@pytest.mark.parametrize(
    "query",
    ["http 404 500", "2026-11", "kafka 3.9.1 on 443", "kubernetes1", "openssl3 build-2026-a1"],
)
def test_short_numbers_are_words_like_others(
    database: Database, browser: factories.Browser, query: str
) -> None:
    ask(browser, {"q": query})

    assert len(noted(database)) == 1


def test_what_filters_keep_out_is_searched_but_not_missing(
    database: Database, browser: factories.Browser
) -> None:
    ask(browser, {"q": "kafka", "kind": "audio"})

    assert noted(database) == [("kafka", 1, 0)]


def test_suggestions_are_not_noted(database: Database, browser: factories.Browser) -> None:
    browser.get("/search/suggestions?q=kafka", buffered=True)

    assert noted(database) == []


def note(session: Session, words: str, *days_ago: int, searches: int, misses: int) -> None:
    begin_writing(session)
    session.add_all(
        AskedWords(
            words=words, day=clock.now().date() - timedelta(days=ago), searches=searches,
            misses=misses,
        )
        for ago in days_ago
    )  # fmt: skip
    session.commit()


def test_admins_see_what_several_searches_have_missed_on_several_days(
    session: Session, browse: Browse
) -> None:
    note(session, "asked often today", 0, searches=9, misses=9)
    note(session, "asked twice", 0, 1, searches=1, misses=1)
    note(session, "always found", 0, 1, searches=5, misses=0)
    note(session, "spire rotation", 0, 1, searches=3, misses=2)
    note(session, "blue green", 1, 4, searches=2, misses=2)
    browser = browse(factories.make_user(session, role=Role.ADMIN))

    page = browser.get("/admin/demand").text

    shown = ("spire rotation", "blue green")
    unseen = ("asked often today", "asked twice", "always found")
    assert [page.count(f">{words}<") for words in shown] == [1, 1]
    assert [words for words in unseen if words in page] == []
    assert 'href="/requests?q=spire+rotation"' in page


def test_nobody_but_admins_sees_demand(session: Session, browse: Browse) -> None:
    answers = [
        browse(factories.make_user(session, role=role)).get("/admin/demand").status_code
        for role in (Role.GUEST, Role.MEMBER, Role.MODERATOR)
    ]

    assert answers == [404, 404, 404]


@pytest.mark.parametrize(("days", "left"), [(90, [0, 89]), (1, [0]), (0, [])])
def test_words_are_forgotten_in_time(
    database: Database, session: Session, settings: Settings, storage: Any, days: int,
    left: list[int],
) -> None:  # fmt: skip
    note(session, "kafka", 0, 89, 90, 400, searches=1, misses=1)
    with database.transaction() as writing:
        job_queue.put(writing, ForgetAsked())
    given = settings.model_copy(update={"search_log_days": days})

    Runner(Parts(given, database, storage), REGISTRY).work("default")

    today = clock.now().date()
    with database.reading() as reading:
        found: list[date] = list(
            reading.scalars(select(AskedWords.day).order_by(AskedWords.day.desc()))
        )
    assert [(today - day).days for day in found] == left


def test_a_house_may_note_nothing(
    apps: Any, settings: Settings, database: Database, storage: Any, session: Session
) -> None:
    given = settings.model_copy(update={"search_log_days": 0})
    app = apps.get(given, database, storage, RecordingWaker())
    browser = factories.Browser(app, database, factories.make_user(session, role=Role.ADMIN))

    ask(browser, {"q": "kafka"})

    assert noted(database) == []
    assert "keeps no log of searches" in browser.get("/admin/demand").text


def test_two_days_are_two_rows(
    database: Database, session: Session, browser: factories.Browser
) -> None:
    ask(browser, {"q": "kafka"})
    begin_writing(session)
    session.execute(update(AskedWords).values(day=clock.now().date() - timedelta(days=1)))
    session.commit()

    ask(browser, {"q": "kafka"})

    assert noted(database) == [("kafka", 1, 1), ("kafka", 1, 1)]
