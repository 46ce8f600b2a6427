"""What an upload through the web process costs beside copying the same bytes to the same disk."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.clocks import median_ms
from mediashare.config import Settings
from tests.servers.house import House

MIB = 1024 * 1024
SIZE = 200 * MIB


def measure() -> Iterator[str]:
    """Upload SIZE bytes by tus into gunicorn and the disk store; copy and sync them by hand."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "clip.bin"
        source.write_bytes(os.urandom(MIB) * (SIZE // MIB))
        house = House(Settings(data=Path(folder) / "var", min_free_bytes=0))
        try:
            house.start_web()
            house.token = house.make_person("Bench")
            uploaded = median_ms(lambda: house.upload(source, chunk_size=SIZE), runs=3)
            copied = median_ms(lambda: _copy(source), runs=3)
        finally:
            house.stop()
    yield (
        f"uploads: {SIZE / 1e6 / uploaded * 1000:.0f} MB/s through web, "
        f"{copied / uploaded:.2f} of a plain copy with fsync"
    )


def _copy(source: Path) -> None:
    target = source.with_suffix(".copy")
    with source.open("rb") as reading, target.open("wb") as writing:
        shutil.copyfileobj(reading, writing, MIB)
        writing.flush()
        os.fsync(writing.fileno())
    target.unlink()
