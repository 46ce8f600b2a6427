"""Draws the poster: the picture of a clip that says most, or the cover that came with sound."""

from dataclasses import dataclass

from workers.tools import ffmpeg, ffprobe
from workers.tools.ffmpeg import Stream
from workers.tools.process import Bench, ToolError, ToolLostError

POSTER = "poster.jpg"
MAX_WIDTH = 1280
# The most telling of so many keyframes, which is enough to get past titles and black.
CANDIDATES = 50
QUALITY = "4"
ALLOWED = ffmpeg.limits(60)


@dataclass(frozen=True)
class Poster:
    """The picture, drawn as POSTER on the bench."""

    width: int
    height: int


def from_video(bench: Bench, name: str) -> Poster:
    """The most telling keyframe of a rendition."""
    source = ffmpeg.source("mov", name, skip_frame="nokey")
    # Scaled first, so that the candidates do not fill the memory.
    return _draw(bench, _scaled(source.video).filter("thumbnail", str(CANDIDATES)))


def find_cover(bench: Bench, demuxer: str, name: str, index: int) -> Poster | None:
    """The cover in a recording, or None for one that can't be drawn: there is no need of it."""
    try:
        return _draw(bench, _scaled(ffmpeg.source(demuxer, name)[str(index)]))
    except ToolLostError:
        raise
    except ToolError:
        return None


def _scaled(picture: Stream) -> Stream:
    return picture.filter("scale", f"min({MAX_WIDTH},trunc(iw/2)*2)", "-2").filter("setsar", "1")


def _draw(bench: Bench, picture: Stream) -> Poster:
    options = {"c:v": "mjpeg", "q:v": QUALITY, "frames:v": "1", "pix_fmt": "yuvj420p"}
    graph = ffmpeg.output([picture], POSTER, f="image2", update="1", **options)
    ffmpeg.execute(graph, bench, ALLOWED).ended.check()
    found, ended = ffprobe.ask(bench, "jpeg_pipe", POSTER)
    if not found or not found.get("streams"):
        raise ToolError(details=ended.errors)
    stream = found["streams"][0]
    return Poster(stream["width"], stream["height"])
