"""Looks into MP4 and Matroska just far enough to refuse what tools would read for long, or about
which they would say something else."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MP4_HEADER, LONG_SIZE, TO_THE_END = 8, 1, 0
# All of these stand in the index of an MP4 whose samples are encrypted.
PROTECTION = ((b"encv", b"enca"), (b"sinf",), (b"schm",))
MAX_INDEX = 64 * 1024**2
SEGMENT, CLUSTER = 0x18538067, 0x1F43B675
ATTACHMENTS = 0x1941A469
LONGEST_NUMBER = 8
# An honest file has a handful of elements beside its clusters.
MAX_ELEMENTS = 10_000


def is_protected(path: Path) -> bool:
    """Whether an MP4 says that its sound or its pictures are encrypted."""
    with path.open("rb") as file:
        for kind, size in _boxes(file):
            if kind == b"moov":
                index = file.read(min(size, MAX_INDEX))
                return all(any(mark in index for mark in marks) for marks in PROTECTION)
    return False


def count_attached(path: Path) -> int:
    """How many bytes a Matroska file says that it has attached, in front of what plays."""
    attached = 0
    with path.open("rb") as file:
        for ident, size in _elements(file):
            if ident == CLUSTER:
                break
            if ident == ATTACHMENTS:
                attached += size
    return attached


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Each box of an MP4 and the size of its content, at which the file stands meanwhile."""
    end, at = file.seek(0, io.SEEK_END), 0
    for _ in range(MAX_ELEMENTS):
        if at >= end:
            return
        file.seek(at)
        header = file.read(MP4_HEADER)
        size, length = int.from_bytes(header[:4], "big"), MP4_HEADER
        if size == LONG_SIZE:
            size, length = int.from_bytes(file.read(8), "big"), 2 * MP4_HEADER
        elif size == TO_THE_END:
            size = end - at
        if size < length:
            return
        yield header[4:], size - length
        at += size


def _elements(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """The elements of a Matroska file, those of its segments among them, and their sizes."""
    end, at = file.seek(0, io.SEEK_END), 0
    for _ in range(MAX_ELEMENTS):
        if at >= end:
            return
        file.seek(at)
        ident, size = _number(file, keeps_mark=True), _number(file, keeps_mark=False)
        if ident is None or size is None:
            return
        at = file.tell() + (0 if ident == SEGMENT else size)
        yield ident, size


def _number(file: BinaryIO, *, keeps_mark: bool) -> int | None:
    """A number that begins with as many zero bits as bytes follow its first."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    length = LONGEST_NUMBER - first[0].bit_length() + 1
    value = int.from_bytes(first + file.read(length - 1), "big")
    return value if keeps_mark else value & ((1 << 7 * length) - 1)
