"""The health page tells what the workers use, and when none of them is there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role
from mediashare.db.session import Database
from mediashare.jobs.models import WorkerReport
from tests.counting import count_statements
from tests.factories import Browser, make_user

Browse = Callable[[Any], Browser]
SPEECH = "Speech is recognised by whisper with the model <base>."


def make_report(session: Session, name: str, *, silent: timedelta = timedelta()) -> None:
    session.add(
        WorkerReport(
            name=name,
            queues="media,speech",
            speech=SPEECH,
            sandbox="Media tools run in bubblewrap.",
            seen_at=clock.now() - silent,
        )
    )
    session.commit()


@pytest.fixture
def admin(session: Session, browse: Browse) -> Browser:
    return browse(make_user(session, role=Role.ADMIN))


def test_each_worker_is_shown_with_what_it_uses(session: Session, admin: Browser) -> None:
    make_report(session, "forge:1")
    make_report(session, "forge:2", silent=timedelta(minutes=20))

    page = admin.get("/admin/health").text

    assert "forge:1" in page
    assert "20 minutes ago" in page
    assert "Speech is recognised by whisper with the model &lt;base&gt;." in page
    assert "Media tools run in bubblewrap." in page
    assert "No worker has reported" not in page


def test_a_house_whose_workers_are_silent_says_for_how_long(
    session: Session, admin: Browser
) -> None:
    make_report(session, "forge:1", silent=timedelta(minutes=7))
    make_report(session, "forge:2", silent=timedelta(minutes=30))

    assert "No worker has reported for 7 minutes." in admin.get("/admin/health").text


def test_a_house_without_workers_says_so(admin: Browser) -> None:
    assert "No worker has reported yet." in admin.get("/admin/health").text


def test_it_takes_as_many_statements_for_three_workers_as_for_one(
    session: Session, database: Database, admin: Browser
) -> None:
    counts = []
    for workers in ({"forge:1"}, {"forge:2", "forge:3"}):
        for name in workers:
            make_report(session, name)
        counts.append(count_statements(database, lambda: admin.get("/admin/health")))

    assert counts[0] == counts[1]
