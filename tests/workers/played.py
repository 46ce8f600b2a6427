"""Makes what is played of small recordings, as the jobs do, and looks at it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mediashare.media.policy import Edit
from tests.workers.voices import run
from workers.tools import cut as cuts
from workers.tools import encode, ffmpeg, probe, result
from workers.tools.cut import Cut
from workers.tools.encode import Job, Target
from workers.tools.facts import Facts
from workers.tools.ladder import Size
from workers.tools.listening import Heard
from workers.tools.probe import Policy
from workers.tools.process import Bench
from workers.tools.result import Expected, Result

RATE, SIDE = 10, 64
# Squares of which, unlike of one grey, nothing is left when they are blurred; they get brighter
# with each second.
SQUARES = "geq=lum='if(mod(floor(X/8)+floor(Y/8)\\,2)\\,40+20*floor(T)\\,16)':cb=128:cr=128"
HEARD = Heard(integrated=-20, peak=-9, gain=0, ear=None, silences=[], peaks=[])
SOUND, PICTURE = "sound.m4a", "picture.mp4"


def squares(length: float) -> str:
    return f"color=s={SIDE}x{SIDE}:r={RATE}:d={length},{SQUARES}"


def play(bench: Bench, path: Path, edit: Edit) -> tuple[Cut, Facts, Result]:
    """Make what is played of a recording, as the jobs do."""
    (bench.folder / "in").write_bytes(path.read_bytes())
    facts = probe.examine(bench, "in", Policy(3600))
    cut = Cut.of(edit, facts.duration)
    facts = cuts.present(facts, cut)
    job = Job(facts, cut, HEARD if facts.audio else None)
    name = None
    if facts.audio:
        name = SOUND
        execute(bench, encode.sound(job, facts.audio, HEARD, ("in", SOUND)))
    if facts.video:
        targets = [Target(PICTURE, Size(SIDE, SIDE))]
        execute(bench, *encode.pictures(job, facts.video, ("in", name), targets))
        name = PICTURE
    assert name
    return cut, facts, result.examine(bench, name, Expected.played(facts, cut, padded=True))


def execute(bench: Bench, *outputs: ffmpeg.Stream) -> None:
    ffmpeg.execute(ffmpeg.together(outputs), bench, ffmpeg.limits(60)).ended.check()


def pictures_of(path: Path) -> NDArray[np.float32]:
    """The grey pictures that are shown, RATE a second."""
    form = ("-f", "rawvideo", "-pix_fmt", "gray", "-")
    data = run("ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-map", "0:v", *form)
    return np.frombuffer(data, np.uint8).reshape(-1, SIDE, SIDE).astype(np.float32)


def seconds_of(pictures: NDArray[np.float32]) -> list[int]:
    """From which second of its own each picture comes, as its brightness tells."""
    # Grey as it is read has the full range, what was drawn that of television.
    drawn = pictures.max(axis=(1, 2)) * 219 / 255 + 16
    return [round((float(value) - 40) / 20) for value in drawn]
