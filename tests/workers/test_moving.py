"""What moves in a recording is seen to move just so in what is played."""

from pathlib import Path

import pytest

from mediashare.media.policy import Edit
from tests.workers.corpus.making import H264, by_ffmpeg, scene
from tests.workers.corpus.pictures import PICTURES
from tests.workers.played import PICTURE, play
from tests.workers.voices import run
from workers.tools.process import Bench

pytestmark = pytest.mark.slow


def kinds_of(path: Path, start: float, end: float) -> int:
    """How many different pictures a file shows between two times."""
    form = ("-vf", f"trim={start}:{end},mpdecimate=hi=1:lo=1:frac=0", "-f", "framemd5", "-")
    listed = run("ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-an", *form).decode()
    return sum(not line.startswith("#") for line in listed.splitlines())


def test_a_page_that_mostly_stands_is_scrolled_as_smoothly_as_it_was(
    bench: Bench, tmp_path: Path
) -> None:
    make, _found = PICTURES["a page that stands, and is scrolled for a moment"]

    _cut, _facts, made = play(bench, make(tmp_path), Edit())

    assert made.fps == pytest.approx(30, abs=0.1)
    assert kinds_of(bench.folder / PICTURE, 2.1, 3.9) >= 50


def test_both_halves_of_interlaced_pictures_are_seen_one_after_the_other(
    bench: Bench, tmp_path: Path
) -> None:
    # Large enough that an encoder does not take small movements for none.
    halves = ("-vf", "interlace", *H264, "-flags", "+ilme+ildct")
    make = by_ffmpeg("mp4", *scene("480x320", rate=50), *halves)

    _cut, facts, made = play(bench, make(tmp_path), Edit())

    assert facts.video
    assert facts.video.fps == pytest.approx(25, abs=0.1)
    assert made.fps == pytest.approx(50, abs=0.1)
    assert kinds_of(bench.folder / PICTURE, 0, 0.5) >= 18
