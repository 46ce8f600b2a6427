"""The index of one process: which generations count, who is nearest in them, and their upkeep.

Several processes share a folder. One of them at a time writes, the others go on with what they
have; everybody sees a new manifest with the next question.
"""

import contextlib
import fcntl
import itertools
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mediashare.vectors import compact, generation
from mediashare.vectors.bert import Floats
from mediashare.vectors.generation import Generation, Stored
from mediashare.vectors.port import Near

log = logging.getLogger(__name__)

# Stretches that are compared exactly. What that costs is in `make bench name=retrieval`.
CANDIDATES = 4096
# Each further look takes as many as should hold what is missing, and these spare ones: whoever may
# see little still finds it.
SPARE = 1.25
LEAST_LOOK, LARGEST_LOOK = 256, 16_384
# Whoever asks about a larger part of all episodes asks about all: the database goes through them in
# the time in which it finds an eighth of them one by one.
MOST_APART = 1 / 8
# So few are asked about one by one, should few of all clips have vectors.
FEW = 100
NONE = np.zeros(0, np.uint16)
# More than this makes questions slow; what is outdated goes with the merge.
MOST_GENERATIONS = 12
MOST_OUTDATED = 0.2
# Words that were taken back are off the disk after this long.
MERGE_AFTER_S = 3600

# Those of some episodes, or of all, that may be found.
Known = Callable[[Sequence[str] | None], Collection[str]]
Load = Callable[[Sequence[str]], Iterable[Stored]]
Rows: TypeAlias = NDArray[np.int64]


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

    @property
    def outdated(self) -> int:
        """How many episodes stand in it that have been written anew."""
        return len(self.ids) - len(self.places)

    def is_of(self, ident: str, current: Mapping[str, int]) -> bool:
        """Whether it has an episode with the words that it has now."""
        return ident in self.stamps and self.stamps[ident] == current.get(ident)

    def count_missing(self, current: Mapping[str, int]) -> int:
        """How many episodes are not in it with the words that they have now."""
        return sum(not self.is_of(ident, current) for ident in current)

    def ask(self, vector: Floats) -> "Asking":
        """A question to it, which has put all stretches in the order of their codes."""
        code = compact.codes(vector)
        distances = [part.distances(code) for part in self.generations]
        ordered = np.argsort(np.concatenate([NONE, *distances]), kind="stable")
        return Asking(self, vector, ordered)

    @cached_property
    def firsts(self) -> Sequence[int]:
        """Where the stretches of each generation begin, counted through all of them."""
        return [0, *itertools.accumulate(len(part) for part in self.generations)]

    @cached_property
    def ids(self) -> Sequence[str]:
        return [ident for part in self.generations for ident in part.ids]

    @cached_property
    def owners(self) -> Rows:
        """Whose each stretch is."""
        counts = [part.owners["count"] for part in self.generations]
        return np.repeat(np.arange(len(self.ids)), np.concatenate([NONE, *counts]))

    @cached_property
    def is_outdated(self) -> NDArray[np.bool_]:
        ends = [0, *itertools.accumulate(len(part.ids) for part in self.generations)]
        found = np.ones(len(self.ids), bool)
        found[[ends[number] + place for number, place in self.places.values()]] = False
        return found


@dataclass(frozen=True)
class Asking:
    """A question to an index, and all its stretches in order, those first whose codes are
    nearest."""

    index: Index
    vector: Floats
    ordered: Rows

    def find(self, known: Known, limit: int) -> Sequence[Near]:
        """The nearest stretches of the episodes that may be found, best first."""
        rows = self._choose(known)
        near: list[Near] = []
        for part, first in zip(self.index.generations, self.index.firsts, strict=False):
            own = _within(rows, first, len(part))
            found = part.similarities(own, self.vector)
            best = np.argsort(-found, kind="stable")
            # Those that are as near as the last of them stand with it: which go is said below.
            most = np.count_nonzero(found >= found[best[limit - 1]]) if len(best) > limit else limit
            near += (part.near(int(own[n]), float(found[n])) for n in best[:most])
        # Equal ones in an order that does not depend on what else there is.
        near.sort(key=lambda one: (-one.similarity, one.episode_id, one.start_ms))
        return near[:limit]

    def _choose(self, known: Known) -> Rows:
        """The first stretches of those that may be found, in the order of their codes; what may
        not be found takes nobody's place."""
        ordered, look = self.ordered, CANDIDATES
        may_be_found = np.zeros(len(self.index.ids), bool)
        asked, chosen, count = self.index.is_outdated.copy(), [np.zeros(0, np.int64)], 0
        while len(ordered) and count < CANDIDATES:
            rows, ordered = ordered[:look], ordered[look:]
            owners = self.index.owners[rows]
            new = np.unique(owners[~asked[owners]])
            are_many = len(new) > max(FEW, MOST_APART * len(self.index.ids))
            if are_many:
                new = np.flatnonzero(~asked)
            asked[new] = True
            may_be_found[new] = self._may_be_found(new.tolist(), known, are_all=are_many)
            chosen.append(rows[may_be_found[owners]])
            count += len(chosen[-1])
            look = _next_look(CANDIDATES - count, len(chosen[-1]) / len(rows))
        return np.concatenate(chosen)[:CANDIDATES]

    def _may_be_found(self, owners: Sequence[int], known: Known, *, are_all: bool) -> list[bool]:
        idents = [self.index.ids[owner] for owner in owners]
        listed = known(None if are_all else idents) if idents else ()
        return [ident in listed for ident in idents]


