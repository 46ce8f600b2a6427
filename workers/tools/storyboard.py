"""Makes storyboards: small pictures of the moments of a video, in rows on a few sheets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mediashare.media.models import SHEET_SIDE, SHEET_TILES, TILE_HEIGHT, TILE_WIDTH
from workers.tools import ffmpeg
from workers.tools.process import Bench, ToolError

# A player shows one of so few moments no sooner than it shows the moment itself.
SHORTEST_MS = 4000
TILE_MS = 2000
MOST_TILES = 3 * SHEET_TILES
QUALITY = "5"


@dataclass(frozen=True)
class Board:
    """The sheets on the bench, all of one size, and the beginnings of their tiles in milliseconds
    of the video, with the end of the last."""

    sheets: Sequence[str]
    width: int
    height: int
    times: Sequence[int]


def is_worth_it(duration_ms: int) -> bool:
    """Whether a video is so long that people look for something in it."""
    return duration_ms >= SHORTEST_MS


def make(bench: Bench, name: str, keyframes: Sequence[int], duration_ms: int) -> Board:
    """The storyboard of the rendition `name`, of its keyframes, which are shown at `keyframes`."""
    wanted = min(MOST_TILES, math.ceil(duration_ms / TILE_MS))
    every = math.ceil(len(keyframes) / wanted)
    shown = keyframes[::every]
    columns = min(SHEET_SIDE, len(shown))
    rows = min(SHEET_SIDE, math.ceil(len(shown) / columns))
    _draw(bench, name, every, (columns, rows), duration_ms / 1000)
    sheets = [f"sheet-{n + 1}.jpg" for n in range(math.ceil(len(shown) / SHEET_TILES))]
    if not all((bench.folder / sheet).exists() for sheet in sheets):
        raise ToolError
    return Board(sheets, columns * TILE_WIDTH, rows * TILE_HEIGHT, [*shown, duration_ms])


def _draw(bench: Bench, name: str, every: int, grid: tuple[int, int], duration: float) -> None:
    fitted = {"force_original_aspect_ratio": "decrease"}
    tiles = (
        ffmpeg.source("mov", name, skip_frame="nokey")
        .video.filter("select", f"not(mod(n,{every}))")
        .filter("scale", TILE_WIDTH, TILE_HEIGHT, **fitted)
        .filter("pad", TILE_WIDTH, TILE_HEIGHT, "-1", "-1")
        .filter("setsar", "1")
        .filter("tile", f"{grid[0]}x{grid[1]}")
    )
    options = {"c:v": "mjpeg", "q:v": QUALITY, "pix_fmt": "yuvj420p", "fps_mode": "passthrough"}
    graph = ffmpeg.output([tiles], "sheet-%d.jpg", f="image2", **options)
    ffmpeg.execute(graph, bench, ffmpeg.limits(duration, factor=5)).ended.check()
