"""Chapters and summaries as programs and players read them: JSON and WebVTT."""

from collections.abc import Sequence
from typing import Any

from mediashare.chapters.models import Part
from mediashare.chapters.queries import Line, ShownOutline
from mediashare.web.json_api import seconds


def outline_json(shown: ShownOutline) -> dict[str, Any]:
    """Both parts, and of each whether it is only proposed; times in seconds."""
    return {
        "chapters": [{"start": line.start, "title": line.text} for line in shown.chapters],
        "chapters_proposed": shown.is_proposed(Part.CHAPTERS),
        "summary": [{"start": seconds(line.start_ms), "text": line.text} for line in shown.summary],
        "summary_proposed": shown.is_proposed(Part.SUMMARY),
    }


def to_vtt(chapters: Sequence[Line], duration_ms: int) -> str:
    """The chapters as WebVTT, each until the next one begins; titles are escaped."""
    blocks = ["WEBVTT\n"]
    ends = [line.start_ms for line in chapters[1:]] + [duration_ms]
    for line, end_ms in zip(chapters, ends, strict=bool(chapters)):
        until = max(end_ms, line.start_ms + 1)
        blocks.append(f"{_time(line.start_ms)} --> {_time(until)}\n{_escape(line.text)}\n")
    return "\n".join(blocks)


def _time(milliseconds: int) -> str:
    whole, fraction = divmod(milliseconds, 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{fraction:03d}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
