"""A clip that is deleted while somebody searches is left out, and nobody's search fails for it."""

from collections.abc import Callable, Collection
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.db.session import Database
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.search.queries import ranking
from tests import factories

Browse = Callable[[User], factories.Browser]
GoesBefore = Callable[[ModuleType, str], None]


@pytest.fixture
def left(database: Database) -> list[str]:
    """What a search still has of two clips, one of which goes while it runs: one where statements
    see what is there by then, both where a search sees one state of everything."""
    return ["There"] if database.dialect == "postgresql" else ["There", "Gone"]


@pytest.fixture
def admin(session: Session) -> User:
    return factories.make_user(session, role=Role.ADMIN)


@pytest.fixture
def goes_before(
    database: Database, session: Session, monkeypatch: pytest.MonkeyPatch
) -> GoesBefore:
    """One of two clips is deleted right before a search reads something of what it has found."""
    ada = factories.make_user(session)
    gone = factories.make_episode(session, ada, "Gone", description="kafka")
    factories.make_episode(session, ada, "There", description="kafka")

    def interrupt(module: ModuleType, name: str) -> None:
        function = getattr(module, name)

        def call(reading: Session, idents: Collection[str]) -> Any:
            if idents:
                with database.transaction() as writing:
                    writing.execute(delete(Episode).where(Episode.id == gone.id))
            return function(reading, idents)

        monkeypatch.setattr(module, name, call)

    return interrupt


def test_it_is_no_result(
    browse: Browse, admin: User, goes_before: GoesBefore, left: list[str]
) -> None:
    goes_before(library_queries, "list_by_ids")

    found = browse(admin).get("/api/v1/search?q=kafka").json["results"]

    assert [result["episode"]["title"] for result in found] == left


def test_it_is_not_proposed(
    browse: Browse, admin: User, goes_before: GoesBefore, left: list[str]
) -> None:
    goes_before(library_queries, "list_by_ids")

    page = browse(admin).get("/search/suggestions?q=kafka").text

    assert [title for title in ("There", "Gone") if title in page] == left


def test_it_is_not_asked_why_it_stands_where_it_stands(
    browse: Browse, admin: User, goes_before: GoesBefore, left: list[str]
) -> None:
    goes_before(ranking, "list_points")

    found = browse(admin).get("/api/v1/search?q=kafka&explain=1").json["results"]

    assert [one["episode"]["title"] for one in found if "points" in one] == left


def test_it_names_nobody_to_ask(browse: Browse, admin: User, goes_before: GoesBefore) -> None:
    goes_before(library_queries, "list_by_ids")

    answer = browse(admin).get("/search?q=kafka&kind=audio")

    assert answer.status_code == 200
    assert "Search without the filters" in answer.text
