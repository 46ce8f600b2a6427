"""What becomes of a job, whatever its handler does; the runner without Celery."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Job
from mediashare.jobs.models import JobRow, JobState
from mediashare.jobs.wake import wake_after_commits
from mediashare.media.jobs import DeleteObjects, MakePictures, MakeRendition
from mediashare.storage.port import Storage
from tests.factories import make_episode, make_user
from tests.fakes import RecordingWaker
from tests.workers.toys import REGISTRY, Failure, Result, Toy, read_diary
from workers import attempt, registry, run, scratch
from workers.parts import Parts
from workers.registry import Handler
from workers.run import Runner


@pytest.fixture
def parts(settings: Settings, database: Database, storage: Storage) -> Parts:
    quick = settings.model_copy(update={"job_lease": 0.6})
    return Parts(quick, database, storage)


@pytest.fixture
def runner(parts: Parts) -> Iterator[Runner]:
    runner = Runner(parts, REGISTRY)
    yield runner
    (parts.settings.data / "go").touch()
    wait_until(runner.is_idle)


def put(database: Database, act: str) -> str:
    with database.transaction() as session:
        row = job_queue.put(session, Toy(subject="clip", act=act))
        session.flush()
        return row.id


def get(database: Database, job_id: str) -> JobRow:
    with database.reading() as session:
        return session.get_one(JobRow, job_id)


def change(database: Database, job_id: str, **values: Any) -> None:
    with database.transaction() as session:
        session.execute(update(JobRow).where(JobRow.id == job_id).values(**values))


def list_kinds(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(JobRow.kind).where(JobRow.kind != Toy.kind)))


def list_sentences(database: Database) -> list[str]:
    """What was said about jobs that came to nothing."""
    with database.reading() as session:
        payloads = session.scalars(select(JobRow.payload).where(JobRow.kind == Failure.kind))
        return [payload["sentence"] for payload in payloads]


def wait_until(is_true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def work_aside(runner: Runner) -> threading.Thread:
    thread = threading.Thread(target=runner.work, args=["media"])
    thread.start()
    return thread


def test_a_job_is_done_and_its_scratch_folder_is_gone(parts: Parts, runner: Runner) -> None:
    job_id = put(parts.database, "work")

    assert runner.work("media")

    row = get(parts.database, job_id)
    assert (row.state, row.progress, row.error) == ("done", 1.0, None)
    assert list_kinds(parts.database) == ["result"]
    assert list((parts.settings.data / "scratch").iterdir()) == []


def test_a_message_without_a_job_does_nothing(runner: Runner) -> None:
    assert not runner.work("media")


def test_a_second_message_for_the_same_job_does_nothing(parts: Parts, runner: Runner) -> None:
    put(parts.database, "work")

    assert [runner.work("media"), runner.work("media")] == [True, False]
    assert list_kinds(parts.database) == ["result"]


def test_a_refused_recording_fails_at_once_with_its_reason(parts: Parts, runner: Runner) -> None:
    job_id = put(parts.database, "refuse")

    runner.work("media")

    row = get(parts.database, job_id)
    assert (row.state, row.attempt, row.error) == ("failed", 1, "This is not a recording.")
    assert list_kinds(parts.database) == ["failure"]


@pytest.mark.parametrize(
    ("act", "sentence"), [("unavailable", "The store is away."), ("stumble", attempt.UNEXPECTED)]
)
def test_what_may_pass_is_tried_again_and_then_given_up(
    parts: Parts, runner: Runner, act: str, sentence: str
) -> None:
    job_id = put(parts.database, act)

    states = []
    for _attempt in range(Toy.max_attempts):
        assert runner.work("media")
        row = get(parts.database, job_id)
        states.append((row.state.value, row.error))
        change(parts.database, job_id, run_after=clock.now())

    assert states == [("queued", sentence), ("failed", sentence)]
    assert not runner.work("media")
    assert list_kinds(parts.database) == ["failure"]


@pytest.mark.parametrize(
    ("act", "tries", "state"), [("fail alike", 2, "failed"), ("lose a tool", 2, "queued")]
)
def test_a_tool_that_fails_twice_alike_is_not_asked_a_third_time(
    parts: Parts, runner: Runner, act: str, tries: int, state: str
) -> None:
    job_id = put(parts.database, act)
    change(parts.database, job_id, max_attempts=4)

    for _attempt in range(tries):
        assert get(parts.database, job_id).state == "queued"
        assert runner.work("media")
        change(parts.database, job_id, run_after=clock.now())

    row = get(parts.database, job_id)
    assert (row.state, row.attempt) == (state, tries)
    if state == "failed":
        assert list_sentences(parts.database) == [row.error]
        assert "can't be converted" in str(row.error)
        assert "(code 1)" in str(row.error)


def test_people_do_not_read_what_only_admins_may(parts: Parts, runner: Runner) -> None:
    job_id = put(parts.database, "stumble")

    runner.work("media")

    row = get(parts.database, job_id)
    assert row.error == attempt.UNEXPECTED
    assert "a secret of the machine room" in str(row.error_detail)


def test_a_long_job_keeps_its_lease(parts: Parts) -> None:
    # Long enough for a busy machine to renew it in time.
    settings = parts.settings.model_copy(update={"job_lease": 3.0})
    runner = Runner(replace(parts, settings=settings), REGISTRY)
    job_id = put(parts.database, "wait")
    thread = work_aside(runner)
    wait_until(lambda: get(parts.database, job_id).state == JobState.RUNNING)
    first = get(parts.database, job_id).lease_until
    assert first is not None

    wait_until(lambda: clock.now() > first)
    assert not runner.work("media")
    (parts.settings.data / "go").touch()
    thread.join()

    row = get(parts.database, job_id)
    assert (row.state, row.attempt) == ("done", 1)


def test_a_cancelled_job_stops_and_stores_nothing(parts: Parts, runner: Runner) -> None:
    job_id = put(parts.database, "wait")
    thread = work_aside(runner)
    wait_until(lambda: read_diary(parts.settings))

    with parts.database.transaction() as session:
        job_queue.cancel(session, "clip")
    thread.join()

    assert get(parts.database, job_id).state == JobState.CANCELLED
    assert list_sentences(parts.database) == ["Stopped by an admin."]
    assert list_kinds(parts.database) == ["failure"]


def test_a_job_that_its_author_does_not_want_says_so(parts: Parts, runner: Runner) -> None:
    job_id = put(parts.database, "wait")
    thread = work_aside(runner)
    wait_until(lambda: read_diary(parts.settings))

    with parts.database.transaction() as session:
        job_queue.cancel_one(session, job_id, reason="Stopped by its author.")
    thread.join()

    row = get(parts.database, job_id)
    assert (row.state, row.error) == (JobState.CANCELLED, "Stopped by its author.")
    assert list_sentences(parts.database) == ["Stopped by its author."]


def test_a_job_that_is_cancelled_just_before_its_end_stores_nothing(
    parts: Parts, runner: Runner
) -> None:
    job_id = put(parts.database, "wait")
    thread = work_aside(runner)
    wait_until(lambda: read_diary(parts.settings))
    with parts.database.transaction() as session:
        job_queue.cancel(session, "clip")
    (parts.settings.data / "go").touch()
    thread.join()

    assert get(parts.database, job_id).state == JobState.CANCELLED
    assert list_kinds(parts.database) == ["failure"]


def test_a_cancelled_job_that_was_handed_back_ends_and_the_next_one_is_done(
    parts: Parts, runner: Runner
) -> None:
    unwanted, wanted = put(parts.database, "work"), put(parts.database, "work")
    change(parts.database, unwanted, cancel_requested=True)

    assert runner.work("media")

    states = [get(parts.database, job_id).state.value for job_id in (unwanted, wanted)]
    assert states == ["cancelled", "done"]
    assert list_kinds(parts.database) == ["failure", "result"]
    assert list_sentences(parts.database) == ["Stopped by an admin."]


@pytest.mark.parametrize("job", [MakeRendition, MakePictures])
def test_a_job_that_ends_after_its_episode_is_gone_has_its_objects_removed(
    parts: Parts, session: Session, job: type[Job]
) -> None:
    author = make_user(session)
    kept = make_episode(session, author)
    for subject in (kept.id, "deleted"):
        with parts.database.transaction() as own:
            row = job_queue.put(own, job(subject=subject))
            row.cancel_requested = True

    Runner(parts, registry.REGISTRY).work("media")

    query = select(JobRow.subject).where(JobRow.kind == DeleteObjects.kind)
    assert session.scalars(query).all() == ["deleted"]


def test_a_job_that_was_taken_over_stores_nothing(
    parts: Parts, runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = put(parts.database, "wait")
    thread = work_aside(runner)
    wait_until(lambda: read_diary(parts.settings))
    change(parts.database, job_id, attempt=2, lease_owner="another")

    with caplog.at_level(logging.INFO):
        thread.join()

    row = get(parts.database, job_id)
    assert (row.state, row.attempt, row.lease_owner) == ("running", 2, "another")
    assert list_kinds(parts.database) == []
    assert "another worker has taken it over" in caplog.text


def test_stopping_hands_the_job_back_and_wakes_somebody_else(
    parts: Parts, runner: Runner, waker: RecordingWaker
) -> None:
    wake_after_commits(parts.database, waker)
    job_id = put(parts.database, "wait")
    thread = work_aside(runner)
    wait_until(lambda: read_diary(parts.settings))
    waker.woken.clear()

    runner.stop()
    thread.join()

    row = get(parts.database, job_id)
    assert (row.state, row.lease_owner, row.max_attempts - row.attempt) == (
        "queued",
        None,
        Toy.max_attempts,
    )
    assert waker.woken == ["media"]
    assert not runner.work("media")


def test_a_deaf_handler_loses_its_job_and_its_children(
    parts: Parts, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "STOP_PATIENCE_S", 0.1)
    job_id = put(parts.database, "ignore")
    thread = work_aside(runner)
    wait_until(lambda: len(read_diary(parts.settings)) == 2)
    child = Path("/proc") / read_diary(parts.settings)[1].removeprefix("child ") / "stat"
    assert child.read_text().split()[2] == "S"

    runner.stop()
    runner.abandon()
    assert get(parts.database, job_id).state == JobState.QUEUED
    wait_until(lambda: child.read_text().split()[2] == "Z")
    (parts.settings.data / "go").touch()
    thread.join()

    assert get(parts.database, job_id).state == JobState.QUEUED
    assert list_kinds(parts.database) == []


def test_a_kind_of_job_that_nobody_here_knows_is_left_for_another_version(
    parts: Parts, runner: Runner
) -> None:
    job_id = put(parts.database, "work")
    change(parts.database, job_id, kind="telepathy")

    runner.work("media")

    row = get(parts.database, job_id)
    assert (row.state, row.attempt) == ("queued", 1)
    assert row.error == "No worker here knows this kind of work; another version may."


def test_leftovers_of_dead_attempts_are_removed_and_those_of_the_living_stay(
    parts: Parts,
) -> None:
    living, dead = put(parts.database, "work"), put(parts.database, "work")
    with parts.database.transaction() as session:
        for _job in (living, dead):
            job_queue.claim(session, ["media"], worker="me", lease=timedelta(seconds=60))
    change(parts.database, dead, lease_until=clock.now() - timedelta(seconds=1))
    base = parts.settings.data.resolve() / "scratch"
    for name in (f"{living}-1", f"{dead}-1", "unknown-7"):
        (base / name).mkdir(parents=True)
        (base / name / "file").write_text("temporary")

    removed = scratch.sweep(parts.settings, parts.database)

    assert removed == 2
    assert [path.name for path in base.iterdir()] == [f"{living}-1"]


def test_a_handler_without_a_result_need_not_finish_its_job(parts: Parts) -> None:
    runner = Runner(parts, {Result: Handler(run=lambda _context, _job: None)})
    with parts.database.transaction() as session:
        job_queue.put(session, Result(subject="clip"))

    runner.work(Result.queue)

    with parts.database.reading() as session:
        assert session.scalars(select(JobRow.state)).all() == ["done"]
