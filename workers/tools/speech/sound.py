"""Takes the sound out of a file of ours, in the one form that recognisers listen to."""

from pathlib import Path

from workers.tools import ffmpeg
from workers.tools.process import Bench
from workers.tools.speech.planner import Span
from workers.tools.speech.port import RATE

NAME = "speech.raw"


def extract(
    bench: Bench, demuxer: str, name: str, duration: float, span: Span | None = None
) -> Path:
    """The first sound track of the file `name` of the bench: 16 kHz, mono, 16-bit samples; only a
    span of it, in milliseconds, where one is given."""
    within = {} if span is None else {"ss": f"{span[0]}ms", "to": f"{span[1]}ms"}
    track = ffmpeg.source(demuxer, name, **within)["a:0"]
    graph = ffmpeg.output([track], NAME, f="s16le", acodec="pcm_s16le", ac="1", ar=str(RATE))
    ffmpeg.execute(graph, bench, ffmpeg.limits(duration, factor=5)).ended.check()
    return bench.folder / NAME
