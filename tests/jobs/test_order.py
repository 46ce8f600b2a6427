"""Whose turn it is, on both databases: fair between people, short before long, nobody for ever."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import LEAST_WORK_S, Extent, Job, Priority, QueueName
from mediashare.jobs.models import JobRow
from tests.factories import make_user

LEASE = timedelta(minutes=5)
# Any clip waits for at most so many others of one person that are as long or longer.
MOST_BEFORE = 3


@dataclass(frozen=True, kw_only=True)
class Encode(Job):
    kind: ClassVar[str] = "encode"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    priority: ClassVar[int] = Priority.PLAY
    effort: ClassVar[float] = 1.0


@dataclass(frozen=True, kw_only=True)
class Improve(Encode):
    kind: ClassVar[str] = "improve"
    priority: ClassVar[int] = Priority.IMPROVE


class Shop:
    """A queue and some workers that are always busy; every job is known by its subject."""

    def __init__(self, database: Database, workers: int, people: Sequence[str]) -> None:
        self._database, self._workers, self._people = database, workers, people
        self.running: list[JobRow] = []
        self.order: list[str] = []

    def put(self, name: str, *, whose: int, seconds: float, job: type[Job] = Encode) -> None:
        with self._database.transaction() as session:
            extent = Extent(seconds=seconds - LEAST_WORK_S)
            owner = self._people[whose]
            job_queue.put(session, job(subject=name), owner_id=owner, extent=extent)

    def start(self) -> bool:
        """One worker takes a job, if there is one."""
        with self._database.transaction() as session:
            row = job_queue.claim(session, ["media"], worker="w", lease=LEASE)
        if row is not None:
            self.running.append(row)
            self.order.append(row.subject)
        return row is not None

    def finish(self, which: int = 0) -> None:
        row = self.running.pop(which % len(self.running))
        with self._database.transaction() as session:
            job_queue.finish(session, row.id, row.attempt)

    def fill(self) -> None:
        while len(self.running) < self._workers and self.start():
            pass

    def turn(self, which: int = 0) -> None:
        """One job ends, the next begins."""
        if self.running:
            self.finish(which)
        self.fill()

    def run_until(self, name: str, most: int = 1000) -> Sequence[str]:
        """What is begun from now on, before this one."""
        begun = len(self.order)
        self.fill()
        while name not in self.order[begun:]:
            assert len(self.order) - begun < most, f"{name} is stuck"
            self.turn()
        return self.order[begun : self.order.index(name, begun)]


@pytest.fixture
def people(session: Session) -> Sequence[str]:
    return [make_user(session).id for _person in range(3)]


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("seconds", [60, 600])
def test_a_clip_is_not_stuck_behind_somebody_elses_forty(
    database: Database, people: Sequence[str], workers: int, seconds: int
) -> None:
    shop = Shop(database, workers, people)
    for number in range(40):
        shop.put(f"many {number}", whose=0, seconds=600)
    for _job in range(5):
        shop.turn()

    shop.put("single", whose=1, seconds=seconds)

    assert len(shop.run_until("single")) == 0


def test_two_people_with_many_clips_take_turns(database: Database, people: Sequence[str]) -> None:
    shop = Shop(database, 1, people)
    for whose in (0, 1):
        for number in range(10):
            shop.put(f"{whose} {number}", whose=whose, seconds=60)

    for _job in range(10):
        shop.turn()

    assert Counter(name[0] for name in shop.order) == {"0": 5, "1": 5}


def test_who_has_longer_clips_gets_fewer_of_them_done_in_the_same_time(
    database: Database, people: Sequence[str]
) -> None:
    shop = Shop(database, 1, people)
    for number in range(10):
        shop.put(f"long {number}", whose=0, seconds=300)
        shop.put(f"short {number}", whose=1, seconds=60)

    for _job in range(12):
        shop.turn()

    assert Counter(name.split()[0] for name in shop.order) == {"short": 10, "long": 2}


def test_a_short_clip_goes_before_a_long_one_of_the_same_person(
    database: Database, people: Sequence[str]
) -> None:
    shop = Shop(database, 1, people)
    shop.put("four hours", whose=0, seconds=4 * 3600)
    shop.put("a minute", whose=0, seconds=60)

    assert shop.run_until("four hours") == ["a minute"]


def test_a_long_clip_has_its_turn_however_many_short_ones_keep_coming(
    database: Database, people: Sequence[str]
) -> None:
    shop = Shop(database, 1, people)
    shop.put("long", whose=0, seconds=3000)

    for number in range(35):
        for whose in (0, 1):
            shop.put(f"short {number} {whose}", whose=whose, seconds=200)
        shop.turn()

    # By then each of the two has got as much work done as the long one is: 15 short ones.
    assert 25 <= shop.order.index("long") <= 31


def test_what_makes_clips_playable_goes_before_what_makes_them_better(
    database: Database, people: Sequence[str]
) -> None:
    shop = Shop(database, 1, people)
    shop.put("pictures", whose=0, seconds=10, job=Improve)
    for number in range(20):
        shop.put(f"clip {number}", whose=1, seconds=600)

    assert len(shop.run_until("pictures")) == 20


def test_what_makes_clips_better_is_done_though_new_clips_never_end(
    database: Database, people: Sequence[str]
) -> None:
    shop = Shop(database, 1, people)
    shop.put("pictures", whose=0, seconds=60, job=Improve)

    for number in range(20):
        for whose in (1, 2):
            shop.put(f"clip {number} {whose}", whose=whose, seconds=1800)
        shop.turn()

    # Half of the time goes to each of the two, so that four hours of work of one are eight clips.
    assert 8 <= shop.order.index("pictures") <= 17


def test_a_priority_of_its_own_goes_before_that_of_the_kind(
    database: Database, people: Sequence[str]
) -> None:
    shop = Shop(database, 1, people)
    shop.put("usual", whose=0, seconds=60)
    with database.transaction() as session:
        urgent = Improve(subject="urgent")
        job_queue.put(session, urgent, owner_id=people[1], priority=Priority.PLAY + 1)

    assert shop.run_until("usual") == ["urgent"]


def test_what_had_rested_for_long_does_not_take_everything_when_it_comes_back(
    database: Database, people: Sequence[str]
) -> None:
    """The clock of a priority goes on with the others' while nothing of that priority waits."""
    shop = Shop(database, 1, people)
    shop.put("first improvement", whose=0, seconds=60, job=Improve)
    shop.turn()
    for number in range(12):
        shop.put(f"early {number}", whose=1, seconds=3600)
        shop.turn()
    for number in range(3):
        shop.put(f"late improvement {number}", whose=0, seconds=60, job=Improve)
    shop.put("clip", whose=1, seconds=600)

    assert len(shop.run_until("clip")) == 0


