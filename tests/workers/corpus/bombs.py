"""Recordings that are broken, or made to cost more than they are; and why they are refused."""

import random
import re
import struct
from collections.abc import Callable
from pathlib import Path

from mediashare.sentences import said
from tests.workers.corpus.containers import CLIP
from tests.workers.corpus.making import (
    AAC,
    H264,
    Make,
    Refused,
    box,
    boxes,
    by_ffmpeg,
    changed,
    computed,
    element,
    ffmpeg,
    of_bytes,
    scene,
    tone,
    wave,
)
from workers.tools import refusals

# Of unknown length and without a list of contents, so that elements can be put in.
OPUS = by_ffmpeg("mkv", *tone(), "-c:a", "libopus", "-live", "1")
CLUSTER = bytes.fromhex("1f43b675")
MJPEG = by_ffmpeg("avi", *scene(), "-c:v", "mjpeg")
SIZE_IN_JPEG = b"\xff\xc0\x00\x11\x08"
SECRET = (
    "-encryption_scheme",
    "cenc-aes-ctr",
    "-encryption_key",
    "76a6c65c5ea762046bd749a2e632ccbb",
)
SECRET_ID = ("-encryption_kid", "a7e61c373e219033c21091fa607bf3b8")
PIXEL_BOMB = ("-f", "lavfi", "-i", "color=c=black:s=8192x4320:r=1:d=1", "-frames:v", "1")
LATE = "setpts='if(eq(N,0),0,36000/TB)'"
RAW_CLOCK = ("-enc_time_base", "1:1000000", "-video_track_timescale", "1000000")
FTYP = box(b"ftyp", b"isom", b"\0\0\2\0", b"isomiso2avc1mp41")
VALUE = element("4487", b"x")
MANY = 0xFFFFFFFF


def put_in(elements: Callable[[int], bytes], count: int) -> Callable[[bytes], bytes]:
    """A Matroska file with more elements in front of what it holds."""
    return lambda whole: whole.replace(CLUSTER, elements(count) + CLUSTER, 1)


def chapters(count: int) -> bytes:
    one = [
        element("b6", element("73c4", n.to_bytes(4, "big")) + element("91", n.to_bytes(8, "big")))
        for n in range(1, count + 1)
    ]
    return element("1043a770", element("45b9", b"".join(one)))


def titles(count: int) -> bytes:
    """So many titles that ffmpeg compares each with all before it."""
    each = [element("67c8", element("45a3", b"%d" % n) + VALUE) for n in range(count)]
    return element("1254c367", element("7373", b"".join(each)))


def tracks(count: int) -> bytes:
    """A Matroska file with nothing but tracks in its head."""
    kinds = [
        element(
            "ae",
            element("d7", n.to_bytes(2, "big")) + element("83", b"\x02") + element("86", b"A_OPUS"),
        )
        for n in range(1, count + 1)
    ]
    head = element("1a45dfa3", element("4282", b"matroska"))
    cluster = element("1f43b675", element("e7", b"\0"))
    return head + element("18538067", element("1654ae6b", b"".join(kinds)) + cluster)


def attached(size: int) -> Make:
    """A recording with something attached that is said to be so large, and is, on a disk that
    keeps no zeros."""

    def make(folder: Path) -> Path:
        path = OPUS(folder)
        front, _, back = path.read_bytes().partition(CLUSTER)
        data = element("465c", b"", size)
        named = (
            element("466e", b"../../x.ttf") + element("4660", b"font/ttf") + element("46ae", b"\1")
        )
        file = element("61a7", named + data, len(named + data) + size)
        with path.open("wb") as whole:
            whole.write(front + element("1941a469", file, len(file) + size))
            whole.seek(size, 1)
            whole.write(CLUSTER + back)
        return path

    return make


def flood(data: bytes) -> bytes:
    """A Matroska file whose sound comes in very many pieces at the same moment."""
    block = element("a3", b"\x81\0\0\x80\xfc\xff\xfe")
    return data + element("1f43b675", element("e7", b"\0") + block * 120_000)


def noisy(data: bytes) -> bytes:
    """An MP4 whose index is right and whose content is noise."""
    noise = random.Random(1)  # noqa: S311 - not a secret
    return b"".join(
        part[:8] + noise.randbytes(len(part) - 8) if part[4:8] == b"mdat" else part
        for part in boxes(data)
    )


def with_samples(kind: bytes, count: int) -> Callable[[bytes], bytes]:
    """An MP4 whose table says that it holds so many samples, all alike."""

    def change(data: bytes) -> bytes:
        at = data.index(kind) + 8
        if kind == b"stsz":
            return data[:at] + struct.pack(">II", 1, count) + data[at + 8 :]
        return data[: at + 4] + struct.pack(">I", count) + data[at + 8 :]

    return change


def nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = box(b"moov", data)
    return FTYP + data


def subtitles(folder: Path) -> Path:
    text, path = folder / "lines.srt", folder / "made.mkv"
    text.write_text("1\n00:00:00,000 --> 00:00:02,000\nJust words\n")
    ffmpeg("-i", str(text), "-c:s", "srt", str(path))
    return path


def large_jpeg(data: bytes) -> bytes:
    size = re.escape(SIZE_IN_JPEG) + rb"...."
    return re.sub(size, SIZE_IN_JPEG + struct.pack(">HH", 16_000, 16_000), data, flags=re.DOTALL)


