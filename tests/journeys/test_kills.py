"""A process dies at the worst moment, and the episode still ends ready, once (F-01 to F-03)."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from mediashare import clock
from mediashare.config import Settings
from mediashare.faults import KILLED
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode
from mediashare.media.models import Rendition
from mediashare.transcripts.models import Segment
from mediashare.verify import verify
from tests.servers.house import House, is_settled, running_house
from tests.servers.ports import wait_for_port

pytestmark = pytest.mark.slow

QUEUES = "media,speech,default"
POINTS = (
    "probe.examined",
    "rendition.encoded",
    "rendition.stored",
    "ladder.encoded",
    "ladder.stored",
    "pictures.stored",
    "transcript.heard",
)


@pytest.fixture(scope="module")
def house(embedded: Settings) -> Iterator[House]:
    """Web and scheduler; the workers are what the tests start and kill."""
    with running_house(embedded) as found:
        yield found


def is_over(episode: dict[str, Any]) -> bool:
    return is_settled(episode) and "transcript" in {step["name"] for step in episode["steps"]}


def end_leases(house: House) -> None:
    """Let the time of a worker that is gone be over. Leases are not short from the beginning: on a
    busy machine those who are still there would lose theirs, too."""
    with house.database.transaction() as session:
        running = update(JobRow).where(JobRow.state == JobState.RUNNING)
        session.execute(running.values(lease_until=clock.now()))


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_there_costs_nothing_but_time(
    house: House, speech: Path, point: str
) -> None:
    made = house.publish(speech, title=point)
    house.start_worker("doomed", QUEUES, fault=point)
    status = house.wait_for_death("doomed")
    end_leases(house)

    house.start_worker("next", QUEUES)
    episode = house.wait_until(made["id"], is_over)
    house.kill("next")

    step, _, _ = point.partition(".")
    assert status == KILLED
    assert (episode["state"], episode["transcript"]["state"]) == ("ready", "ready")
    attempts = {found["name"]: found["attempts"] for found in episode["steps"]}
    assert attempts[step] == 2
    # What follows the first files is made side by side: one's death may cost another a try.
    assert max(attempts.values()) == 2
    with house.database.reading() as session:
        files = select(Rendition.codecs).where(Rendition.episode_id == made["id"])
        said = select(func.count()).where(Segment.episode_id == made["id"])
        assert sorted(session.scalars(files)) == ["mp4a.40.2", "opus"]
        assert session.scalar(said) == 1
    assert verify(house.settings, grace=timedelta()) == []


def test_an_upload_goes_on_after_web_was_killed_in_the_middle(house: House, tmp_path: Path) -> None:
    recording = tmp_path / "long.bin"
    recording.write_bytes(os.urandom(4 * 1024 * 1024))
    client = house.make_uploader(recording)
    client.upload_chunk()
    acknowledged = client.offset

    house.kill("web")
    house.start("web", "web")
    wait_for_port(house.settings.port)
    again = house.make_uploader(recording, client.url)
    resumed_at = again.offset
    again.upload()

    assert resumed_at == acknowledged
    assert again.offset == recording.stat().st_size


def test_two_answers_lost_between_commit_and_client_make_one_episode(
    house: House, speech: Path
) -> None:
    upload = house.upload(speech)
    first = house.post("/api/v1/episodes", {"upload_id": upload, "title": "Once"})
    second = house.post("/api/v1/episodes", {"upload_id": upload, "title": "Once"})

    with house.database.reading() as session:
        count = session.scalar(select(func.count()).where(Episode.title == "Once"))

    assert (first["id"], count) == (second["id"], 1)


def test_sigterm_hands_the_job_to_the_next_worker_at_no_cost(house: House, speech: Path) -> None:
    made = house.publish(speech, title="Handed over")
    worker = house.start_worker("leaving", QUEUES)
    house.wait_until(made["id"], lambda found: found["steps"][0]["state"] != "queued")

    worker.send_signal(signal.SIGTERM)
    status = house.wait_for_death("leaving")
    house.start_worker("staying", QUEUES)
    episode = house.wait_until(made["id"], is_over)
    house.kill("staying")

    assert status == 0
    assert episode["state"] == "ready"
