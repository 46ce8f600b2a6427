"""The index of one process: which generations count, who is nearest in them, and their upkeep.

Several processes share a folder. One of them at a time writes, the others go on with what they
have; everybody sees a new manifest with the next question.
"""

import contextlib
import fcntl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mediashare.vectors import compact, generation
from mediashare.vectors.bert import Floats
from mediashare.vectors.generation import Generation, Stored
from mediashare.vectors.port import Near

# Episodes whose stretches are compared exactly. What that costs is in `make bench name=retrieval`.
CANDIDATES = 256
# Each further look takes so many times as many: whoever may see little still finds it.
GROWTH = 4
LARGEST_LOOK = 8192
# More than this makes questions slow; what is outdated goes with the merge.
MOST_GENERATIONS = 12
MOST_OUTDATED = 0.2
# Words that were taken back are off the disk after this long.
MERGE_AFTER_S = 3600

# Those of some episodes that may be found, with the stamp of the words that they have now.
Known = Callable[[Sequence[str]], Mapping[str, int]]
Load = Callable[[Sequence[str]], Iterable[Stored]]


@dataclass(frozen=True)
class Index:
    """What the manifest named at one moment. An episode counts where it was written last."""

    generations: Sequence[Generation]

    @cached_property
    def places(self) -> Mapping[str, tuple[int, int]]:
        """Where each episode is: which generation, and which of its owners."""
        return {
            ident: (number, place)
            for number, part in enumerate(self.generations)
            for place, ident in enumerate(part.ids)
        }

    @cached_property
    def stamps(self) -> Mapping[str, int]:
        """Of which words each episode's vectors are."""
        known = [part.owners["stamp"].tolist() for part in self.generations]
        return {ident: known[number][place] for ident, (number, place) in self.places.items()}

    @cached_property
    def _ids(self) -> Sequence[str]:
        return [ident for part in self.generations for ident in part.ids]

    @cached_property
    def _is_current(self) -> NDArray[np.bool_]:
        ends = np.cumsum([0, *(len(part.ids) for part in self.generations)])
        found = np.zeros(len(self._ids), bool)
        found[[ends[number] + place for number, place in self.places.values()]] = True
        return found

    @property
    def outdated(self) -> int:
        """How many episodes stand in it that have been written anew."""
        return len(self._ids) - len(self.places)

    def find(self, vector: Floats, known: Known, limit: int) -> Sequence[Near]:
        """The nearest stretches of the episodes that may be found, best first."""
        if not self.generations:
            return ()
        found: list[Near] = []
        for ident in self._choose(vector, known):
            number, place = self.places[ident]
            found += self.generations[number].compare(place, vector)
        # Equal ones in an order that does not depend on what else there is.
        return sorted(found, key=lambda near: (-near.similarity, near.episode_id, near.start_ms))[
            :limit
        ]

    def _choose(self, vector: Floats, known: Known) -> Sequence[str]:
        """The first of those that may be found, in the order of their codes; what may not be
        found takes nobody's place."""
        chosen: list[str] = []
        ordered, look = self._ordered(vector), CANDIDATES
        while ordered and len(chosen) < CANDIDATES:
            those, ordered = ordered[:look], ordered[look:]
            stamps = known(those)
            chosen += [ident for ident in those if stamps.get(ident) == self.stamps[ident]]
            look = min(LARGEST_LOOK, look * GROWTH)
        return chosen[:CANDIDATES]

    def _ordered(self, vector: Floats) -> Sequence[str]:
        code = compact.codes(vector)
        distances = np.concatenate([part.distances(code) for part in self.generations])
        distances[~self._is_current] = generation.FURTHEST
        order = np.argsort(distances, kind="stable")[: len(self.places)]
        return [self._ids[place] for place in order.tolist()]


class IndexFolder:
    """The index of a folder, read and kept up to date."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._names: Sequence[str] | None = None
        self._index = Index(())
        self._lock = threading.Lock()

    def open(self) -> Index:
        """The index as it is now."""
        with self._lock:
            while (names := generation.read_manifest(self._base)) != self._names:
                # Whoever merges meanwhile removes what is to be opened, and has written a new list.
                with contextlib.suppress(FileNotFoundError):
                    self._index, self._names = self._open(names), names
            return self._index

    def follow(self, current: Mapping[str, int], load: Load) -> bool:
        """Have in it what `current` names with its stamp and nothing else; False when another
        process is at it."""
        self._base.mkdir(parents=True, exist_ok=True)
        with _locked(self._base / ".lock") as is_ours:
            if is_ours:
                self._follow(self.open(), current, load)
            return is_ours

    def _open(self, names: Sequence[str]) -> Index:
        mapped = {part.folder.name: part for part in self._index.generations}
        return Index(
            [mapped.get(name) or generation.open_generation(self._base / name) for name in names]
        )

    def _follow(self, index: Index, current: Mapping[str, int], load: Load) -> None:
        new = [ident for ident, stamp in current.items() if index.stamps.get(ident) != stamp]
        gone = index.outdated + sum(ident not in current for ident in index.stamps)
        parts = list(index.generations)
        if new and (made := generation.write(self._base, load(new))):
            parts.append(made)
        if not self._is_worth_merging(parts, gone, len(current)):
            if new:
                generation.write_manifest(self._base, [part.folder.name for part in parts])
            return
        merged = generation.write(self._base, _current(Index(parts), current))
        generation.write_manifest(self._base, [merged.folder.name] if merged else [])

    def _is_worth_merging(self, parts: Sequence[Generation], gone: int, left: int) -> bool:
        if len(parts) > MOST_GENERATIONS or gone > MOST_OUTDATED * (left + gone):
            return True
        oldest = min((part.folder.stat().st_mtime for part in parts), default=time.time())
        return gone > 0 and time.time() - oldest > MERGE_AFTER_S


def _current(index: Index, current: Mapping[str, int]) -> Iterator[Stored]:
    for ident, (number, place) in index.places.items():
        if index.stamps[ident] == current.get(ident):
            yield index.generations[number].stored(place)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[bool]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
