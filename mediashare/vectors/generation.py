"""A part of the index on disk: written once, mapped by whoever reads it, and later removed whole.

What a process that reads holds in memory are the pages which the system thinks worth it.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mediashare.db.base import new_id
from mediashare.vectors import compact
from mediashare.vectors.bert import Floats
from mediashare.vectors.port import DIMENSIONS, Near

# Vectors looked at in one go: what that takes is far below what a request may take.
BLOCK = 65_536
OWNER = np.dtype([("id", "S32"), ("stamp", "<i8"), ("first", "<i8"), ("count", "<i4")])


@dataclass(frozen=True, slots=True)
class Stored:
    """The vectors of one episode as the database keeps them: `stamp` says of which words they
    are, `spans` when each stretch is spoken, `vectors` what it means (compact.py)."""

    episode_id: str
    stamp: int
    spans: bytes
    vectors: bytes


@dataclass(frozen=True)
class Generation:
    """One folder of the index, mapped: `owners` are the episodes in it and which rows are theirs,
    `ids` the names of these in the same order."""

    folder: Path
    owners: NDArray[np.void]
    ids: Sequence[str]
    _spans: NDArray[np.void]
    _codes: NDArray[np.uint64]
    _vectors: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def is_whole(self) -> bool:
        """Whether each file has as many stretches as the owners have."""
        rows = int(self.owners["count"].sum())
        return rows == len(self._spans) == len(self._codes) == len(self._vectors)

    def distances(self, code: NDArray[np.uint64]) -> NDArray[np.uint16]:
        """How far each stretch is, as the codes have it."""
        rows = np.empty(len(self), np.uint16)
        for start in range(0, len(rows), BLOCK):
            block = self._codes[start : start + BLOCK]
            rows[start : start + BLOCK] = compact.differing(block, code)
        return rows

    def similarities(self, rows: NDArray[np.int64], vector: Floats) -> Floats:
        """How near these stretches are."""
        return compact.similarities(self._vectors[rows], vector)

    def near(self, row: int, similarity: float) -> Near:
        """One stretch that is as near as that."""
        owner = int(np.searchsorted(self.owners["first"], row, side="right")) - 1
        start, end = self._spans[row].tolist()
        return Near(self.ids[owner], start, end, similarity)

    def stored(self, place: int) -> Stored:
        """One episode as it was put in."""
        owner = self.owners[place]
        rows = slice(int(owner["first"]), int(owner["first"] + owner["count"]))
        spans, vectors = self._spans[rows].tobytes(), self._vectors[rows].tobytes()
        return Stored(self.ids[place], int(owner["stamp"]), spans, vectors)


def open_generation(folder: Path) -> Generation:
    """Map a generation, so that it can be read from now on even when others remove it; raises
    FileNotFoundError when they were faster, and ValueError when its files do not fit together."""
    owners = np.fromfile(folder / "owners", OWNER)
    found = Generation(
        folder,
        owners,
        [ident.decode() for ident in owners["id"].tolist()],
        np.memmap(folder / "spans", compact.SPAN, mode="r"),
        np.memmap(folder / "codes", "<u8", mode="r").reshape(-1, compact.CODE_WORDS),
        np.memmap(folder / "vectors", "i1", mode="r").reshape(-1, DIMENSIONS),
    )
    if not found.is_whole:
        raise ValueError(f"{folder} is cut off")
    return found


def write(base: Path, episodes: Iterable[Stored]) -> Generation | None:
    """A new generation under `base`, there whole or not at all; None when nothing is in it.

    Episodes come one by one, so that there is never more than one of them in memory.
    """
    partial = base / f".{new_id()}.part"
    partial.mkdir(parents=True)
    try:
        if not _write(partial, episodes):
            return None
        _settle(*partial.iterdir(), partial)
        folder = base / new_id()
        partial.rename(folder)
        return open_generation(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def read_manifest(base: Path) -> Sequence[str]:
    """The names of the generations that count, oldest first."""
    try:
        names: list[str] = json.loads((base / "index.json").read_text())
    except (FileNotFoundError, ValueError):
        return ()
    return names


def write_manifest(base: Path, names: Sequence[str]) -> None:
    """From now on these generations count, for everybody at once; all others are removed.

    What is named is on the disk before it is named, so that a power cut leaves no name of nothing.
    """
    draft = base / ".index.json"
    draft.write_text(json.dumps(list(names)))
    _settle(draft, base)
    draft.rename(base / "index.json")
    _settle(base)
    for folder in base.iterdir():
        if folder.is_dir() and folder.name not in names:
            # Whoever has them mapped goes on reading: the bytes go with the last of them.
            shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, episodes: Iterable[Stored]) -> int:
    first, owners = 0, []
    with contextlib.ExitStack() as stack:
        spans, codes, vectors = (
            stack.enter_context((folder / name).open("wb"))
            for name in ("spans", "codes", "vectors")
        )
        for episode in episodes:
            rows = compact.unpack(episode.vectors)
            spans.write(episode.spans)
            codes.write(compact.codes(rows).tobytes())
            vectors.write(episode.vectors)
            owners.append((episode.episode_id.encode(), episode.stamp, first, len(rows)))
            first += len(rows)
    np.array(owners, OWNER).tofile(folder / "owners")
    return first


def _settle(*paths: Path) -> None:
    """Return when the disk has what was written to these files and folders."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
