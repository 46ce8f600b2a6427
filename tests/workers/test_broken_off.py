"""A recording whose picture breaks off is played as far as it goes, and its author is told."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from mediashare.media import queries as media_queries
from mediashare.media.policy import Edit
from tests.workers.pipeline import Pipeline
from tests.workers.played import PICTURE, play
from tests.workers.voices import make, run
from workers.tools import ladder, probe, result
from workers.tools.probe import Policy
from workers.tools.process import Bench, ToolError

pytestmark = pytest.mark.slow

# The gate decodes the first half a minute, so that what is broken behind it is let in.
LENGTH = 40
SCENE = ("-f", "lavfi", "-i", f"testsrc2=s=64x48:r=5:d={LENGTH}")
TONE = ("-f", "lavfi", "-i", f"sine=440:r=8000:d={LENGTH}")
# So coded, a picture is not copied.
CODED = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p", "-g", "10")


FITS = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "10")


def broken_off(folder: Path, at: float, *sound: str, coded: Sequence[str] = CODED) -> Path:
    """A recording of whose picture nothing but zeros is left from that second on."""
    path = folder / "broken.mp4"
    make(*SCENE, *sound, *coded, str(path))
    entries = ("-show_entries", "packet=pts_time,pos,size", "-of", "csv=p=0")
    listed = run("ffprobe", "-v", "error", "-select_streams", "v", *entries, str(path)).decode()
    data = bytearray(path.read_bytes())
    for line in listed.split():
        shown, size, start = line.rstrip(",").split(",")
        if float(shown) >= at:
            data[int(start) : int(start) + int(size)] = bytes(int(size))
    path.write_bytes(data)
    return path


def warnings_of(pipeline: Pipeline, ident: str) -> list[str]:
    with pipeline.database.reading() as session:
        return list(media_queries.get_remarks(session, pipeline.viewer, ident).warnings)


def test_a_picture_that_breaks_off_is_played_as_far_as_it_goes_with_a_warning(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    ident = pipeline.send(broken_off(tmp_path, 32, *TONE))

    pipeline.work(("media",))

    assert pipeline.episode(ident).state == "ready"
    assert pipeline.episode(ident).duration_ms == pytest.approx(LENGTH * 1000, abs=100)
    assert warnings_of(pipeline, ident) == [
        "The picture breaks off after 32 s: the rest of it can't be decoded. Its sound goes on."
    ]


@pytest.mark.parametrize(("at", "may"), [(LENGTH - 4, False), (LENGTH, True)])
def test_a_picture_whose_end_is_broken_is_not_copied_though_all_else_fits(
    bench: Bench, tmp_path: Path, at: float, *, may: bool
) -> None:
    path = broken_off(tmp_path, at, *TONE, coded=FITS)
    shutil.copy(path, bench.folder / "in")

    video = probe.examine(bench, "in", Policy(60)).video

    assert video
    assert video.keyframe_gap < ladder.MAX_KEYFRAME_GAP
    assert ladder.may_copy_video(video) == may


@pytest.mark.parametrize("at", [32, LENGTH])
def test_how_much_of_a_picture_is_missing_is_known(bench: Bench, tmp_path: Path, at: float) -> None:
    _cut, _facts, made = play(bench, broken_off(tmp_path, at), Edit())

    assert made.duration == pytest.approx(at, abs=0.3)
    assert made.missing == pytest.approx(LENGTH - at, abs=0.3)


def test_of_a_picture_without_sound_half_must_be_left(bench: Bench, tmp_path: Path) -> None:
    play(bench, broken_off(tmp_path, 32), Edit())

    with pytest.raises(ToolError) as caught:
        result.examine(bench, PICTURE, result.Expected(video=2 * LENGTH, audio=None))

    assert str(caught.value) == result.SHORT
