"""Unusual but honest ways to pack a recording, and what the gate must find in them."""

import struct
from collections.abc import Callable
from pathlib import Path

from tests.workers.corpus.making import (
    AAC,
    H264,
    Accepted,
    about,
    box,
    by_ffmpeg,
    changed,
    ffmpeg,
    joined,
    scene,
    tone,
)

BOTH = (*scene(), *tone(), *H264, *AAC)
CLIP = by_ffmpeg("mp4", *BOTH)
INDEX_FIRST = by_ffmpeg("mp4", *BOTH, "-movflags", "+faststart")
CAPTURE = by_ffmpeg("ts", *BOTH)
LATER = by_ffmpeg("ts", *BOTH, "-output_ts_offset", "40000")
OPUS = (*tone(), "-c:a", "libopus")
WEBM = (*scene(), *OPUS, "-c:v", "libvpx")
HOSTILE_TITLE = '"><script>alert(1)</script>\n-i /etc/passwd %03d'
PAGE = b"<!doctype html><script>alert(document.domain)</script>"
LINES = "1\n00:00:00,000 --> 00:00:00,400\nJust words\n"
CHAPTERS = (
    ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/10\nSTART=0\nEND=3\n[CHAPTER]\nTIMEBASE=1/10\n"
    "START=3\nEND=6\n"
)
TEN_HOURS = (
    "The file says that it is 36000.0 s long, but holds only 0.6 s. The rest may have been cut off."
)
DURATION = b"\x44\x89\x88"


def chaptered(folder: Path) -> Path:
    text, path = folder / "chapters.txt", folder / "made.m4a"
    text.write_text(CHAPTERS)
    ffmpeg(*tone(), "-i", str(text), "-map_chapters", "1", *AAC, str(path))
    return path


def subtitled(folder: Path) -> Path:
    text, path = folder / "lines.srt", folder / "made.mkv"
    text.write_text(LINES)
    ffmpeg(*scene(), "-i", str(text), *H264, "-c:s", "srt", str(path))
    return path


def with_a_font(folder: Path) -> Path:
    font, path = folder / "font.ttf", folder / "made.mkv"
    font.write_bytes(bytes(100_000))
    named = ("-metadata:s:t", "mimetype=font/ttf", "-metadata:s:t", "filename=../../evil.ttf")
    ffmpeg(*OPUS, "-attach", str(font), *named, str(path))
    return path


def without_times(data: bytes) -> bytes:
    """An MPEG-TS whose packets do not say when they are due."""
    packets = bytearray(data)
    for at in range(0, len(packets), 188):
        payload = at + 4 + (1 + packets[at + 4] if packets[at + 3] & 0x20 else 0)
        if packets[payload : payload + 3] == b"\0\0\1" and packets[at + 1] & 0x40:
            said = 10 if packets[payload + 7] & 0x40 else 5
            packets[payload + 7] &= 0x3F
            packets[payload + 9 : payload + 9 + said] = b"\xff" * said
    return bytes(packets)


def claiming(seconds: float) -> Callable[[bytes], bytes]:
    """A Matroska file whose header says that it is so long."""

    def change(data: bytes) -> bytes:
        at = data.index(DURATION) + len(DURATION)
        return data[:at] + struct.pack(">d", seconds * 1000) + data[at + 8 :]

    return change


CONTAINERS: dict[str, Accepted] = {
    "recorded by a browser, which never knew the end": (
        by_ffmpeg("webm", *WEBM, "-live", "1"),
        {"demuxer": "matroska", "claimed": None, "duration": about(0.6)},
    ),
    "in fragments": (
        by_ffmpeg("mp4", *BOTH, "-movflags", "+frag_keyframe+empty_moov"),
        {"duration": about(0.6)},
    ),
    "with an edit list": (
        by_ffmpeg("mp4", *scene(length="1"), *H264, "-bf", "2", "-output_ts_offset", "0.3"),
        {"duration": about(1)},
    ),
    "without a word on what it is": (
        changed(CLIP, lambda data: data.replace(b"ftyp", b"free", 1)),
        {"demuxer": "mov", "duration": about(0.6)},
    ),
    "with chapters": (chaptered, {"chapters": 2}),
    "with a track of time codes": (
        by_ffmpeg("mov", *scene(), *H264, "-timecode", "10:00:00:00"),
        {"videos": 1, "audio": None},
    ),
    "with subtitles": (subtitled, {"videos": 1}),
    "with a font attached": (with_a_font, {"audio.codec": "opus"}),
    "with the subtitles of television": (
        # Names in Matroska may end in zeros.
        changed(subtitled, lambda data: data.replace(b"S_TEXT/UTF8", b"S_DVBSUB".ljust(11, b"\0"))),
        {"videos": 1},
    ),
    "by old telephones": (by_ffmpeg("3gp", *BOTH), {"demuxer": "mov"}),
    "by still older telephones": (
        by_ffmpeg("3gp", *scene("176x144"), "-c:v", "h263"),
        {"demuxer": "mov", "video.codec": "h263"},
    ),
    "by camcorders": (
        by_ffmpeg("ts", *BOTH, "-mpegts_m2ts_mode", "1"),
        {"demuxer": "mpegts", "duration": about(0.6)},
    ),
    "a broadcast that begins after an hour": (
        by_ffmpeg("ts", *BOTH, "-output_ts_offset", "3600"),
        {"video.start": about(3600), "duration": about(0.6)},
    ),
    "a broadcast whose clock jumps eleven hours ahead": (
        joined(CAPTURE, LATER),
        {"duration": about(1.25), "warnings": []},
    ),
    "a broadcast whose clock jumps back": (joined(LATER, CAPTURE), {"duration": about(1.25)}),
    "a broadcast that does not say when what is due": (
        changed(CAPTURE, without_times),
        {"duration": about(0.6), "claimed": None},
    ),
    "a broadcast cut in the middle of a packet": (
        changed(by_ffmpeg("ts", *BOTH, "-g", "5"), lambda data: data[50:-70]),
        {"demuxer": "mpegts", "duration": about(0.6)},
    ),
    "a title that attacks": (
        by_ffmpeg("mp3", *tone(), "-c:a", "libmp3lame", "-metadata", f"title={HOSTILE_TITLE}"),
        {"duration": about(0.65)},
    ),
    "a title in broken UTF-8": (
        changed(
            by_ffmpeg("mkv", *OPUS, "-metadata", "title=XXXXXXXX"),
            lambda data: data.replace(b"XXXXXXXX", b"\xff\xfe\xc3\x28\xed\xa0\x80\x00"),
        ),
        {"duration": about(0.6)},
    ),
    "says ten hours and holds half a second": (
        changed(by_ffmpeg("mkv", *OPUS), claiming(36_000)),
        {"claimed": 36_000.0, "duration": about(0.6), "warnings": [TEN_HOURS]},
    ),
    "says a hundredth of a second and holds more": (
        changed(by_ffmpeg("mkv", *OPUS), claiming(0.01)),
        {"duration": about(0.6), "warnings": []},
    ),
    "half of a file that begins with its index": (
        changed(INDEX_FIRST, lambda data: data[: len(data) * 3 // 4]),
        {"claimed": about(0.62)},
    ),
    "a page behind the end, which nobody finds there": (
        changed(CLIP, lambda data: data + PAGE),
        {"duration": about(0.6)},
    ),
    "a page in a box behind the end": (
        changed(CLIP, lambda data: data + box(b"free", PAGE)),
        {"duration": about(0.6)},
    ),
}
