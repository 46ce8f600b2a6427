"""Many at once: no search is kept twice, and nobody keeps more than so many."""

from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.saved import policy
from mediashare.saved import service as saved_service
from mediashare.saved.errors import TooManySearchesError
from mediashare.saved.models import SavedSearch
from mediashare.saved.service import SearchDetails
from tests.crowds import all_at_once
from tests.factories import make_user, viewer_of

AT_ONCE = 6


@pytest.mark.parametrize("searches", [1, AT_ONCE])
def test_who_saves_many_at_once_keeps_each_once_and_no_more_than_so_many(
    database: Database, session: Session, monkeypatch: pytest.MonkeyPatch, searches: int
) -> None:
    monkeypatch.setattr(policy, "MOST_SEARCHES", 2)
    viewer = viewer_of(make_user(session))
    session.rollback()

    def run(number: int) -> bool:
        new = SearchDetails(name="Kafka", query=f"q=kafka{number % searches}")
        try:
            with database.transaction() as writing:
                saved_service.save(writing, viewer, new)
        except TooManySearchesError:
            return False
        return True

    done = all_at_once([partial(run, number) for number in range(AT_ONCE)])

    rows = session.scalar(select(func.count()).select_from(SavedSearch))
    assert (rows, sum(done)) == ((1, AT_ONCE) if searches == 1 else (2, 2))
