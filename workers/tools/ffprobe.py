"""Asks ffprobe about a file: its streams, and every packet of them."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from workers.tools.formats import guard
from workers.tools.packets import JUMPY, Packet, Packets
from workers.tools.process import MIB, Bench, Ended, Limits, run

Found: TypeAlias = Mapping[int, Packets]

# Honest files are described within 0.2 s of computing, also large ones.
LIMITS = Limits(wall_s=60, stall_s=60, cpu_s=3, memory=2048 * MIB, output_lines=20_000)
SCAN_LIMITS = Limits(wall_s=900, stall_s=60, cpu_s=900, memory=2048 * MIB)
STREAM_ENTRIES = (
    *("index", "codec_type", "codec_name", "profile", "level", "pix_fmt", "width", "height"),
    *("sample_aspect_ratio", "field_order", "color_transfer", "channels", "sample_rate"),
    *("color_range", "color_space", "color_primaries", "channel_layout", "extradata_size"),
    *("r_frame_rate", "avg_frame_rate"),
)
ENTRIES = (
    f"format=duration,nb_streams:stream={','.join(STREAM_ENTRIES)}:stream_tags=language:"
    "stream_disposition=default,attached_pic:stream_side_data=rotation:chapter=id"
)
PACKET_ENTRIES = "packet=stream_index,pts_time,dts_time,duration_time,size,flags"
PACKET_FIELDS = 6
# How ffprobe flags packets with which decoding can begin, and those that an edit list hides.
KEY, HIDDEN = "K", "D"
# Whether a recording holds too much is looked at after each so many packets of a stream.
LOOK_EVERY = 64


def ask(bench: Bench, demuxer: str, name: str) -> tuple[dict[str, Any] | None, Ended]:
    """What the streams of a file are, or None when ffprobe can't tell, and how it ended."""
    lines: list[str] = []

    def heard(line: str) -> bool:
        lines.append(line)
        return True

    argv = [*_command(demuxer), "-of", "json=c=1", "-show_entries", ENTRIES]
    ended = run([*argv, "-i", f"file:{name}"], bench, LIMITS, heard)
    if not ended.is_out_of_cpu:
        ended.check_it_ran()
    if ended.code != 0:
        return None, ended
    try:
        found: dict[str, Any] = json.loads("\n".join(lines))
    except ValueError:
        return None, ended
    return found, ended


def scan(
    bench: Bench,
    demuxer: str,
    name: str,
    judge: Callable[[Found], None] | None = None,
) -> Found:
    """What the packets of each stream add up to; none is decoded.

    `judge` sees what was found so far, now and again, and may end the reading by raising.
    """
    found: dict[int, Packets] = {}

    def heard(line: str) -> bool:
        index = _count(found, demuxer, line.split(","))
        if judge and index is not None and found[index].read % LOOK_EVERY == 0:
            judge(found)
        return True

    argv = [*_command(demuxer), "-of", "csv=p=0", "-show_entries", PACKET_ENTRIES]
    run([*argv, "-i", f"file:{name}"], bench, SCAN_LIMITS, heard).check_it_ran()
    for packets in found.values():
        packets.close()
    if judge:
        judge(found)
    return found


def _command(demuxer: str) -> list[str]:
    options = [word for name, value in guard(demuxer).items() for word in (f"-{name}", value)]
    return ["ffprobe", "-v", "error", "-hide_banner", *options]


def _count(found: dict[int, Packets], demuxer: str, fields: list[str]) -> int | None:
    """The stream to which a packet was counted, or None for a line that tells of none."""
    if len(fields) < PACKET_FIELDS or not fields[0].isdigit() or not fields[4].isdigit():
        return None
    index = int(fields[0])
    if index not in found:
        found[index] = Packets(demuxer in JUMPY)
    shown, decoded, length = map(_seconds, fields[1:4])
    size, flags = int(fields[4]), fields[5]
    packet = Packet(shown, decoded, length or 0.0, size, KEY in flags, HIDDEN in flags)
    found[index].add(packet)
    return index


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
