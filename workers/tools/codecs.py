"""Names codecs as browsers and playlists want them (RFC 6381), from what a file says of itself."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")

AAC = "mp4a.40.2"
# Codecs whose name says everything; of WebM, browsers want no more than this.
PLAIN = {"aac": AAC, "mp3": "mp3", "opus": "opus", "flac": "flac", "vorbis": "vorbis"}
WEBM = ("vp8", "vp9", "av1")
# A FullBox begins with its version and flags.
FULL_BOX = 4


class UnknownCodecError(Exception):
    """A stream that we have not meant to write."""


def names(streams: Mapping[str, Mapping[str, Any]], moov: bytes | None) -> str:
    """The codecs of a file whose streams ffprobe has described, picture first, with commas.

    `moov` is the description in an MP4 file; a WebM has none. Raises UnknownCodecError.
    """
    found = []
    if "video" in streams:
        found.append(_picture(streams["video"]["codec_name"], moov))
    if "audio" in streams:
        found.append(_known(PLAIN, streams["audio"]["codec_name"]))
    return ",".join(found)


def _picture(codec: str, moov: bytes | None) -> str:
    if moov is None:
        return _known({name: name for name in WEBM}, codec)
    box, write = _known(BOXES, codec)
    at = moov.find(box)
    if at < 0:
        raise UnknownCodecError(codec)
    return write(moov[at + len(box) :])


def _known(table: Mapping[str, T], codec: str) -> T:
    if codec not in table:
        raise UnknownCodecError(codec)
    return table[codec]


def _avc(box: bytes) -> str:
    """Profile, constraints and level (ISO 14496-15, 5.3.3.1)."""
    return f"avc1.{box[1:4].hex()}"


def _vp9(box: bytes) -> str:
    """Profile, level and depth (VP Codec ISO Media File Format Binding, 2.2)."""
    profile, level, depth = box[FULL_BOX], box[FULL_BOX + 1], box[FULL_BOX + 2] >> 4
    return f"vp09.{profile:02}.{level:02}.{depth:02}"


def _av1(box: bytes) -> str:
    """Profile, level, tier and depth (AV1 Codec ISO Media File Format Binding, 5)."""
    profile, level = box[1] >> 5, box[1] & 0x1F
    tier = "H" if box[2] & 0x80 else "M"
    depth = 8 if not box[2] & 0x40 else 12 if box[2] & 0x20 else 10
    return f"av01.{profile}.{level:02}{tier}.{depth:02}"


BOXES: Mapping[str, tuple[bytes, Callable[[bytes], str]]] = {
    "h264": (b"avcC", _avc),
    "vp9": (b"vpcC", _vp9),
    "av1": (b"av1C", _av1),
}
