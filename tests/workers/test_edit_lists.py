"""A recording that was trimmed without coding it anew still holds what was cut off, and an edit
list that says so: telephones and editors write such files."""

from pathlib import Path

import pytest

from mediashare.media.policy import Edit
from tests.workers.played import PICTURE, SOUND, pictures_of, play, seconds_of, squares
from tests.workers.voices import RATE, decibels, make, samples_of
from workers.tools import ladder
from workers.tools.process import Bench

pytestmark = pytest.mark.slow

LENGTH, TRIMMED = 6, 3.5
# Heard in the first half of each second.
BEEPS = f"aevalsrc=0.4*sin(2764*t)*lt(mod(t\\,1)\\,0.5):s=48000:d={LENGTH}"


@pytest.fixture(scope="module", params=["mp4", "mov"])
def trimmed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trimmed")
    whole, path = folder / "whole.mp4", folder / f"trimmed.{request.param}"
    make(
        *("-f", "lavfi", "-i", squares(LENGTH), "-f", "lavfi", "-i", BEEPS),
        *("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p"),
        *("-g", "400", "-sc_threshold", "0", "-c:a", "aac", str(whole)),
    )
    make("-ss", str(TRIMMED), "-i", str(whole), "-c", "copy", str(path))
    return path


def test_what_was_trimmed_without_coding_is_let_in_and_none_of_it_is_played(
    bench: Bench, trimmed: Path
) -> None:
    _cut, facts, made = play(bench, trimmed, Edit())

    assert facts.duration == pytest.approx(LENGTH - TRIMMED, abs=0.1)
    assert facts.video
    assert facts.video.is_clean
    # Keyframes are so far apart that all that comes before is still in the file.
    assert facts.video.hidden >= 30
    assert not ladder.may_copy_video(facts.video)
    assert ladder.browser_container(facts) is None
    assert made.duration == pytest.approx(LENGTH - TRIMMED, abs=0.1)
    shown = pictures_of(bench.folder / PICTURE)
    assert seconds_of(shown)[:16] == [3] * 5 + [4] * 10 + [5]


def test_sound_and_picture_of_what_was_trimmed_stay_together(bench: Bench, trimmed: Path) -> None:
    play(bench, trimmed, Edit(start_ms=1000))

    shown = seconds_of(pictures_of(bench.folder / PICTURE))
    samples = samples_of(bench.folder / SOUND)
    # The recording now begins half a second after a beep has.
    assert shown.index(5) == 5
    assert decibels(samples, 0.05, 0.45) < -50
    assert decibels(samples, 0.55, 0.95) > -20
    assert len(samples) / RATE == pytest.approx(LENGTH - TRIMMED - 1, abs=0.1)