def test_a_job_that_is_started_again_by_hand_waits_with_the_others(
    database: Database, people: Sequence[str]
) -> None:
    shop = Shop(database, 1, people)
    shop.put("failed", whose=0, seconds=60)
    shop.fill()
    (row,) = shop.running
    with database.transaction() as session:
        job_queue.give_up(session, row.id, row.attempt, error="No.")
    shop.running.clear()
    for number in range(3):
        shop.put(f"other {number}", whose=0, seconds=60)

    with database.transaction() as session:
        job_queue.restart(session, row.id)

    assert shop.run_until("failed") == ["other 0", "other 1", "other 2"]


def test_a_job_that_is_tried_again_keeps_its_turn(
    database: Database, people: Sequence[str]
) -> None:
    shop = Shop(database, 1, people)
    for number in range(3):
        shop.put(f"clip {number}", whose=0, seconds=60)
    shop.fill()
    (row,) = shop.running
    with database.transaction() as session:
        job_queue.hand_back(session, row.id, row.attempt)
    shop.running.clear()

    assert shop.run_until("clip 1") == ["clip 0"]


COSTS = st.sampled_from([60, 60, 120, 600])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 1), COSTS, st.sampled_from([Encode, Improve])),
        st.tuples(st.just("end"), st.integers(0, 5)),
    ),
    max_size=30,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS, workers=st.integers(1, 3), seconds=COSTS)
def test_whatever_has_happened_nobodys_clip_waits_for_many_and_every_job_is_done(
    database: Database, people: Sequence[str], acts: list[Any], workers: int,
    seconds: int,
) -> None:  # fmt: skip
    with database.transaction() as session:
        session.execute(delete(JobRow))
    shop, length = Shop(database, workers, people), dict[str, tuple[int, int]]()
    for number, act in enumerate(acts):
        match act:
            case ("put", int(whose), int(cost), job):
                length[f"{number} {job.kind}"] = (whose, cost)
                shop.put(f"{number} {job.kind}", whose=whose, seconds=cost, job=job)
            case (_, int(which)):
                shop.turn(which)
        shop.fill()

    shop.put("newcomer", whose=2, seconds=seconds)
    before = shop.run_until("newcomer")

    longer = [length[name] for name in before if length[name][1] >= seconds]
    assert all(name.endswith("encode") for name in before)
    assert max(Counter(whose for whose, _cost in longer).values(), default=0) <= MOST_BEFORE
    while shop.running:
        shop.turn()
    assert sorted(shop.order) == sorted([*length, "newcomer"])
