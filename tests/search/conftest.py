"""A library to search in, and the shortest way to ask it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database
from mediashare.search import queries as search_queries
from mediashare.search.forms import read_request
from mediashare.search.queries.request import SearchPage
from mediashare.storage.disk import DiskStorage
from tests.factories import viewer_of
from tests.search.library import Library

Ask = Callable[..., SearchPage]


@pytest.fixture
def ask(database: Database) -> Ask:
    """Search as a person: `ask(user, "kafka", sort="newest")`."""

    def search(
        user: User, text: str, *, limit: int = 20, cursor: str = "", **args: str
    ) -> SearchPage:
        viewer, page = viewer_of(user), PageRequest(limit, cursor or None)
        request = read_request({"q": text, **args}, viewer, page)
        with database.reading() as session:
            return search_queries.search(session, viewer, request)

    return search


@pytest.fixture
def library(
    database: Database, session: Session, settings: Settings, storage: DiskStorage, tmp_path: Path
) -> Library:
    return Library(
        database, session, settings.model_copy(update={"data": tmp_path / "data"}), storage
    )
