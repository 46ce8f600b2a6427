"""Many at once: nobody is followed twice, and nobody follows more than so many."""

from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.follows import policy
from mediashare.follows import service as follows_service
from mediashare.follows.errors import TooManyFollowedError
from mediashare.follows.models import Follow
from tests.crowds import all_at_once
from tests.factories import make_user, viewer_of

AT_ONCE = 6


@pytest.mark.parametrize("others", [1, AT_ONCE])
def test_who_follows_many_at_once_follows_each_once_and_no_more_than_so_many(
    database: Database, session: Session, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    monkeypatch.setattr(policy, "MOST_FOLLOWED", 2)
    viewer = viewer_of(make_user(session))
    handles = [make_user(session, handle=f"other-{number}").handle for number in range(others)]
    session.rollback()

    def run(number: int) -> bool:
        try:
            with database.transaction() as writing:
                follows_service.follow(writing, viewer, handles[number % others])
        except TooManyFollowedError:
            return False
        return True

    done = all_at_once([partial(run, number) for number in range(AT_ONCE)])

    rows = session.scalar(select(func.count()).select_from(Follow))
    assert (rows, sum(done)) == ((1, AT_ONCE) if others == 1 else (2, 2))
