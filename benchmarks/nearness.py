"""What it costs to find by meaning, and what is lost because not everything is compared."""

import random
import statistics
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.answers import Talk
from benchmarks.clocks import median_ms
from mediashare.search.queries import meaning as search_meaning
from mediashare.vectors import compact, encoder, index
from mediashare.vectors.bert import Floats
from mediashare.vectors.generation import BLOCK, Stored
from mediashare.vectors.index import IndexFolder

# As many stretches as a million segments have, most of them variations of real ones.
EPISODES, STRETCHES = 5000, 100
EVERYTHING = dict.fromkeys((f"{number:032x}" for number in range(EPISODES)), 1)
NOISE = 0.7
DEPTH = 10
ASKED = 20


def measure(questions: Sequence[str], talks: Sequence[Talk]) -> Iterator[str]:
    """Pace of the model, then size, pace and losses of an index of a million segments."""
    model = encoder.load()
    begin = time.perf_counter()
    real = encode(talks)
    taken = (time.perf_counter() - begin) * 1000 / len(real)
    ask = median_ms(lambda: model.passages(questions[:1]))
    yield f"retrieval: the model takes {taken:.0f} ms for a stretch, {ask:.0f} ms for a question"
    chance = random.Random(5)  # noqa: S311 - the same questions in every run
    vectors = [model.question(text) for text in chance.sample(questions, ASKED)]
    with tempfile.TemporaryDirectory() as folder:
        yield from _measure_index(Path(folder), real, vectors)


def encode(talks: Sequence[Talk]) -> Floats:
    """What is said there, as stretches are made of it."""
    sentences = [text for talk in talks for _start, _end, text in talk.said]
    texts = [" ".join(sentences[n : n + 3]) for n in range(0, len(sentences), 2)]
    return encoder.load().passages(texts)


def vary(real: Floats, ident: str, count: int) -> bytes:
    """So many stretches of an episode about something like what is really said."""
    chance = np.random.default_rng(int(ident, 16))
    near = real[chance.integers(len(real), size=count)]
    noise = chance.normal(0, NOISE * len(near[0]) ** -0.5, near.shape)
    varied: Floats = (near + noise).astype(np.float32)
    return compact.pack(varied)


def _measure_index(folder: Path, real: Floats, vectors: Sequence[Floats]) -> Iterator[str]:
    base = IndexFolder(folder)
    begin = time.perf_counter()
    base.follow(EVERYTHING, lambda wanted: (_store(real, ident) for ident in wanted))
    taken = time.perf_counter() - begin
    size = sum(path.stat().st_size for path in folder.rglob("*"))
    yield (
        f"retrieval: an index of {EPISODES * STRETCHES} stretches: {size / 1e6:.0f} MB, "
        f"written in {taken:.0f} s"
    )
    there = base.open()
    pace = statistics.median(
        median_ms(lambda: there.ask(vector).find(_all, search_meaning.STRETCHES), runs=3)  # noqa: B023 - used up at once
        for vector in vectors
    )
    rows = np.memmap(next(folder.rglob("vectors")), np.int8, mode="r").reshape(-1, len(vectors[0]))
    kept = {
        depth: statistics.fmean(
            len(_exact(rows, vector, depth) & _found(there, vector, depth)) / depth
            for vector in vectors
        )
        for depth in (DEPTH, search_meaning.STRETCHES)
    }
    found = " and ".join(f"{share:.3f} of the {depth}" for depth, share in kept.items())
    yield (
        f"retrieval: a question to it takes {pace:.0f} ms, beside what the database takes; {found} "
        f"nearest stretches are found though only {index.CANDIDATES} of them are compared exactly"
    )


def _store(real: Floats, ident: str) -> Stored:
    spans = [(int(ident, 16), place) for place in range(STRETCHES)]
    return Stored(ident, 1, compact.pack_spans(spans), vary(real, ident, STRETCHES))


def _all(_idents: Sequence[str] | None) -> Collection[str]:
    return EVERYTHING


def _exact(rows: NDArray[np.int8], vector: Floats, depth: int) -> set[tuple[int, int]]:
    blocks = range(0, len(rows), BLOCK)
    likeness = np.concatenate(
        [compact.similarities(rows[start : start + BLOCK], vector) for start in blocks]
    )
    return {divmod(int(row), STRETCHES) for row in np.argsort(-likeness)[:depth]}


def _found(there: index.Index, vector: Floats, depth: int) -> set[tuple[int, int]]:
    return {(near.start_ms, near.end_ms) for near in there.ask(vector).find(_all, depth)}