class IndexFolder:
    """The index of a folder, read and kept up to date."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._names: Sequence[str] | None = None
        self._index = Index(())
        self._lock = threading.Lock()

    def open(self) -> Index:
        """The index as it is now; what of it is lost or broken counts as empty."""
        with self._lock:
            while (names := generation.read_manifest(self._base)) != self._names:
                found = self._open(names)
                # Whoever merges meanwhile removes what is to be opened, and has written a new list.
                if len(found) == len(names) or generation.read_manifest(self._base) == names:
                    self._index, self._names = Index(found), names
            return self._index

    def follow(self, current: Mapping[str, int], load: Load) -> bool:
        """Have in it what `current` names with its stamp and nothing else; False when another
        process is at it."""
        self._base.mkdir(parents=True, exist_ok=True)
        with _locked(self._base / ".lock") as is_ours:
            if is_ours:
                self._forget_lost()
                self._follow(self.open(), current, load)
            return is_ours

    def _open(self, names: Sequence[str]) -> Sequence[Generation]:
        """Those of these generations that can be read."""
        mapped = {part.folder.name: part for part in self._index.generations}
        found = []
        for name in names:
            try:
                part = mapped.get(name) or generation.open_generation(self._base / name)
            except (OSError, ValueError):
                log.warning("a part of the index of meanings is lost: %s", name, exc_info=True)
            else:
                found.append(part)
        return found

    def _forget_lost(self) -> None:
        """What is mapped here still answers when its folder is lost; others must have it anew."""
        with self._lock:
            kept = [part for part in self._index.generations if part.folder.is_dir()]
            if len(kept) != len(self._index.generations):
                self._index, self._names = Index(kept), None

    def _follow(self, index: Index, current: Mapping[str, int], load: Load) -> None:
        new = [ident for ident, stamp in current.items() if index.stamps.get(ident) != stamp]
        gone = index.outdated + sum(ident not in current for ident in index.stamps)
        parts = list(index.generations)
        if new and (made := generation.write(self._base, load(new))):
            parts.append(made)
        if not self._is_worth_merging(parts, gone, len(current)):
            names = [part.folder.name for part in parts]
            if names != generation.read_manifest(self._base):
                generation.write_manifest(self._base, names)
            return
        merged = generation.write(self._base, _current(Index(parts), current))
        generation.write_manifest(self._base, [merged.folder.name] if merged else [])

    def _is_worth_merging(self, parts: Sequence[Generation], gone: int, left: int) -> bool:
        if len(parts) > MOST_GENERATIONS or gone > MOST_OUTDATED * (left + gone):
            return True
        oldest = min((part.folder.stat().st_mtime for part in parts), default=time.time())
        return gone > 0 and time.time() - oldest > MERGE_AFTER_S


def _next_look(wanted: int, found: float) -> int:
    """How many to look at next, where so many are wanted and that part of the last look was found:
    somewhat more than it takes, because each look is another question to the database."""
    if not found:
        return LARGEST_LOOK
    return min(LARGEST_LOOK, max(LEAST_LOOK, int(SPARE * wanted / found)))


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


def _within(rows: Rows, first: int, count: int) -> Rows:
    """The rows of one generation, counted from its own beginning."""
    return rows[(rows >= first) & (rows < first + count)] - first
