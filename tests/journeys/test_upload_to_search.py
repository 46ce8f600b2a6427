"""From a file on a disk to a word that colleagues find at its second, through real processes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import webvtt
from sqlalchemy import select

from mediashare.config import Settings
from mediashare.media.models import Rendition
from tests.conftest import SHARED_DATA
from tests.mediafiles import MediaFiles
from tests.servers.house import House, is_settled, running_house

pytestmark = pytest.mark.slow

LINE = "A rotation means a reload."
CAPTIONS = f"WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n{LINE}\n"
# What people really send, from a phone, a recorder, a browser; each with what it becomes.
RECORDINGS = {
    "fits.mp4": ("video", True),
    "vp8.webm": ("video", False),
    "browser.webm": ("video", False),
    "talk.mp3": ("audio", False),
    "odd.webm": ("video", False),
}
REAL = {
    "flower.mp4": ("video", True),
    "flower.webm": ("video", False),
    "trex.mp3": ("audio", False),
    "recorder_vp9.webm": ("video", False),
    "recorder_audio.webm": ("audio", False),
}


@pytest.fixture(scope="module", params=["embedded", "servers"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """A running house: on embedded defaults with one worker, or on servers with two."""
    settings: Settings = request.getfixturevalue(request.param)
    workers = (
        ["media,speech,default"] if request.param == "embedded" else ["media", "speech,default"]
    )
    with running_house(settings, *workers) as found:
        yield found


def is_copied(house: House, ident: str) -> bool:
    """Whether the picture of an episode is the one that was sent, not encoded again."""
    with house.database.reading() as session:
        query = select(Rendition.video_copied).where(
            Rendition.episode_id == ident, Rendition.is_provisional.is_(False)
        )
        return any(session.scalars(query))


def is_transcribed(episode: dict[str, Any]) -> bool:
    return is_settled(episode) and episode["transcript"]["state"] in {"ready", "none", "failed"}


def test_a_spoken_word_is_found_at_its_second(house: House, speech: Path) -> None:
    made = house.publish(speech, language="en")

    episode = house.wait_until(made["id"], is_transcribed)
    captions = house.fetch(f"/api/v1/episodes/{made['id']}/transcript.vtt").decode()
    found = house.get("/api/v1/search?q=country")

    assert (episode["state"], episode["kind"]) == ("ready", "audio")
    assert episode["transcript"]["state"] == "ready"
    assert episode["transcript"]["language"] == "en"
    assert "country" in webvtt.from_string(captions)[0].text
    assert [result["episode"]["id"] for result in found["results"]] == [made["id"]]
    moment = found["results"][0]["moments"][0]
    assert "<mark>country</mark>" in moment["html"]
    # The model says the word about 2.5 s into the only chunk, which begins with the speech.
    assert 1 <= moment["start"] <= moment["end"] <= episode["duration"]


def test_captions_of_the_author_are_found_and_not_overwritten(house: House, speech: Path) -> None:
    made = house.publish(speech, title="Reloading", captions=CAPTIONS)

    episode = house.wait_until(made["id"], is_transcribed)
    found = house.get("/api/v1/search?q=rotation")

    assert episode["transcript"]["state"] == "ready"
    assert "transcript" not in {step["name"] for step in episode["steps"]}
    assert found["results"][0]["moments"][0]["text"] == LINE


def test_a_private_episode_gives_nothing_to_others(house: House, speech: Path) -> None:
    captions = CAPTIONS.replace("rotation", "heliotrope")
    made = house.publish(speech, audience="private", title="Heliotrope", captions=captions)
    episode = house.wait_until(made["id"], is_settled)
    files = [file["url"] for file in episode["media"]["files"]]
    paths = [*files, episode["media"]["hls"], episode["media"]["waveform"]]
    paths += [f"/api/v1/episodes/{made['id']}{end}" for end in ("", "/transcript", "/comments")]
    stranger = house.make_person("Stranger")

    own = {path: house.status(path, house.token) for path in paths}
    others_get = {path: house.status(path, stranger) for path in paths}
    found = house.get("/api/v1/search?q=heliotrope", stranger)
    own_found = house.get("/api/v1/search?q=heliotrope")

    # On S3 the bytes are a redirect away.
    assert set(own.values()) <= {200, 302}
    assert set(others_get.values()) == {404}
    assert found["results"] == []
    assert [result["episode"]["id"] for result in own_found["results"]] == [made["id"]]


@pytest.mark.parametrize("house", ["embedded"], indirect=True)
def test_what_people_send_becomes_playable(house: House, media_files: MediaFiles) -> None:
    expected = {media_files.get(name): outcome for name, outcome in RECORDINGS.items()}
    expected |= {
        SHARED_DATA / name: outcome
        for name, outcome in REAL.items()
        if (SHARED_DATA / name).exists()
    }

    made = {path: house.publish(path)["id"] for path in expected}
    episodes = {path: house.wait_until(ident, is_transcribed) for path, ident in made.items()}

    assert {path: episode["state"] for path, episode in episodes.items()} == dict.fromkeys(
        expected, "ready"
    )
    assert {path: episode["kind"] for path, episode in episodes.items()} == {
        path: kind for path, (kind, _) in expected.items()
    }
    assert {path: is_copied(house, ident) for path, ident in made.items()} == {
        path: copy for path, (_, copy) in expected.items()
    }


@pytest.mark.parametrize("house", ["embedded"], indirect=True)
def test_what_is_no_media_says_so(house: House, media_files: MediaFiles) -> None:
    made = house.publish(media_files.script("text.mp4"))

    episode = house.wait_until(made["id"], lambda found: found["state"] == "failed")

    assert [step["name"] for step in episode["steps"]] == ["probe"]
    assert episode["steps"][0]["error"]
