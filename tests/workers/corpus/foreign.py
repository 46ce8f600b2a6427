"""What is no recording, or not only one, and the sentence with which it is refused."""

import io
import random
import zipfile
import zlib

from tests.mediafiles import SCRIPTS
from tests.workers.corpus.containers import CLIP
from tests.workers.corpus.making import (
    Make,
    Refused,
    box,
    by_ffmpeg,
    changed,
    of_bytes,
    scene,
    tone,
)
from workers.tools import refusals

PAGE = b"<!doctype html><script>alert(document.domain)</script>"
PLAYLIST = SCRIPTS["playlist.mp4"]
MASTER = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n%(canary_file)s\n"
KEYED = (
    b'#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI="%(canary_url)s"\n'
    b"#EXTINF:1,\n%(canary_file)s\n#EXT-X-ENDLIST\n"
)
MAP = b'#EXTM3U\n#EXT-X-MAP:URI="%(canary_url)s"\n#EXTINF:1,\n%(canary_url)s\n#EXT-X-ENDLIST\n'
INCLUDES = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file://%(canary_file)s">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>'
)


def zipped() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("run.js", b"alert(1)")
    return memory.getvalue()


def behind(head: bytes) -> Make:
    """A playable MP4 with something between its first box and the rest."""
    return changed(CLIP, lambda data: data[:32] + box(b"free", head) + data[32:])


NOT_MEDIA: dict[str, Make] = {
    **{name: of_bytes(text) for name, text in SCRIPTS.items()},
    "a playlist of playlists": of_bytes(MASTER),
    "a playlist with a key elsewhere": of_bytes(KEYED),
    "a playlist with its head elsewhere": of_bytes(MAP),
    "a playlist behind a mark": of_bytes(b"\xef\xbb\xbf" + PLAYLIST),
    "a playlist in UTF-16": of_bytes(PLAYLIST.decode().encode("utf-16")),
    "a drawing that includes a file": of_bytes(INCLUDES),
    "an archive": of_bytes(zipped()),
    "a compressed file": of_bytes(b"\x1f\x8b\x08\0" + zlib.compress(bytes(999))),
    "a document": of_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"),
    "noise": of_bytes(b"\x81" + random.Random(1).randbytes(9000)),  # noqa: S311 - not a secret
    "nothing but zeros": of_bytes(bytes(9000)),
    "a subtitle file": of_bytes(b"1\n00:00:00,000 --> 00:00:02,000\nJust words\n"),
    "Windows media": by_ffmpeg("asf", *scene(), *tone(), "-c:v", "wmv2", "-c:a", "wmav2"),
    "Flash": by_ffmpeg("flv", *scene(), "-c:v", "flv"),
    "a program stream": by_ffmpeg("mpg", *scene(), "-c:v", "mpeg1video"),
}
PICTURES: dict[str, Make] = {
    "a photo": by_ffmpeg("jpg", *scene(), "-frames:v", "1"),
    "a screenshot": by_ffmpeg("png", *scene(), "-frames:v", "1"),
    "an animation": by_ffmpeg("gif", *scene()),
    "a WebP": of_bytes(b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f" + bytes(12)),
    "a photo of a telephone": of_bytes(box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", b"")),
}
TWO_THINGS: dict[str, Make] = {
    "a page in the head": behind(PAGE),
    "a program for web servers in the head": behind(b"<?php system($_GET['x']); ?>"),
    "a document in the head": behind(b"%PDF-1.4 1 0 obj"),
    "a page from the first byte": changed(CLIP, lambda data: b"<!--" + data[4:]),
    "an archive behind the end": changed(CLIP, lambda data: data + zipped()),
    "an archive behind the end, and a little more": changed(
        by_ffmpeg("wav", *tone()), lambda data: data + zipped() + b"more"
    ),
}

FOREIGN: dict[str, Refused] = {
    "nothing": (of_bytes(b""), refusals.EMPTY),
    **{name: (make, refusals.NOT_MEDIA) for name, make in NOT_MEDIA.items()},
    **{name: (make, refusals.PICTURE) for name, make in PICTURES.items()},
    **{name: (make, refusals.TWO_THINGS) for name, make in TWO_THINGS.items()},
}
