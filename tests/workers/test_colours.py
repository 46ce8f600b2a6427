"""Colours are the same in every size, and every file says which they are."""

import json
from pathlib import Path

import pytest

from tests.workers.voices import make, run
from workers.tools import colours, encode, ffmpeg, probe
from workers.tools.cut import Cut
from workers.tools.encode import Job, Target
from workers.tools.ladder import Size
from workers.tools.probe import Policy
from workers.tools.process import Bench

pytestmark = pytest.mark.slow

# High enough for players to guess BT.709, but for a small one.
LARGE, SMALL = Size(32, 720), Size(16, 360)
GREEN, TOLERANCE = (0, 255, 0), 8
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def drawn(size: Size, then: str = "null") -> list[str]:
    scene = f"color=0x00FF00:s={size.width}x{size.height}:r=5:d=0.4,format=gbrp,{then}"
    return ["-f", "lavfi", "-i", scene]


SAID = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
SOURCES = {
    "RGB": ("mov", *drawn(LARGE), "-c:v", "png", "-pix_fmt", "rgb24"),
    "small RGB": ("mov", *drawn(SMALL), "-c:v", "png", "-pix_fmt", "rgb24"),
    "large and untagged": (
        "mp4",
        *drawn(LARGE, "scale=out_color_matrix=bt709,format=yuv420p"),
        *H264,
    ),
    "small and untagged": (
        "mp4",
        *drawn(SMALL, "scale=out_color_matrix=bt601,format=yuv420p"),
        *H264,
    ),
    "small and tagged": (
        "mp4",
        *drawn(SMALL, "scale=out_color_matrix=bt709,format=yuv420p"),
        *H264,
        *SAID,
    ),
    "full range": (
        *("avi", *drawn(LARGE, "scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p")),
        *("-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p"),
    ),
}


def colour_of(path: Path) -> tuple[int, ...]:
    """The colour of the first picture, as a player that believes its tags shows it."""
    form = ("-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-")
    return tuple(run("ffmpeg", "-nostdin", "-v", "error", "-i", str(path), *form)[-3:])


def tags_of(path: Path) -> dict[str, str]:
    names = ("color_space", "color_primaries", "color_transfer", "color_range")
    entries = ("-show_entries", f"stream={','.join(names)}", "-of", "json")
    [stream] = json.loads(run("ffprobe", "-v", "error", *entries, str(path)))["streams"]
    return {name: stream.get(name, "") for name in names}


@pytest.mark.parametrize("name", SOURCES)
def test_colours_are_those_of_the_recording_in_every_size(bench: Bench, name: str) -> None:
    ending, *words = SOURCES[name]
    make(*words, str(bench.folder / f"made.{ending}"))
    (bench.folder / f"made.{ending}").rename(bench.folder / "in")
    facts = probe.examine(bench, "in", Policy(60))
    assert facts.video
    job = Job(facts, Cut(0, facts.duration), None)
    sizes = {"large.mp4": LARGE, "small.mp4": SMALL}
    targets = [Target(file, size) for file, size in sizes.items()]

    graph = ffmpeg.together(encode.pictures(job, facts.video, ("in", None), targets))
    ffmpeg.execute(graph, bench, ffmpeg.limits(60)).ended.check()

    for file in sizes:
        assert colour_of(bench.folder / file) == pytest.approx(GREEN, abs=TOLERANCE)
        assert tags_of(bench.folder / file) == {
            "color_space": "bt709",
            "color_primaries": "bt709",
            "color_transfer": "bt709",
            "color_range": "tv",
        }


def test_every_encoding_is_tagged() -> None:
    assert set(colours.TAGS) == {"colorspace", "color_primaries", "color_trc", "color_range"}
