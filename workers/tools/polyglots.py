"""Finds files that are two things at once: a recording to us, and to others an archive or page.

What is made from such a file is clean, but the file itself can be downloaded as it came. So what
another program would open as something else is refused; foreign bytes that none would find by
itself, such as a page behind the end of a recording, are harmless and let in.
"""

import os
import re
import struct
from pathlib import Path
from typing import BinaryIO

# Readers of PDF and browsers look this far for a beginning.
HEAD_BYTES = 1024
MARKUP = re.compile(
    rb"<(!doctype\s+html|html|head|body|script|iframe|svg)[\s>/]|<\?php", re.IGNORECASE
)
COMMENT = b"<!--"
PDF = b"%PDF-"
# The record that ends an archive stands behind everything else but a comment of 64 KiB.
ARCHIVE_END = struct.Struct("<4s8xIIH")  # mark, length of the listing, its place, comment
ARCHIVE_TAIL = ARCHIVE_END.size + 0xFFFF
ARCHIVE_MARK, ENTRY_MARK, LONG_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x06\x07"
LONG_MARK_BYTES = 20


def is_also_something_else(path: Path, demuxer: str) -> bool:
    """Whether another program would take this recording for a page, a document or an archive."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if PDF in head or head.startswith(COMMENT):
        return True
    # Titles stand at the beginning of other formats, and may honestly speak of <script>.
    return bool(demuxer == "mov" and MARKUP.search(head)) or _is_archive(path)


def _is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        begin = file.seek(max(0, size - ARCHIVE_TAIL))
        tail = file.read()
        at = tail.rfind(ARCHIVE_MARK)
        while at >= 0:
            if _lists_entries(file, tail[at : at + ARCHIVE_END.size], begin + at):
                return True
            at = tail.rfind(ARCHIVE_MARK, 0, at)
    return False


def _lists_entries(file: BinaryIO, record: bytes, at: int) -> bool:
    if len(record) < ARCHIVE_END.size:
        return False
    listing = ARCHIVE_END.unpack(record)[1]
    return any(
        distance <= at and _reads(file, at - distance, mark)
        for distance, mark in ((listing, ENTRY_MARK), (LONG_MARK_BYTES, LONG_MARK))
    )


def _reads(file: BinaryIO, at: int, mark: bytes) -> bool:
    file.seek(at)
    return file.read(len(mark)) == mark
