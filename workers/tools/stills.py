"""Makes the sizes of pictures: by Pillow, in a child process that can do no harm."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mediashare.library.models import POSTER_WIDTHS
from mediashare.media import forms as media_forms
from mediashare.media.errors import PictureRefusedError
from workers.tools.process import MIB, Bench, Limits, ToolError, run

CHILD = Path(__file__).with_name("still_child.py")
# Where the interpreter and its libraries are, so that a box can show them to it.
READABLE = (sys.base_prefix, sys.prefix, str(CHILD.parent))
# Three copies of the largest picture, and the interpreter.
LIMITS = Limits(
    wall_s=60, stall_s=60, cpu_s=60, memory=1024 * MIB, file_bytes=64 * MIB, output_lines=10
)
QUALITY = {"webp": 80, "jpeg": 82}
SENTENCES = {
    "large": media_forms.TOO_MANY_POINTS,
    "small": media_forms.TOO_FEW_POINTS,
    "unreadable": media_forms.DAMAGED,
}


@dataclass(frozen=True)
class Still:
    """A picture on the bench, in one of its sizes."""

    name: str
    width: int
    height: int
    mime_type: str


def make_sizes(
    bench: Bench, sources: Sequence[str], *, least: tuple[int, int] = (1, 1)
) -> Sequence[Sequence[Still]]:
    """The sizes of each of these pictures, smallest first and the JPEG last. Nothing but what is
    seen is taken over from them; none is enlarged.

    Raises PictureRefusedError for what is no picture, or too large, or smaller than `least`.
    """
    asked = {
        "sources": list(sources),
        "widths": POSTER_WIDTHS,
        "least": least,
        "max_points": media_forms.MAX_POINTS,
        **QUALITY,
    }
    answer = _ask(bench, asked)
    if "refused" in answer:
        raise PictureRefusedError(SENTENCES[answer["refused"]])
    return [[Still(**still) for still in stills] for stills in answer["stills"]]


def _ask(bench: Bench, asked: dict[str, Any]) -> dict[str, Any]:
    lines: list[str] = []

    def heard(line: str) -> bool:
        lines.append(line)
        return True

    # Isolated: no paths and no settings of whoever has started the worker.
    argv = [sys.executable, "-I", str(CHILD), json.dumps(asked)]
    ended = run(argv, bench, LIMITS, heard)
    ended.check()
    try:
        answer: dict[str, Any] = json.loads("".join(lines))
    except ValueError as error:
        raise ToolError(details=ended.errors) from error
    return answer
