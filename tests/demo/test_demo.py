"""The demo library: its script holds together, and it comes to life in a running house."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mediashare.config import Settings
from mediashare.demo.fill import DemoError, fill
from mediashare.demo.run import run
from mediashare.demo.script import Clip, read_library
from tests.servers.house import House, running_house

LIBRARY = read_library()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with running_house(
        Settings(data=tmp_path / "var", min_free_bytes=0), "media,speech,default"
    ) as found:
        yield found


def sentences(clip: Clip) -> list[str]:
    return [sentence for part in clip.parts for sentence in part.sentences]


def test_the_script_has_at_least_eight_clips_of_both_kinds() -> None:
    kinds = {clip.is_video for clip in LIBRARY.clips}

    assert len(LIBRARY.clips) >= 8
    assert kinds == {True, False}


def test_everybody_in_the_script_is_introduced_and_nobody_rates_their_own() -> None:
    known = {person.key for person in LIBRARY.people}
    used = set(LIBRARY.guild.members)
    for clip in LIBRARY.clips:
        others = {*clip.stars, *clip.solved_for}
        assert clip.by not in others
        used |= {clip.by, *others, *(remark.by for remark in clip.remarks)}

    assert used <= known


def test_every_remark_at_a_moment_names_words_that_are_spoken() -> None:
    lost = [
        remark.at
        for clip in LIBRARY.clips
        for remark in clip.remarks
        if not any(remark.at in sentence for sentence in sentences(clip))
    ]

    assert lost == []


def test_a_production_house_is_left_alone(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path, env="production", secret_key="0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a"
    )

    with pytest.raises(DemoError):
        run(settings, print)


@pytest.mark.slow
def test_a_house_is_filled_once_and_its_words_are_found_at_their_second(house: House) -> None:
    video = next(clip for clip in LIBRARY.clips if clip.is_video and clip.remarks)
    sound = next(clip for clip in LIBRARY.clips if not clip.is_video)
    small = replace(LIBRARY, clips=[video, sound])
    said: list[str] = []

    fill(house.database, house.url, small, said.append)
    fill(house.database, house.url, small, said.append)
    episodes = house.get("/api/v1/episodes")["items"]
    words = " ".join(sentences(video)[-1].split()[:4])
    found = house.get(f"/api/v1/search?q=%22{words.replace(' ', '%20')}%22")["results"]

    assert {(episode["title"], episode["state"], episode["kind"]) for episode in episodes} == {
        (video.title, "ready", "video"),
        (sound.title, "ready", "audio"),
    }
    assert [result["episode"]["title"] for result in found] == [video.title]
    ident = found[0]["episode"]["id"]
    transcript = house.get(f"/api/v1/episodes/{ident}/transcript")
    spoken = transcript["segments"][-1]
    assert transcript["origin"] == "author"
    assert spoken["start"] - 1 <= found[0]["moments"][0]["start"] <= spoken["start"] + 1
    assert found[0]["episode"]["rating"]["count"] == len(video.stars)
    assert len([line for line in said if line.startswith("Recording")]) == 2
