"""Reads what playlists need from the head of a fragmented MP4 with a global index (`sidx`)."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HEADER = struct.Struct(">I4s")
REFERENCE = struct.Struct(">III")
SIZE_MASK = 0x7FFFFFFF
# Boxes in front of the first fragment are small; more would be no head.
MAX_HEAD = 64 * 1024 * 1024


class IndexMissingError(Exception):
    """The file has no index: it was not finished, or made with other flags."""


@dataclass(frozen=True)
class Index:
    """Where the parts of a rendition lie: `segments` are [offset, size, duration in ms].

    `moov` describes its streams; `codecs` names them from that.
    """

    init_size: int
    segments: list[list[int]]
    moov: bytes


def read_index(path: Path) -> Index:
    """The index of a rendition; raises IndexMissingError."""
    with path.open("rb") as file:
        boxes = _head(file)
    if b"moov" not in boxes or b"sidx" not in boxes:
        raise IndexMissingError
    moov_end, moov = boxes[b"moov"]
    sidx_end, sidx = boxes[b"sidx"]
    return Index(moov_end, _segments(sidx, sidx_end), moov)


def _head(file: BinaryIO) -> dict[bytes, tuple[int, bytes]]:
    boxes: dict[bytes, tuple[int, bytes]] = {}
    at = 0
    while at < MAX_HEAD:
        header = file.read(HEADER.size)
        if len(header) < HEADER.size:
            break
        size, kind = HEADER.unpack(header)
        if kind in {b"moof", b"mdat"} or not HEADER.size <= size <= MAX_HEAD:
            break
        at += size
        # The first of each kind counts: with sound and picture, the first index is the picture's.
        boxes.setdefault(kind, (at, file.read(size - HEADER.size)))
        file.seek(at)
    return boxes


def _segments(sidx: bytes, end: int) -> list[list[int]]:
    version, timescale = sidx[0], struct.unpack_from(">I", sidx, 8)[0]
    times = struct.Struct(">II" if version == 0 else ">QQ")
    _earliest, first = times.unpack_from(sidx, 12)
    at = 12 + times.size
    (count,) = struct.unpack_from(">H", sidx, at + 2)
    segments, offset, passed = [], end + first, 0
    for number in range(count):
        size, duration, _access = REFERENCE.unpack_from(sidx, at + 4 + number * REFERENCE.size)
        # Rounded as points in time, not as lengths, so that the errors do not add up.
        start, passed = round(passed * 1000 / timescale), passed + duration
        size &= SIZE_MASK
        segments.append([offset, size, round(passed * 1000 / timescale) - start])
        offset += size
    return segments
