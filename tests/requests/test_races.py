"""Many people at once: the counter always equals what is in the table."""

from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.db.session import Database
from mediashare.requests import service as requests_service
from mediashare.requests.models import Request, RequestWant
from mediashare.requests.service import NewRequest
from tests.crowds import all_at_once
from tests.factories import make_user, viewer_of

PEOPLE = 10


def test_ten_people_want_the_same_at_once_each_of_them_twice(
    database: Database, session: Session
) -> None:
    asker = viewer_of(make_user(session))
    viewers = [viewer_of(make_user(session)) for _ in range(PEOPLE)] * 2
    session.rollback()
    with database.transaction() as writing:
        ident = requests_service.ask(writing, asker, NewRequest(title="How?")).id

    def run(viewer: Viewer) -> None:
        with database.transaction() as writing:
            requests_service.want(writing, viewer, ident)

    all_at_once([partial(run, viewer) for viewer in viewers])

    with database.reading() as reading:
        counted = reading.get_one(Request, ident).want_count
        rows = reading.scalar(select(func.count()).select_from(RequestWant))
    assert (counted, rows) == (PEOPLE, PEOPLE)
