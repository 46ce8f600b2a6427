"""Vectors as few bytes: eight bits for a component to compare exactly, one to choose whom.

A vector's own length undoes the scale of its bytes, so none is kept. The signs alone, compared by
how many differ, are near enough to say which few hundred of a million are worth a closer look
(Charikar, 2002: random hyperplanes; here they are the axes).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mediashare.vectors.bert import Floats
from mediashare.vectors.port import DIMENSIONS

LARGEST = 127
CODE_WORDS = DIMENSIONS // 64
# When a stretch is spoken, in milliseconds.
SPAN = np.dtype([("start_ms", "<i4"), ("end_ms", "<i4")])


def pack(vectors: Floats) -> bytes:
    """Rows of 32-bit numbers as rows of bytes."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    rows: NDArray[np.int8] = np.rint(vectors / largest * LARGEST).astype(np.int8)
    return rows.tobytes()


def unpack(data: bytes) -> NDArray[np.int8]:
    """The rows of bytes that `pack` made."""
    return np.frombuffer(data, np.int8).reshape(-1, DIMENSIONS)


def codes(rows: NDArray[np.int8] | Floats) -> NDArray[np.uint64]:
    """The signs of each row, 64 in a word."""
    return np.packbits(rows >= 0, axis=-1).view(np.uint64)


def differing(them: NDArray[np.uint64], one: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """In how many signs each of `them` differs from `one`."""
    found = np.zeros(len(them), np.uint16)
    # Word by word: to add up rows that are as short as these takes twice as long.
    for counts in np.bitwise_count(them ^ one).T:
        found += counts
    return found


def similarities(rows: NDArray[np.int8], vector: Floats) -> Floats:
    """The cosine of each row and a vector of length 1."""
    wide = rows.astype(np.float32)
    # Row by row: a product with the whole matrix rounds equal rows otherwise, by where they stand.
    lengths = np.sqrt(np.vecdot(wide, wide))
    found: Floats = np.vecdot(wide, vector) / np.maximum(lengths, 1)
    return found


def pack_spans(spans: Sequence[tuple[int, int]]) -> bytes:
    """Starts and ends as bytes, in order."""
    return np.array(list(spans), SPAN).tobytes()
