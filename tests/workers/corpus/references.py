"""Files that pass for recordings and name other files or addresses: nothing may follow them."""

import struct
from collections.abc import Callable

from tests.mediafiles import SCRIPTS
from tests.workers.corpus.making import H264, Refused, box, by_ffmpeg, changed, of_bytes, scene
from workers.tools import refusals

FTYP = box(b"ftyp", b"isom", b"\0\0\2\0", b"isomiso2avc1mp41")
ID3 = b"ID3\x04\x00\x00\x00\x00\x00\x14" + bytes(20)
PLAYLIST, SCRIPT = SCRIPTS["playlist.mp4"], SCRIPTS["concat.mp4"]
AROUND = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")
HERE = box(b"url ", b"\0\0\0\1")


def alias(name: bytes) -> bytes:
    """How QuickTime says that the samples stand in another file."""
    path = struct.pack(">hH", 2, len(name)) + name
    end = struct.pack(">hH", -1, 0)
    return box(b"alis", bytes(4 + 10 + 28 + 12 + 64 + 16), b"\0\1\0\1", bytes(16), path, end)


def elsewhere(name: bytes) -> Callable[[bytes], bytes]:
    """An MP4 whose samples are said to stand in another file."""

    def change(data: bytes) -> bytes:
        written = bytearray(data)
        added, at = alias(name), 0
        for kind in AROUND:
            at = data.index(kind, at)
            size = struct.unpack_from(">I", data, at - 4)[0]
            struct.pack_into(">I", written, at - 4, size + len(added) - len(HERE))
        at = data.index(HERE, at)
        return bytes(written[:at]) + added + data[at + len(HERE) :]

    return change


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of AVI."""
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def of_chunks(kind: bytes, name: bytes, *parts: bytes) -> bytes:
    return chunk(kind, name + b"".join(parts))


def subtitled_by(text: bytes) -> bytes:
    """An AVI whose subtitles are a file of their own, as old players have it."""
    pictures = chunk(b"strh", b"vidsMJPG" + bytes(12) + struct.pack("<II", 1, 25) + bytes(20))
    described = struct.pack("<IiiHH4sIiiII", 40, 64, 48, 1, 24, b"MJPG", 0, 0, 0, 0, 0)
    words = chunk(b"strh", b"txts" + bytes(16) + struct.pack("<II", 1, 1) + bytes(20))
    head = of_chunks(
        b"LIST",
        b"hdrl",
        chunk(b"avih", struct.pack("<10I", 40_000, 0, 0, 0x10, 1, 0, 2, 0, 64, 48) + bytes(16)),
        of_chunks(b"LIST", b"strl", pictures, chunk(b"strf", described)),
        of_chunks(b"LIST", b"strl", words, chunk(b"strf", b"")),
    )
    packed = b"GAB2\0" + struct.pack("<HI", 2, 0) + struct.pack("<HI", 4, len(text)) + text
    body = of_chunks(b"LIST", b"movi", chunk(b"01tx", packed), chunk(b"00dc", b"\xff\xd8\xff\xd9"))
    return of_chunks(b"RIFF", b"AVI ", head, body)


REFERENCES: dict[str, Refused] = {
    "a playlist behind a tag": (of_bytes(ID3 + PLAYLIST), refusals.DAMAGED),
    "a playlist that begins like MP4": (of_bytes(FTYP + PLAYLIST), refusals.CUT_OFF),
    "a playlist that begins like FLAC": (of_bytes(b"fLaC" + PLAYLIST), refusals.DAMAGED),
    "a playlist that begins like Ogg": (of_bytes(b"OggS" + PLAYLIST), refusals.DAMAGED),
    "a playlist that begins like Matroska": (
        of_bytes(b"\x1aE\xdf\xa3" + PLAYLIST),
        refusals.DAMAGED,
    ),
    "a script that begins like WAV": (
        of_bytes(b"RIFF\xff\xff\0\0WAVE" + SCRIPT),
        refusals.DAMAGED,
    ),
    "samples in another file": (
        changed(by_ffmpeg("mp4", *scene(), *H264), elsewhere(b"secret.txt")),
        refusals.DAMAGED,
    ),
    "a playlist for subtitles": (of_bytes(subtitled_by(PLAYLIST)), refusals.TOO_SHORT),
}
