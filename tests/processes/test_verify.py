"""`mediashare verify`: sound houses pass, each kind of damage is named."""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from mediashare import clock
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow
from mediashare.library.models import Episode, EpisodeState
from mediashare.media.jobs import DeleteObjects, MakeRendition
from mediashare.media.models import Recording, Rendition, RenditionKind
from mediashare.ratings.models import Outcome, Rating, Verdict
from mediashare.storage import keys
from mediashare.storage.port import Storage
from mediashare.verify import list_findings as list_all
from tests.factories import make_episode, make_user

HOUR_AGO = timedelta(hours=1)


def list_findings(
    database: Database, storage: Storage, grace: timedelta = timedelta()
) -> Sequence[str]:
    return list_all(database, storage, grace=grace)


@pytest.fixture
def episode(database: Database, storage: Storage) -> Episode:
    """A ready episode with a recording and a rendition, one rating and one outcome."""
    with database.sessions() as session:
        author = make_user(session)
        found = make_episode(session, author, slug="tls", rating_sum=4, rating_count=1)
        found.solved_count = 1
        recording, file = "recordings/u1", f"episodes/{found.id}/audio.m4a"
        session.add_all(
            [
                Recording(episode_id=found.id, storage_key=recording, filename="tls.wav", size=9),
                _rendition(found.id, file),
                Rating(episode_id=found.id, user_id=author.id, stars=4),
                Outcome(episode_id=found.id, user_id=author.id, verdict=Verdict.SOLVED),
            ]
        )
        session.commit()
    storage.put(recording, io.BytesIO(b"recording"), content_type="audio/wav")
    storage.put(file, io.BytesIO(b"rendition"), content_type="audio/mp4")
    return found


def _rendition(episode_id: str, key: str) -> Rendition:
    return Rendition(
        episode_id=episode_id,
        kind=RenditionKind.AUDIO,
        storage_key=key,
        mime_type="audio/mp4",
        codecs="mp4a.40.2",
        size=9,
        sha256="0" * 64,
        duration_ms=1000,
        bitrate=96000,
        init_size=1,
        segments=[[1, 8, 1000]],
    )


def change(database: Database, **values: Any) -> None:
    with database.transaction() as session:
        session.execute(update(Episode).values(**values))


@pytest.mark.usefixtures("episode")
def test_a_sound_house_has_no_findings(database: Database, storage: Storage) -> None:
    assert list_findings(database, storage) == []


def test_a_lost_and_a_cut_object_are_named(
    database: Database, storage: Storage, episode: Episode
) -> None:
    storage.delete("recordings/u1")
    key = f"episodes/{episode.id}/audio.m4a"
    storage.put(key, io.BytesIO(b"rend"), content_type="audio/mp4")

    assert list_findings(database, storage) == [
        f"The object {key} has 4 bytes instead of 9.",
        "The object recordings/u1 (9 bytes) is missing from the store.",
    ]


def test_an_object_that_nothing_refers_to_is_named(
    database: Database, storage: Storage, episode: Episode
) -> None:
    key = f"episodes/{episode.id}/old.m4a"
    storage.put(key, io.BytesIO(b"old"), content_type="audio/mp4")

    assert list_findings(database, storage) == [
        f"The object {key} is in the store, but nothing refers to it."
    ]
    assert list_findings(database, storage, HOUR_AGO) == []


def test_what_a_job_is_making_or_removing_is_no_finding(
    database: Database, storage: Storage, episode: Episode
) -> None:
    fresh, gone = keys.result(episode.id, "job", 1, "new.m4a"), "recordings/u0"
    for key in (fresh, gone):
        storage.put(key, io.BytesIO(b"bytes"), content_type="audio/mp4")
    with database.transaction() as session:
        job_queue.put(session, MakeRendition(subject=episode.id))
        job_queue.put(session, DeleteObjects(subject="deleted", keys=[gone]))

    assert list_findings(database, storage) == []


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ({"rating_count": 2}, "has rating_count 2; counted, it is 1."),
        ({"rating_sum": 5}, "has rating_sum 5; counted, it is 4."),
        ({"comment_count": 1}, "has comment_count 1; counted, it is 0."),
        ({"solved_count": 0}, "has solved_count 0; counted, it is 1."),
        ({"outdated_count": 1}, "has outdated_count 1; counted, it is 0."),
        ({"state": EpisodeState.PROCESSING}, "is being processed, but no job works on it."),
        ({"state": EpisodeState.FAILED}, "has failed without a reason."),
    ],
)
@pytest.mark.usefixtures("episode")
def test_wrong_counts_and_stuck_states_are_named(
    database: Database, storage: Storage, values: dict[str, Any], finding: str
) -> None:
    change(database, **values)

    assert list_findings(database, storage) == [f"The episode tls {finding}"]


def test_a_ready_episode_without_anything_to_play_is_named(
    database: Database, storage: Storage, episode: Episode
) -> None:
    with database.transaction() as session:
        session.execute(delete(Rendition))
    storage.delete(f"episodes/{episode.id}/audio.m4a")

    assert list_findings(database, storage) == [
        "The episode tls is ready, but there is nothing to play."
    ]


def test_a_job_without_a_live_worker_is_named_once_a_scheduler_would_have_ended_it(
    database: Database, storage: Storage
) -> None:
    with database.transaction() as session:
        job_queue.put(session, MakeRendition(subject="clip"))
    with database.transaction() as session:
        row = job_queue.claim(session, ["media"], worker="me", lease=timedelta(seconds=1))
    assert row is not None
    assert list_findings(database, storage) == []

    with database.transaction() as session:
        session.execute(update(JobRow).values(lease_until=clock.now() - HOUR_AGO))

    (finding,) = list_findings(database, storage)
    assert finding.startswith(f"The job {row.id} (rendition) has had no live worker since")
