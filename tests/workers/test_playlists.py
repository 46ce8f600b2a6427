"""What the workers make can be streamed by the rules, whatever the recording was like."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mediashare.app import create_app
from tests import hls
from tests.factories import Browser
from tests.fakes import RecordingWaker
from tests.mediafiles import MediaFiles
from tests.workers.pipeline import Pipeline

pytestmark = pytest.mark.slow

# The advice that a picture which is copied as it came may earn.
OF_COPIES = {"Apple: key pictures SHOULD be present every two seconds"}


@pytest.fixture
def judged(pipeline: Pipeline) -> Callable[[Path], hls.Presentation]:
    """Has everything made of a recording, and judges what can be streamed of it."""

    def act(path: Path) -> hls.Presentation:
        ident = pipeline.make(path)
        app = create_app(
            pipeline.settings,
            database=pipeline.database,
            storage=pipeline.storage,
            waker=RecordingWaker(),
        )
        with pipeline.database.sessions() as session:
            browser = Browser(app, pipeline.database, session.merge(pipeline.author))

        def fetch(url: str) -> bytes:
            answer = browser.get(url)
            assert answer.status_code == 200, url
            return bytes(answer.data)

        return hls.judge(fetch, f"/media/{ident}/master.m3u8")

    return act


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("fits.mp4", ["320x240", None]),
        ("mute.mp4", ["320x240"]),
        ("long.mkv", ["640x360", "426x240"]),
        ("odd.webm", ["426x240"]),
        ("talk.mp3", [None]),
    ],
)
def test_everything_that_is_made_can_be_streamed(
    judged: Callable[[Path], hls.Presentation],
    mediafiles: MediaFiles,
    name: str,
    sizes: list[str | None],
) -> None:
    found = judged(mediafiles.get(name))

    assert [variant.attributes.get("RESOLUTION") for variant in found.variants] == sizes
    assert set(found.advice) <= OF_COPIES


def test_a_turned_phone_is_streamed_upright(
    judged: Callable[[Path], hls.Presentation], mediafiles: MediaFiles
) -> None:
    found = judged(mediafiles.rotated())

    assert found.variants[0].attributes["RESOLUTION"] == "240x320"
