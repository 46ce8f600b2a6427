"""Makes files of the corpus: by ffmpeg, or byte by byte where ffmpeg would not."""

import functools
import struct
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Make: TypeAlias = Callable[[Path], Path]
# How a file is made, and what the gate must find in it, such as "video.width".
Accepted: TypeAlias = tuple[Make, dict[str, Any]]
# How a file is made, and the sentence with which it is refused.
Refused: TypeAlias = tuple[Make, str]

LENGTH = "0.6"
RATE = 25


def about(value: float) -> Any:
    """Nearly so: encoders add and drop a little at both ends."""
    return pytest.approx(value, rel=0.02, abs=0.08)


def scene(size: str = "64x48", rate: int | str = RATE, length: str = LENGTH) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={length}")


def tone(rate: int = 48000, length: str = LENGTH, channels: str = "mono") -> tuple[str, ...]:
    graph = f"sine=440:r={rate}:d={length},aformat=channel_layouts={channels}"
    return ("-f", "lavfi", "-i", graph)


H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "64k")


def ffmpeg(*words: str) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *words]
    done = subprocess.run(  # noqa: S603 - a list of our own words
        command, check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


def by_ffmpeg(kind: str, *words: str) -> Make:
    """A file of this kind, by its usual ending."""

    def make(folder: Path) -> Path:
        path = folder / f"made.{kind}"
        ffmpeg(*words, str(path))
        return path

    return make


def remuxed(of: str, data: bytes, kind: str) -> Make:
    """Bytes in the format `of`, moved into a file of another kind without coding."""

    def make(folder: Path) -> Path:
        source = folder / f"source.{of}"
        source.write_bytes(data)
        return by_ffmpeg(kind, "-i", str(source), "-c", "copy")(folder)

    return make


@functools.cache
def bytes_of(make: Make) -> bytes:
    """What `make` makes; made once, as many files are made from the same few."""
    with tempfile.TemporaryDirectory() as folder:
        return make(Path(folder)).read_bytes()


def changed(make: Make, change: Callable[[bytes], bytes]) -> Make:
    """What `make` makes, with its bytes changed."""

    def remake(folder: Path) -> Path:
        return of_bytes(change(bytes_of(make)))(folder)

    return remake


def of_bytes(data: bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / "made.mp4"
        path.write_bytes(data)
        return path

    return make


def computed(compute: Callable[[], bytes]) -> Make:
    """What `compute` yields: for bytes that nobody should compute who only lists the corpus."""

    def make(folder: Path) -> Path:
        return of_bytes(compute())(folder)

    return make


def joined(*makes: Make) -> Make:
    """One file behind the other."""

    def make(folder: Path) -> Path:
        return of_bytes(b"".join(map(bytes_of, makes)))(folder)

    return make


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of MP4."""
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def boxes(data: bytes) -> Iterator[bytes]:
    """The boxes that an MP4 is made of."""
    while data:
        size = struct.unpack_from(">I", data)[0]
        yield data[:size]
        data = data[size:]


def element(ident: str, content: bytes, size: int | None = None) -> bytes:
    """An element of Matroska; `size` is what it says of itself, where that is not the truth."""
    length = len(content) if size is None else size
    return bytes.fromhex(ident) + struct.pack(">Q", length | 1 << 56) + content


def wave(rate: int, channels: int, bits: int, data: bytes, size: int | None = None) -> bytes:
    """A WAV whose header says what is asked for."""
    block = channels * bits // 8
    described = struct.pack(
        "<HHIIHH", 1, channels, rate, rate * block & 0xFFFFFFFF, block & 0xFFFF, bits
    )
    length = len(data) if size is None else size
    chunks = b"fmt " + struct.pack("<I", 16) + described + b"data" + struct.pack("<I", length)
    total = 36 + len(data) if size is None else size
    return b"RIFF" + struct.pack("<I", total) + b"WAVE" + chunks + data
