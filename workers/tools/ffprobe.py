"""Asks ffprobe about a file: its streams, and every packet of them."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from workers.tools.formats import guard
from workers.tools.process import MIB, Bench, Ended, Limits, run

LIMITS = Limits(wall_s=60, stall_s=30, cpu_s=60, memory=2048 * MIB, output_lines=20_000)
SCAN_LIMITS = Limits(wall_s=900, stall_s=60, cpu_s=900, memory=2048 * MIB)
STREAM_ENTRIES = (
    *("index", "codec_type", "codec_name", "profile", "level", "pix_fmt", "width", "height"),
    *("sample_aspect_ratio", "field_order", "color_transfer", "channels", "sample_rate"),
)
ENTRIES = (
    f"format=duration,nb_streams:stream={','.join(STREAM_ENTRIES)}:stream_tags=language:"
    "stream_disposition=default,attached_pic:stream_side_data=rotation"
)
PACKET_FIELDS = 6
EARLY_S = 30.0
UNKNOWN = ("N/A", "")


@dataclass
class Packets:
    """What the packets of one stream add up to; times in seconds."""

    count: int = 0
    size: int = 0
    start: float = float("inf")
    end: float = 0.0
    early: int = 0
    keyframes: int = 0
    keyframe_gap: float = 0.0
    _keyframe_at: float | None = None

    def add(self, at: float, length: float, size: int, *, is_keyframe: bool) -> None:
        """Count one packet; `early` counts those of the first seconds."""
        self.count += 1
        self.size += size
        self.start = min(self.start, at)
        self.end = max(self.end, at + length)
        self.early += at - self.start < EARLY_S
        if is_keyframe:
            self.keyframes += 1
            self._close_gap(at)
            self._keyframe_at = at

    def close(self) -> None:
        """Count the stretch after the last keyframe too."""
        self._close_gap(self.end)

    def _close_gap(self, at: float) -> None:
        if self._keyframe_at is not None:
            self.keyframe_gap = max(self.keyframe_gap, at - self._keyframe_at)


def ask(bench: Bench, demuxer: str, name: str) -> tuple[dict[str, Any] | None, Ended]:
    """What the streams of a file are, or None when ffprobe can't tell, and how it ended."""
    lines: list[str] = []

    def heard(line: str) -> bool:
        lines.append(line)
        return True

    argv = [*_command(demuxer), "-of", "json", "-show_entries", ENTRIES, "-i", f"file:{name}"]
    ended = run(argv, bench, LIMITS, heard)
    if ended.code != 0:
        return None, ended
    try:
        found: dict[str, Any] = json.loads("\n".join(lines))
    except ValueError:
        return None, ended
    return found, ended


def scan(bench: Bench, demuxer: str, name: str) -> dict[int, Packets]:
    """What the packets of each stream add up to; none is decoded."""
    found: dict[int, Packets] = defaultdict(Packets)

    def heard(line: str) -> bool:
        _count(found, line.split(","))
        return True

    entries = "packet=stream_index,pts_time,dts_time,duration_time,size,flags"
    argv = [*_command(demuxer), "-of", "csv=p=0", "-show_entries", entries, "-i", f"file:{name}"]
    run(argv, bench, SCAN_LIMITS, heard)
    for packets in found.values():
        packets.close()
    return found


def _command(demuxer: str) -> list[str]:
    options = [word for name, value in guard(demuxer).items() for word in (f"-{name}", value)]
    return ["ffprobe", "-v", "error", "-hide_banner", *options]


def _count(found: dict[int, Packets], fields: list[str]) -> None:
    if len(fields) < PACKET_FIELDS:
        return
    index, shown, decoded, length, size, flags = fields[:PACKET_FIELDS]
    packets = found[int(index)]
    at = packets.end
    if shown not in UNKNOWN or decoded not in UNKNOWN:
        at = float(decoded if shown in UNKNOWN else shown)
    packets.add(
        at,
        0.0 if length in UNKNOWN else float(length),
        int(size),
        is_keyframe=flags.startswith("K"),
    )
