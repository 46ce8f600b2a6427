"""Reads the boxes of fragmented MP4 files (ISO/IEC 14496-12), for tests that check what we wrote.

It shares no code with the product, so that it can contradict it.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

NOT_SYNC = 0x10000
CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf"}


@dataclass(frozen=True)
class Box:
    """One box: its kind, and where it and its payload lie in the file."""

    kind: bytes
    start: int
    body: int
    end: int


@dataclass(frozen=True)
class Track:
    """What the head of a file says of one of its tracks."""

    ident: int
    handler: str
    timescale: int
    codec: str
    width: int
    height: int
    default_flags: int
    default_duration: int


@dataclass
class Run:
    """The samples of one track in one fragment."""

    track: int
    decode_time: int
    durations: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)

    @property
    def starts_with_key(self) -> bool:
        return not self.flags[0] & NOT_SYNC

    @property
    def keys(self) -> int:
        return sum(not flags & NOT_SYNC for flags in self.flags)


@dataclass(frozen=True)
class Fragment:
    """One `moof` with its `mdat`: where it lies, and its samples by track."""

    start: int
    end: int
    runs: dict[int, Run]


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes side by side in a span, which they must fill to the byte."""
    end = len(data) if end is None else end
    while start < end:
        size, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        assert size >= body - start, f"a box at {start} is smaller than its head"
        assert start + size <= end, f"the box {kind!r} at {start} ends beyond {end}"
        yield Box(kind, start, body, start + size)
        start += size


def within(data: bytes, box: Box, *kinds: bytes) -> Iterator[Box]:
    """The boxes of the last of `kinds` that lie in `box` by way of the others."""
    for found in boxes(data, box.body, box.end):
        if found.kind == kinds[0]:
            if kinds[1:]:
                yield from within(data, found, *kinds[1:])
            else:
                yield found


def read_tracks(data: bytes) -> dict[int, Track]:
    """The tracks that the `moov` of a file names, by id."""
    (moov,) = (box for box in boxes(data) if box.kind == b"moov")
    extends = {}
    for trex in within(data, moov, b"mvex", b"trex"):
        ident, _entry, duration, _size, flags = struct.unpack_from(">5I", data, trex.body + 4)
        extends[ident] = (duration, flags)
    tracks = [_track(data, trak, extends) for trak in within(data, moov, b"trak")]
    return {track.ident: track for track in tracks}


def _track(data: bytes, trak: Box, extends: dict[int, tuple[int, int]]) -> Track:
    (tkhd,) = within(data, trak, b"tkhd")
    (mdhd,) = within(data, trak, b"mdia", b"mdhd")
    (hdlr,) = within(data, trak, b"mdia", b"hdlr")
    (stsd,) = within(data, trak, b"mdia", b"minf", b"stbl", b"stsd")
    is_long = data[tkhd.body] == 1
    (ident,) = struct.unpack_from(">I", data, tkhd.body + (20 if is_long else 12))
    width, height = struct.unpack_from(">II", data, tkhd.end - 8)
    (timescale,) = struct.unpack_from(">I", data, mdhd.body + (20 if data[mdhd.body] == 1 else 12))
    handler = data[hdlr.body + 8 : hdlr.body + 12].decode()
    codec = _codec(data, next(boxes(data, stsd.body + 8, stsd.end)))
    duration, flags = extends[ident]
    return Track(ident, handler, timescale, codec, width >> 16, height >> 16, flags, duration)


def _codec(data: bytes, entry: Box) -> str:
    """The name of a sample entry as RFC 6381 spells it."""
    inside = data[entry.body : entry.end]
    if entry.kind == b"avc1":
        at = inside.index(b"avcC") + 5
        return "avc1." + inside[at : at + 3].hex()
    if entry.kind == b"mp4a":
        return _mp4a(inside[inside.index(b"esds") + 8 :])
    return entry.kind.decode().lower()


def _mp4a(descriptors: bytes) -> str:
    """The object type and the audio object type from an elementary stream descriptor."""
    at = descriptors.index(b"\x04")
    at = _skip_length(descriptors, at + 1)
    object_type = descriptors[at]
    at = descriptors.index(b"\x05", at + 13)
    at = _skip_length(descriptors, at + 1)
    return f"mp4a.{object_type:x}.{descriptors[at] >> 3}"


def _skip_length(data: bytes, at: int) -> int:
    while data[at] & 0x80:
        at += 1
    return at + 1


def read_fragments(data: bytes, tracks: dict[int, Track]) -> list[Fragment]:
    """All fragments of a file, in order."""
    found = [box for box in boxes(data) if box.kind in {b"moof", b"mdat"}]
    assert [box.kind for box in found] == [b"moof", b"mdat"] * (len(found) // 2)
    return [
        Fragment(moof.start, mdat.end, dict(_runs(data, moof, tracks)))
        for moof, mdat in zip(found[::2], found[1::2], strict=True)
    ]


def _runs(data: bytes, moof: Box, tracks: dict[int, Track]) -> Iterator[tuple[int, Run]]:
    for traf in within(data, moof, b"traf"):
        (tfhd,) = within(data, traf, b"tfhd")
        (tfdt,) = within(data, traf, b"tfdt")
        ident, duration, flags = _defaults(data, tfhd, tracks)
        shape = ">Q" if data[tfdt.body] == 1 else ">I"
        run = Run(ident, struct.unpack_from(shape, data, tfdt.body + 4)[0])
        for trun in within(data, traf, b"trun"):
            _read_run(data, trun, run, (duration, flags))
        yield ident, run


def _defaults(data: bytes, tfhd: Box, tracks: dict[int, Track]) -> tuple[int, int, int]:
    """Of the samples of a fragment: their track, duration and flags unless they say otherwise."""
    given, ident = struct.unpack_from(">II", data, tfhd.body)
    track = tracks[ident]
    values = {0x8: track.default_duration, 0x10: 0, 0x20: track.default_flags}
    at = tfhd.body + 8 + (8 if given & 0x1 else 0) + (4 if given & 0x2 else 0)
    for bit in values:
        if given & bit:
            (values[bit],) = struct.unpack_from(">I", data, at)
            at += 4
    return ident, values[0x8], values[0x20]


def _read_run(data: bytes, trun: Box, run: Run, defaults: tuple[int, int]) -> None:
    given, count = struct.unpack_from(">II", data, trun.body)
    at = trun.body + 8 + (4 if given & 0x1 else 0)
    first_flags = None
    if given & 0x4:
        (first_flags,) = struct.unpack_from(">I", data, at)
        at += 4
    for number in range(count):
        sample = {0x100: defaults[0], 0x200: 0, 0x400: defaults[1], 0x800: 0}
        for bit in sample:
            if given & bit:
                (sample[bit],) = struct.unpack_from(">I", data, at)
                at += 4
        run.durations.append(sample[0x100])
        is_first = number == 0 and first_flags is not None
        run.flags.append(first_flags if is_first and first_flags is not None else sample[0x400])
