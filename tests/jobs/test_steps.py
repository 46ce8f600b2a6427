"""What people see of the jobs about their episode."""

from dataclasses import dataclass
from typing import ClassVar

from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Job
from mediashare.jobs.models import JobState
from mediashare.jobs.steps import Step, list_steps
from tests.jobs.test_queue import Bake, claim_one, put


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
        steps = list_steps(session, "bread")

    assert [step.name for step in steps] == ["bake", "taste"]
    assert steps[0] == Step("bake", JobState.QUEUED, 0.0, None, 0, new)


def test_a_failed_step_says_why(database: Database) -> None:
    job_id = put(database)
    claim_one(database)
    with database.transaction() as session:
        job_queue.give_up(session, job_id, 1, error="The oven is cold.", detail="traceback")

    with database.reading() as session:
        steps = list_steps(session, "bread")

    assert steps == [Step("bake", JobState.FAILED, 0.0, "The oven is cold.", 1, job_id)]
