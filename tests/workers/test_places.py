"""How much one worker process does at once; the runner without Celery."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Extent, Job, QueueName
from mediashare.jobs.models import JobRow, JobState
from mediashare.media.jobs import MakeRendition, Probe
from mediashare.storage.port import Storage
from tests.fakes import RecordingWaker
from tests.patience import wait_until
from tests.workers.toys import read_diary, run
from workers import run as running
from workers.lanes import SHORT_WORK_S, Lane
from workers.parts import Parts
from workers.registry import Handler, Registry
from workers.run import Runner
from workers.tools import ffmpeg


@dataclass(frozen=True, kw_only=True)
class Film(Job):
    kind: ClassVar[str] = "film"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    effort: ClassVar[float] = 1.0
    copies: ClassVar[float] = 1.0

    act: str = "wait"


@dataclass(frozen=True, kw_only=True)
class Talk(Film):
    kind: ClassVar[str] = "talk"
    queue: ClassVar[QueueName] = QueueName.SPEECH


@dataclass(frozen=True, kw_only=True)
class Errand(Film):
    kind: ClassVar[str] = "errand"
    queue: ClassVar[QueueName] = QueueName.DEFAULT

    act: str = "work"


REGISTRY: Registry = {job: Handler(run=run) for job in (Film, Talk, Errand)}


class Shop:
    """A worker process with as many threads as there is work, and its messages."""

    def __init__(self, parts: Parts, waker: RecordingWaker) -> None:
        self.parts, self.waker = parts, waker
        self.runner = Runner(parts, REGISTRY, waker.wake)
        self.threads: list[threading.Thread] = []

    @property
    def database(self) -> Database:
        return self.parts.database

    def put(self, job: Job, **extent: Any) -> str:
        with self.database.transaction() as session:
            row = job_queue.put(session, job, extent=Extent(**extent))
            session.flush()
            return row.id

    def get(self, job_id: str) -> JobRow:
        with self.database.reading() as session:
            return session.get_one(JobRow, job_id)

    def begin(self, job: Job, **extent: Any) -> str:
        """Put a job, and have a thread take it."""
        job_id = self.put(job, **extent)
        thread = threading.Thread(target=self.runner.work, args=[job.queue.value])
        thread.start()
        self.threads.append(thread)
        wait_until(lambda: f"wait {job.subject} 1" in read_diary(self.parts.settings))
        return job_id

    def end(self) -> None:
        """Let everything come to its end."""
        (self.parts.settings.data / "go").touch()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def open_shop(
    settings: Settings, database: Database, storage: Storage, waker: RecordingWaker,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., Shop]]:  # fmt: skip
    shops: list[Shop] = []
    # No test waits for a message that is passed on; those about it say so.
    monkeypatch.setattr(running, "PASS_ON_AFTER_S", 3600.0)

    def act(**changes: Any) -> Shop:
        chosen = settings.model_copy(update=changes)
        shops.append(Shop(Parts(chosen, database, storage), waker))
        return shops[-1]

    yield act
    for shop in shops:
        shop.end()
        shop.runner.stop()


def test_no_more_jobs_of_a_queue_run_at_once_than_it_has_places(
    open_shop: Callable[..., Shop],
) -> None:
    shop = open_shop(media_concurrency=2)
    shop.begin(Film(subject="one"))
    shop.begin(Film(subject="two"))
    third = shop.put(Film(subject="three"))

    assert not shop.runner.work("media")
    assert (shop.get(third).state, shop.get(third).attempt) == ("queued", 0)


def test_a_full_queue_keeps_the_others_from_nothing(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(media_concurrency=1, speech_concurrency=1)
    shop.begin(Film(subject="film"))
    shop.begin(Talk(subject="talk"))
    errands = [shop.put(Errand(subject="errand")) for _errand in range(3)]

    assert [shop.runner.work("default") for _errand in errands] == [True] * 3
    assert [shop.get(errand).state for errand in errands] == [JobState.DONE] * 3


def test_a_message_that_came_too_early_is_sent_again_when_a_place_is_free(
    open_shop: Callable[..., Shop], waker: RecordingWaker
) -> None:
    shop = open_shop(media_concurrency=1)
    shop.begin(Film(subject="one"))
    second = shop.put(Film(subject="two"))
    shop.runner.work("media")
    assert waker.woken == []

    shop.end()

    assert waker.woken == ["media"]
    assert shop.runner.work("media")
    assert shop.get(second).state is JobState.DONE
    # It may have stood for more than one; then nothing waits, and nobody is woken any more.
    assert waker.woken == ["media", "media"]
    assert not shop.runner.work("media")
    assert waker.woken == ["media", "media"]


def test_a_full_worker_passes_messages_on_to_others(
    open_shop: Callable[..., Shop], waker: RecordingWaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PASS_ON_AFTER_S", 0.01)
    shop = open_shop(media_concurrency=1)
    shop.begin(Film(subject="one"))
    shop.put(Film(subject="two"))

    shop.runner.work("media")

    wait_until(lambda: waker.woken == ["media"])


def test_the_last_place_is_kept_for_short_clips(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(media_concurrency=2)
    hours, minute = 4 * 3600, 60
    shop.begin(Film(subject="long"), seconds=hours)
    other = shop.put(Film(subject="another", act="work"), seconds=hours)
    short = shop.put(Film(subject="short", act="work"), seconds=minute)

    assert [shop.runner.work("media"), shop.runner.work("media")] == [True, False]
    assert [shop.get(job).state.value for job in (other, short)] == ["queued", "done"]

    shop.end()
    assert shop.runner.work("media")
    assert shop.get(other).state is JobState.DONE


def test_a_single_place_is_for_long_ones_too() -> None:
    lane = Lane(1)
    lane.enter()

    assert lane.longest_work() is None


def test_places_for_long_work_are_one_less() -> None:
    lane = Lane(3)
    limits = []
    for _job in range(3):
        lane.enter()
        limits.append(lane.longest_work())
        lane.begin(SHORT_WORK_S + 1)

    assert limits == [None, None, SHORT_WORK_S]


@pytest.mark.parametrize(("runs", "threads"), [(1, 8), (2, 8), (3, 5), (16, 1), (99, 1)])
def test_encoders_share_the_cores(runs: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "CORES", 16)
    monkeypatch.setattr(ffmpeg, "SHARE", ffmpeg.Share())

    ffmpeg.share_cores(runs)

    words = ffmpeg.command(ffmpeg.nowhere([ffmpeg.source("mov", "in")]))
    assert words[words.index("-threads") + 1] == str(threads)


class TestRoom:
    """Jobs that write much wait while there is no room for them."""

    def test_a_job_waits_for_room_at_no_cost_and_starts_when_there_is_some(
        self, open_shop: Callable[..., Shop]
    ) -> None:
        shop = open_shop(scratch_bytes=1_000_000, media_concurrency=3)
        shop.begin(Film(subject="first"), size=600_000)
        second = shop.put(Film(subject="second", act="work"), size=600_000)

        assert not shop.runner.work("media")
        waiting = shop.get(second)
        assert (waiting.state, waiting.attempt, waiting.error) == ("queued", 0, None)

        shop.end()
        assert shop.waker.woken == ["media"]
        assert shop.runner.work("media")
        assert (shop.get(second).state, shop.get(second).attempt) == ("done", 1)

    def test_what_was_promised_counts_and_what_is_written_counts_once(
        self, open_shop: Callable[..., Shop]
    ) -> None:
        shop = open_shop(scratch_bytes=1_000_000)
        job_id = shop.begin(Film(subject="film"), size=600_000)
        folder: Path = shop.parts.settings.data.resolve() / "scratch" / f"{job_id}-1"
        rooms = [shop.runner.room()]
        for size in (400_000, 800_000):
            (folder / "file").write_bytes(b"x" * size)
            rooms.append(shop.runner.room())

        near = [(round(room.now, -5), round(room.most, -5)) for room in rooms]
        assert near == [(400_000, 1_000_000), (400_000, 1_000_000), (200_000, 1_000_000)]

    def test_a_job_too_large_for_this_worker_keeps_nobody_waiting(
        self, open_shop: Callable[..., Shop]
    ) -> None:
        shop = open_shop(scratch_bytes=1_000_000)
        large = shop.put(Film(subject="large", act="work"), size=2_000_000)
        small = shop.put(Film(subject="small", act="work"), size=2_000)

        assert [shop.runner.work("media"), shop.runner.work("media")] == [True, False]
        assert [shop.get(job).state.value for job in (large, small)] == ["queued", "done"]

    def test_a_full_disk_lets_jobs_through_that_write_nothing(
        self, open_shop: Callable[..., Shop]
    ) -> None:
        shop = open_shop(min_free_bytes=2**60)
        film = shop.put(Film(subject="film", act="work"), size=1)
        errand = shop.put(Errand(subject="errand"))

        assert [shop.runner.work("media"), shop.runner.work("default")] == [False, True]
        assert [shop.get(job).state.value for job in (film, errand)] == ["queued", "done"]

    def test_what_makes_a_recording_playable_says_how_much_it_needs(self) -> None:
        extent = Extent(seconds=600, size=100_000_000)

        needs = {
            job.kind: round(job(subject="x").room(extent) / extent.size, 2)
            for job in (MakeRendition, Probe)
        }

        assert needs == {"probe": 2.0, "rendition": 4.4}