BROKEN: dict[str, Refused] = {
    "cut off before its index": (
        changed(CLIP, lambda data: data[: len(data) // 2]),
        refusals.CUT_OFF,
    ),
    "a beginning and noise": (
        of_bytes(FTYP + random.Random(2).randbytes(9000)),  # noqa: S311 - not a secret
        refusals.CUT_OFF,
    ),
    "a head of Matroska and nothing else": (
        changed(OPUS, lambda data: data[:60]),
        refusals.DAMAGED,
    ),
    "a head of Ogg and nothing else": (of_bytes(b"OggS\0\2" + bytes(60)), refusals.DAMAGED),
    "a WAV without a sample": (of_bytes(wave(8000, 1, 16, b"")), refusals.DAMAGED),
    "a WAV of ten samples": (of_bytes(wave(8000, 1, 16, bytes(20))), refusals.TOO_SHORT),
    "boxes in boxes in boxes": (computed(lambda: nested(5000)), refusals.DAMAGED),
    "subtitles alone": (subtitles, refusals.NOTHING_IN_IT),
    "noise where the pictures should be": (
        changed(by_ffmpeg("mp4", *scene(), *H264), noisy),
        refusals.UNDECODABLE,
    ),
    "protected against copying": (
        by_ffmpeg("mp4", *scene(length="2"), *tone(length="2"), *H264, *AAC, *SECRET, *SECRET_ID),
        refusals.PROTECTED,
    ),
    "pictures by a decoder that was attacked": (
        by_ffmpeg("mkv", *scene(), "-c:v", "magicyuv"),
        said(refusals.CODING, codec="magicyuv"),
    ),
    "sound by a decoder that is not needed": (
        by_ffmpeg("mkv", *scene(), *tone(), *H264, "-c:a", "wmav2"),
        said(refusals.CODING, codec="wmav2"),
    ),
}
BOMBS: dict[str, Refused] = {
    "pixels": (by_ffmpeg("mp4", *PIXEL_BOMB, *H264), refusals.TOO_LARGE),
    "pixels that only the pictures know of": (changed(MJPEG, large_jpeg), refusals.UNDECODABLE),
    "a thousand pictures a second": (
        by_ffmpeg("mp4", *scene("16x16", rate=1000, length="1"), *H264),
        said(refusals.TOO_FAST, limit=250),
    ),
    "a picture every millionth of a second": (
        by_ffmpeg(
            *("mp4", *scene("16x16", length="20"), "-vf", "settb=1/1000000,setpts=N"),
            *("-fps_mode", "passthrough", *RAW_CLOCK, *H264),
        ),
        said(refusals.TOO_FAST, limit=250),
    ),
    "two pictures, ten hours apart": (
        by_ffmpeg("mkv", *scene("16x16", 1, "2"), "-vf", LATE, "-fps_mode", "passthrough", *H264),
        said(refusals.TOO_LONG, hours=4),
    ),
    "sound ten hours after the pictures": (
        by_ffmpeg("mkv", *scene("16x16"), "-itsoffset", "36000", *tone(), *H264),
        said(refusals.TOO_LONG, hours=4),
    ),
    "five hours of silence": (
        computed(lambda: wave(1000, 1, 8, b"\x80" * (5 * 3600 * 1000))),
        said(refusals.TOO_LONG, hours=4),
    ),
    "ten thousand chapters": (
        changed(OPUS, put_in(chapters, 10_000)),
        said(refusals.TOO_MANY_CHAPTERS, limit=1000),
    ),
    "two hundred thousand chapters": (
        changed(OPUS, put_in(chapters, 200_000)),
        said(refusals.TOO_MANY_CHAPTERS, limit=1000),
    ),
    "a hundred and fifty thousand titles": (
        changed(OPUS, put_in(titles, 150_000)),
        refusals.TOO_COSTLY,
    ),
    "forty tracks": (of_bytes(tracks(40)), said(refusals.TOO_MANY_STREAMS, limit=32)),
    "two hundred tracks": (
        computed(lambda: tracks(200)),
        said(refusals.TOO_MANY_STREAMS, limit=32),
    ),
    "a hundred megabytes attached": (
        attached(100 * 1000**2),
        said(refusals.TOO_MUCH_ATTACHED, limit=64),
    ),
    "a gigabyte attached": (
        attached(1000**3),
        said(refusals.TOO_MUCH_ATTACHED, limit=64),
    ),
    "sound in very many pieces": (changed(OPUS, flood), refusals.TOO_DENSE),
    "two hundred channels": (
        of_bytes(wave(8000, 200, 8, bytes(200 * 8000))),
        said(refusals.UNUSUAL_SOUND, channels=200, rate=8000),
    ),
    "one sample a second": (
        of_bytes(wave(1, 1, 8, bytes(100))),
        said(refusals.UNUSUAL_SOUND, channels=1, rate=1),
    ),
    "a million samples a second": (
        of_bytes(wave(1_000_000, 1, 8, bytes(1_000_000))),
        said(refusals.UNUSUAL_SOUND, channels=1, rate=1_000_000),
    ),
    "four thousand million samples": (
        changed(by_ffmpeg("m4a", *tone(), *AAC), with_samples(b"stsz", MANY)),
        refusals.DAMAGED,
    ),
}
