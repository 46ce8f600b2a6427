"""The sentence model `all-MiniLM-L6-v2` (Reimers and Gurevych, 2019), as a package brings it.

Of the package only the files are used, which are data: neither its code nor what it requires is
imported, and the weights must be the published ones.
"""

import hashlib
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer

from mediashare.sentences import said
from mediashare.vectors import bert
from mediashare.vectors.bert import Floats
from mediashare.vectors.choice import SHA256, NoModelError, find_model

# The model was trained on texts of this many tokens.
MAX_TOKENS = 256
AT_ONCE = 8
QUESTIONS_KEPT = 512


class Encoder:
    """Turns texts into vectors; one for each process, because its weights are shared."""

    def __init__(self, folder: Path) -> None:
        path = folder / "model.safetensors"
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
                raise NoModelError(
                    said("%(path)s is not the published model: its SHA-256 differs.", path=path)
                )
        self._weights = bert.map_weights(path)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        # More threads, or several texts at once, would only wait for each other: on a busy machine
        # they take ten times as long.
        threadpool_limits(1, user_api="blas")
        self._lock = threading.Lock()
        self._question = lru_cache(QUESTIONS_KEPT)(self._encode_one)

    def question(self, text: str) -> Floats:
        """The vector of a question; those asked lately are remembered."""
        return self._question(" ".join(text.split()))

    def passages(self, texts: Sequence[str]) -> Floats:
        """A row for each text, computed a few at a time."""
        rows = [self._encode(texts[n : n + AT_ONCE]) for n in range(0, len(texts), AT_ONCE)]
        return np.concatenate(rows)

    def _encode_one(self, text: str) -> Floats:
        found: Floats = self._encode([text])[0]
        return found

    def _encode(self, texts: Sequence[str]) -> Floats:
        tokens = [found.ids for found in self._tokenizer.encode_batch(list(texts))]
        ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
        mask = np.zeros(ids.shape, np.float32)
        for row, found in enumerate(tokens):
            ids[row, : len(found)] = found
            mask[row, : len(found)] = 1
        with self._lock:
            return bert.encode(self._weights, ids, mask)


@lru_cache(1)
def load() -> Encoder:
    """The one encoder of this process; raises NoModelError where the package is not installed."""
    return Encoder(find_model())
