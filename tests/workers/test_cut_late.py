"""A cut is right also where picture and sound do not begin and end together."""

from dataclasses import replace
from pathlib import Path

import pytest

from mediashare.media.policy import Edit
from tests.workers.played import PICTURE, RATE, SOUND, pictures_of, play, seconds_of, squares
from tests.workers.voices import decibels, make, samples_of
from workers.tools import result
from workers.tools.process import Bench, ToolError
from workers.tools.result import Expected

pytestmark = pytest.mark.slow

LENGTH, LATE = 8, 3


def recorded(folder: Path, late: str) -> Path:
    """Squares that get brighter with each second, and a tone; one of them comes later."""
    begins = {"picture": 0, "sound": 0, late: LATE}
    path = folder / "recorded.mkv"
    tone = f"sine=440:r=48000:d={LENGTH - begins['sound']}"
    make(
        *(
            "-itsoffset",
            str(begins["picture"]),
            "-f",
            "lavfi",
            "-i",
            squares(LENGTH - begins["picture"]),
        ),
        *("-itsoffset", str(begins["sound"]), "-f", "lavfi", "-i", tone),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "20"),
        *("-c:a", "flac", str(path)),
    )
    return path


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {late: recorded(tmp_path_factory.mktemp("late"), late) for late in ("picture", "sound")}


EDITS = [
    Edit(end_ms=5000),
    Edit(start_ms=1000, end_ms=5000),
    Edit(start_ms=4000, end_ms=6000),
    Edit(start_ms=2000),
    Edit(start_ms=4500),
]


@pytest.mark.parametrize("edit", EDITS, ids=str)
@pytest.mark.parametrize("late", ["picture", "sound"])
def test_picture_and_sound_end_where_the_author_has_cut(
    bench: Bench, recordings: dict[str, Path], late: str, edit: Edit
) -> None:
    cut, _facts, made = play(bench, recordings[late], edit)

    assert made.duration == pytest.approx(cut.duration, abs=0.11)
    shown = pictures_of(bench.folder / PICTURE)
    assert len(shown) / RATE == pytest.approx(cut.duration, abs=0.11)
    assert len(samples_of(bench.folder / SOUND)) / 48000 == pytest.approx(cut.duration, abs=0.06)
    begins = LATE if late == "picture" else 0
    # Before the first picture comes, it is shown already.
    expected = [max(0, int(cut.start + at / RATE - begins)) for at in range(len(shown))]
    off = [one for one, two in zip(seconds_of(shown), expected, strict=True) if one != two]
    assert len(off) <= len(set(expected))
    if late == "sound":
        silent = LATE - cut.start
        samples = samples_of(bench.folder / SOUND)
        assert silent <= 0.2 or decibels(samples, 0, silent - 0.1) < -80
        assert decibels(samples, max(0, silent) + 0.1, cut.duration - 0.1) > -30


@pytest.mark.parametrize("late", ["picture", "sound"])
def test_spans_that_are_blurred_and_muted_are_those_that_were_meant(
    bench: Bench, recordings: dict[str, Path], late: str
) -> None:
    edit = Edit(start_ms=1000, end_ms=7000, muted=((4000, 5000),), blurred=((5000, 6000),))

    play(bench, recordings[late], edit)

    contrast = pictures_of(bench.folder / PICTURE).std(axis=(1, 2))
    assert contrast[40:50].max() < 5
    assert contrast[:37].min() > 8
    assert contrast[51:].min() > 8
    samples = samples_of(bench.folder / SOUND)
    assert decibels(samples, 3.05, 3.95) < -80
    assert decibels(samples, 2.5, 2.9) > -30
    assert decibels(samples, 4.1, 5.9) > -30


@pytest.mark.parametrize(
    ("late", "left"), [("picture", ("mp4a.40.2", False)), ("sound", ("avc1", True))]
)
def test_a_part_in_which_one_of_them_has_not_begun_is_played_without_it(
    bench: Bench, recordings: dict[str, Path], late: str, left: tuple[str, bool]
) -> None:
    _cut, facts, made = play(bench, recordings[late], Edit(end_ms=2000))

    assert made.duration == pytest.approx(2, abs=0.11)
    assert made.codecs.startswith(left[0])
    assert "," not in made.codecs
    assert (facts.video is not None) == left[1]


def test_a_file_that_goes_on_after_the_cut_is_not_believed(
    bench: Bench, recordings: dict[str, Path]
) -> None:
    cut, facts, _made = play(bench, recordings["picture"], Edit(end_ms=6000))
    shorter = replace(cut, duration=5)

    with pytest.raises(ToolError) as caught:
        result.examine(bench, PICTURE, Expected.played(facts, shorter, padded=True))

    assert str(caught.value) == result.LONG
