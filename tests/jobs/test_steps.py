"""What people see of the jobs about their episode."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import ClassVar

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs import reports, steps
from mediashare.jobs.job import Job
from mediashare.jobs.models import JobState, WorkerReport
from mediashare.jobs.steps import Step, list_steps, list_steps_of, span
from tests.counting import count_statements
from tests.jobs.test_queue import Bake, change, claim_one, put


@dataclass(frozen=True, kw_only=True)
class Taste(Job):
    kind: ClassVar[str] = "taste"


def test_steps_are_the_newest_job_of_each_kind_in_the_order_of_the_work(
    database: Database,
) -> None:
    old = put(database)
    claim_one(database)
    with database.transaction() as session:
        job_queue.give_up(session, old, 1, error="The oven is cold.")
        job_queue.put(session, Taste(subject="bread"))
    with database.transaction() as session:
        job_queue.put(session, Bake(subject="cake"))
    new = put(database)

    with database.reading() as session:
        found = list_steps(session, "bread")

    assert [step.name for step in found] == ["bake", "taste"]
    assert (found[0].job_id, found[0].state, found[0].attempts) == (new, JobState.QUEUED, 0)


def report(session: Session, queues: str = "media,default", room: int | None = None) -> None:
    reports.report(session, name="forge:1", queues=queues, speech="", sandbox="", room=room)


def explain(database: Database, subject: str = "bread") -> str | None:
    with database.reading() as session:
        return list_steps(session, subject)[-1].waiting_for


def test_a_step_that_waits_says_how_many_are_ahead(database: Database) -> None:
    with database.transaction() as session:
        report(session)
    for subject in ("first", "second", "bread"):
        put(database, subject)
    late = put(database, "late")
    change(database, late, run_after=clock.now() + timedelta(hours=1), turn=-1.0)

    before = explain(database)
    for _job in range(2):
        claim_one(database)
    after = explain(database)

    assert before == "waiting for a free worker, 2 ahead"
    assert after == "waiting for a free worker, next in line"


def test_nobody_counts_further_than_a_hundred(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST_AHEAD", 2)
    with database.transaction() as session:
        report(session)
    for subject in ("first", "second", "third", "bread"):
        put(database, subject)

    assert explain(database) == "waiting for a free worker, 2 or more ahead"


@pytest.mark.parametrize("silent", [False, True])
def test_a_step_without_a_worker_says_so(database: Database, silent: bool) -> None:  # noqa: FBT001 - a case
    with database.transaction() as session:
        report(session, queues="media" if silent else "speech")
        if silent:
            gone = clock.now() - timedelta(minutes=10)
            session.execute(update(WorkerReport).values(seen_at=gone))
    put(database)

    assert explain(database) == "no worker serves media at the moment"


def test_a_step_that_is_tried_again_says_when_and_after_what(database: Database) -> None:
    job_id = put(database)
    claim_one(database)
    with database.transaction() as session:
        job_queue.retry_later(session, job_id, 1, error="The store does not answer.")
    change(database, job_id, run_after=clock.now() + timedelta(seconds=40.4))

    assert explain(database) == "will be tried again in 40 s after: The store does not answer."


def test_a_step_for_which_no_worker_has_room_says_so(database: Database) -> None:
    job_id = put(database)
    change(database, job_id, room=2000)
    said = []
    for room in (1999, 2000, None):
        with database.transaction() as session:
            report(session, room=room)
        said.append(explain(database))

    assert said == [
        "waiting for room on the worker's disk",
        "waiting for a free worker, next in line",
        "waiting for a free worker, next in line",
    ]


def test_a_running_step_says_how_long_it_takes_while_that_is_known(database: Database) -> None:
    job_id = put(database)
    claim_one(database)
    said = []
    for seconds in (None, 90.2, -5):
        ends_at = None if seconds is None else clock.now() + timedelta(seconds=seconds)
        with database.transaction() as session:
            job_queue.report_progress(session, job_id, 1, 0.5, ends_at)
        with database.reading() as session:
            said.append(list_steps(session, "bread")[0].seconds_left)

    assert said == [None, 90, None]


def test_a_done_step_says_how_long_it_took(database: Database) -> None:
    job_id = put(database)
    claim_one(database)
    with database.transaction() as session:
        job_queue.finish(session, job_id, 1)
    change(database, job_id, started_at=clock.now(), finished_at=clock.now() + timedelta(minutes=2))

    with database.reading() as session:
        (step,) = list_steps(session, "bread")

    assert round(step.took or 0) == 120


def test_many_steps_take_as_many_statements_as_one(database: Database) -> None:
    counts = []
    for number in (1, 5):
        for other in range(number):
            put(database, f"bread {number} {other}")
        subjects = [f"bread {number} {other}" for other in range(number)]
        with database.reading() as session:
            counts.append(count_statements(database, partial(list_steps_of, session, subjects)))

    assert counts == [2, 2]


def test_a_failed_step_says_why(database: Database) -> None:
    job_id = put(database)
    claim_one(database)
    with database.transaction() as session:
        job_queue.give_up(session, job_id, 1, error="The oven is cold.", detail="traceback")

    with database.reading() as session:
        found = list_steps(session, "bread")

    assert found == [Step("bake", JobState.FAILED, 0.0, "The oven is cold.", 1, job_id)]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"),
        (59.4, "59 s"),
        (61, "1 min"),
        (150, "2 min"),
        (3599, "1 h"),
        (3900, "1 h 5 min"),
    ],
)
def test_a_length_of_time_is_said_as_roughly_as_people_do(seconds: float, words: str) -> None:
    assert span(seconds) == words
