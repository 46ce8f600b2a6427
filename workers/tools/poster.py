"""Finds pictures that can stand for an episode: moments of a video, or the cover in a recording."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.tools import ffmpeg
from workers.tools.ffmpeg import Stream
from workers.tools.process import Bench, ToolError, ToolLostError

COVER = "cover.png"
LOOKS = "looks.gray"
MAX_SIDE = 1280
WANTED = 3
# Of so many keyframes, evenly spread, the best are found; they are compared at this size.
CANDIDATES = 60
LOOK_WIDTH, LOOK_HEIGHT = 64, 36
# In steps of 256: what differs less from point to point is black, white or empty, and what
# differs less from another picture looks the same.
LEAST_SPREAD = 6.0
LEAST_DIFFERENCE = 6.0
ALLOWED = ffmpeg.limits(60)

Look = NDArray[np.float32]


@dataclass(frozen=True)
class Frame:
    """A moment of a video in milliseconds, as the picture `name` on the bench."""

    name: str
    at_ms: int


def find_frames(bench: Bench, name: str, keyframes: Sequence[int]) -> Sequence[Frame]:
    """Pictures of three moments that look different, best first: where there are so many, one of
    each third of the rendition `name`. `keyframes` are when its keyframes are shown.
    """
    every = math.ceil(len(keyframes) / CANDIDATES)
    moments = keyframes[::every]
    looks = _look(bench, name, every, duration=keyframes[-1] / 1000)
    chosen = [moments[at] for at in choose(looks[: len(moments)])]
    return [
        Frame(_draw(bench, name, at_ms, f"frame-{number}.png"), at_ms)
        for number, at_ms in enumerate(chosen)
    ]


def find_cover(bench: Bench, demuxer: str, name: str, index: int) -> str | None:
    """The cover in a recording as a picture on the bench, or None for one that can't be drawn:
    there is no need of it."""
    try:
        return _write(bench, ffmpeg.source(demuxer, name)[str(index)], COVER)
    except ToolLostError:
        raise
    except ToolError:
        return None


def choose(looks: Sequence[Look]) -> Sequence[int]:
    """Which of these pictures stand best for the whole, the very best first."""
    if not looks:
        return []
    scores = [_score(look) for look in looks]
    order = sorted(range(len(looks)), key=lambda at: -scores[at])
    order = [at for at in order if scores[at] > 0] or [len(looks) // 2]
    chosen: list[int] = []
    for third in range(WANTED):
        _take([at for at in order if at * WANTED // len(looks) == third], chosen, looks)
    while len(chosen) < WANTED and _take(order, chosen, looks):
        pass
    return sorted(chosen, key=order.index)


def _take(order: Sequence[int], chosen: list[int], looks: Sequence[Look]) -> bool:
    """Add the first picture that is unlike the others; False where none is."""
    for at in order:
        if all(np.abs(looks[at] - looks[other]).mean() > LEAST_DIFFERENCE for other in chosen):
            chosen.append(at)
            return True
    return False


def _score(look: Look) -> float:
    """How much there is to see: contrast and detail; nothing in what is black or empty."""
    spread = float(look.std())
    if spread < LEAST_SPREAD:
        return 0.0
    return spread * float(sum(np.abs(np.diff(look, axis=axis)).mean() for axis in (0, 1)))


def _look(bench: Bench, name: str, every: int, duration: float) -> Sequence[Look]:
    # Scaled at once, so that the candidates do not fill the memory.
    picture = (
        ffmpeg.source("mov", name, skip_frame="nokey")
        .video.filter("select", f"not(mod(n,{every}))")
        .filter("scale", LOOK_WIDTH, LOOK_HEIGHT)
    )
    options = {"f": "rawvideo", "pix_fmt": "gray", "fps_mode": "passthrough"}
    graph = ffmpeg.output([picture], LOOKS, **options)
    ffmpeg.execute(graph, bench, ffmpeg.limits(duration, factor=5)).ended.check()
    path = bench.folder / LOOKS
    values = np.fromfile(path, dtype=np.uint8).astype(np.float32)
    path.unlink()
    return list(values.reshape(-1, LOOK_HEIGHT, LOOK_WIDTH))


def _draw(bench: Bench, name: str, at_ms: int, target: str) -> str:
    return _write(bench, ffmpeg.source("mov", name, ss=f"{at_ms / 1000:.3f}").video, target)


def _write(bench: Bench, picture: Stream, target: str) -> str:
    small = picture.filter(
        "scale",
        f"min({MAX_SIDE},iw)",
        f"min({MAX_SIDE},ih)",
        force_original_aspect_ratio="decrease",
    ).filter("setsar", "1")
    options = {"c:v": "png", "frames:v": "1", "pix_fmt": "rgb24"}
    graph = ffmpeg.output([small], target, f="image2", update="1", **options)
    ffmpeg.execute(graph, bench, ALLOWED).ended.check()
    if not (bench.folder / target).exists():
        raise ToolError
    return target
