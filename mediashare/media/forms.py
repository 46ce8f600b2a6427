"""Reads pictures that people send, by their first bytes: what they are, and how large they would
become. Nothing is decoded here; a worker does that, in a box of its own."""

import struct
from collections.abc import Iterator

from mediashare.media.errors import PictureRefusedError, PictureTooLargeError
from mediashare.sentences import said

MAX_BYTES = 10_000_000
MAX_POINTS = 40_000_000
LEAST_WIDTH, LEAST_HEIGHT = 160, 90
TOO_MANY_POINTS = said("The picture has more than 40 million points. Please send a smaller one.")
TOO_FEW_POINTS = said(
    "The picture is smaller than %(width)s x %(height)s points. Please send a larger one.",
    width=LEAST_WIDTH,
    height=LEAST_HEIGHT,
)
DAMAGED = said(
    "The picture is damaged: it can't be read. Please check that it opens, and send it again."
)

Size = tuple[int, int]

PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8\xff"
# The markers of a JPEG that begin a frame, and so tell its size: C0 to CF, but for three others.
FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
WEBP_SIDE = 0x3FFF


def is_picture(data: bytes) -> bool:
    """Whether this begins as one of the formats that we take: PNG, JPEG or WebP."""
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return is_webp or data.startswith((PNG_START, JPEG_START))


def read_picture(data: bytes) -> bytes:
    """The picture, if it can become a poster; raises PictureRefusedError with the reason."""
    if not data:
        raise PictureRefusedError(said("Choose a picture first."))
    if len(data) > MAX_BYTES:
        raise PictureTooLargeError
    if not is_picture(data):
        raise PictureRefusedError
    try:
        width, height = _size(data)
    except (struct.error, StopIteration) as error:
        raise PictureRefusedError(DAMAGED) from error
    if width * height > MAX_POINTS:
        raise PictureRefusedError(TOO_MANY_POINTS)
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        raise PictureRefusedError(TOO_FEW_POINTS)
    return data


def _size(data: bytes) -> Size:
    if data.startswith(PNG_START):
        width, height = struct.unpack_from(">II", data, 16)
        return width, height
    return next(_jpeg_sizes(data)) if data.startswith(JPEG_START) else _webp_size(data)


def _jpeg_sizes(data: bytes) -> Iterator[Size]:
    at = 2
    while at < len(data):
        mark, marker, length = struct.unpack_from(">BBH", data, at)
        if mark != 0xFF:  # noqa: PLR2004 - what every marker begins with
            return
        if marker in FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", data, at + 5)
            yield width, height
        # Fill bytes may stand before a marker.
        at += 1 if marker == 0xFF else 2 + length  # noqa: PLR2004 - such a fill byte


def _webp_size(data: bytes) -> Size:
    kind = data[12:16]
    if kind == b"VP8X":
        width, _, height, _ = struct.unpack_from("<HBHB", data, 24)
        return 1 + width + (data[26] << 16), 1 + height + (data[29] << 16)
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & WEBP_SIDE), 1 + (bits >> 14 & WEBP_SIDE)
    width, height = struct.unpack_from("<HH", data, 26)
    return width & WEBP_SIDE, height & WEBP_SIDE
