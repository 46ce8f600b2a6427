"""The only user of ffmpeg-python: as a builder of commands. They run under tools/process.py.

ffmpeg-python's own ways of running have no time limit, inherit our environment and hang when
ffmpeg says much, so none of them is used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import ffmpeg

from mediashare.config import CORES
from workers.tools.formats import guard
from workers.tools.process import Bench, Ended, Limits, run

Stream: TypeAlias = ffmpeg.nodes.Stream

COMMAND = (
    *("ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-v", "info"),
    *("-progress", "pipe:1", "-stats_period", "0.5"),
)
BASE_S = 120
STALL_S = 120
MICRO = 1_000_000
# Beyond this many, threads cost more memory than they save time.
MOST_THREADS = 8


@dataclass
class Share:
    """How many threads each ffmpeg of this process uses; a worker says so when it starts."""

    threads: int = min(MOST_THREADS, CORES)


SHARE = Share()


def share_cores(runs: int) -> None:
    """So many ffmpegs may run at once from now on, each with its part of the cores."""
    SHARE.threads = max(1, min(MOST_THREADS, CORES // runs))


@dataclass(frozen=True)
class Report:
    """How a run went: seconds and pictures that came out, and what ffmpeg said last."""

    seconds: float
    frames: int
    ended: Ended


def source(demuxer: str, name: str, **options: str) -> Stream:
    """A file of the bench as the input of a graph, guarded against what it may hold."""
    return ffmpeg.input(f"file:{name}", threads=str(SHARE.threads), **guard(demuxer), **options)


def output(streams: list[Stream], name: str, **options: str) -> Stream:
    """A file of the bench as the output of a graph, without anything private of its source."""
    return ffmpeg.output(
        *streams,
        f"file:{name}",
        threads=str(SHARE.threads),
        map_metadata="-1",
        map_chapters="-1",
        **{"map_metadata:s": "-1"},
        **options,
    )


def nowhere(streams: list[Stream], **options: str) -> Stream:
    """An output that is only looked at."""
    return ffmpeg.output(*streams, "-", f="null", **options)


def together(outputs: Sequence[Stream]) -> Stream:
    """Several outputs as one graph: what they share is read and decoded once."""
    return ffmpeg.merge_outputs(*outputs)


def command(graph: Stream) -> list[str]:
    """The words that ffmpeg is called with."""
    words: list[str] = ffmpeg.compile(graph, cmd=list(COMMAND), overwrite_output=True)
    return words


def limits(duration: float, *, factor: float = 20) -> Limits:
    """Time enough for a slow machine: `factor` times the recording, and a little."""
    wall = BASE_S + factor * duration
    return Limits(wall_s=wall, stall_s=STALL_S, cpu_s=int(wall * CORES))


def execute(
    graph: Stream,
    bench: Bench,
    allowed: Limits,
    on_progress: Callable[[float], None] | None = None,
) -> Report:
    """Run a graph; `on_progress` hears how many seconds are done.

    The end code is the caller's to judge: ffmpeg ends well on input that was cut off.
    """
    progress = _Progress(on_progress)
    ended = run(command(graph), bench, allowed, progress.hear)
    return Report(progress.seconds, progress.frames, ended)


class _Progress:
    """Reads what ffmpeg says under -progress: a name and a value in each line."""

    def __init__(self, on_progress: Callable[[float], None] | None) -> None:
        self.seconds = 0.0
        self.frames = 0
        self._on_progress = on_progress
        self._seen: dict[str, str] = {}

    def hear(self, line: str) -> bool:
        """Whether the line says that more is done than before."""
        name, _, value = line.partition("=")
        moved = name in {"out_time_us", "frame", "total_size"} and self._seen.get(name) != value
        self._seen[name] = value
        # Values are "N/A" until there is something to say.
        if name == "frame" and value.strip().isdigit():
            self.frames = int(value)
        if name == "out_time_us" and value.isdigit():
            self.seconds = max(self.seconds, int(value) / MICRO)
        if name == "progress" and self._on_progress is not None:
            self._on_progress(self.seconds)
        return moved
