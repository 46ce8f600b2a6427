"""The forward pass of a BERT encoder (Devlin et al., 2019) on arrays, and no more than that.

It needs numpy alone, so that the web process can afford it: no torch, no runtime of its own, and
the weights stay in the file that they are mapped from.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Weights: TypeAlias = Mapping[str, Floats]

HEADS = 12
LENGTH_BYTES = 8
NORM_EPSILON = np.float32(1e-12)
HIDDEN = np.float32(-1e9)
ROOT_HALF, HALF, ONE = np.float32(0.5**0.5), np.float32(0.5), np.float32(1)
# The error function to within 1.5e-7 (Abramowitz and Stegun, 1964, formula 7.1.26).
ERF_SCALE = np.float32(0.3275911)
ERF_TERMS = tuple(
    map(np.float32, (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592))
)


def map_weights(path: Path) -> Weights:
    """The 32-bit tensors of a safetensors file by name, mapped: only what is used is read."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(LENGTH_BYTES), "little")
        header = json.loads(file.read(length))
    # Plain arrays on the same bytes: what is computed with a memmap is one again, which takes time.
    raw = np.asarray(np.memmap(path, dtype=np.uint8, mode="r", offset=LENGTH_BYTES + length))
    return {
        name: raw[slice(*entry["data_offsets"])].view(np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


def encode(weights: Weights, ids: NDArray[np.int64], mask: Floats) -> Floats:
    """One vector of length 1 for each row of token ids; `mask` is 1 where a token is, else 0."""
    words = weights["embeddings.word_embeddings.weight"][ids]
    places = weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
    kind = weights["embeddings.token_type_embeddings.weight"][0]
    state = _norm(weights, "embeddings.LayerNorm", words + places + kind)
    hidden = (ONE - mask)[:, None, None, :] * HIDDEN
    layers = sum(name.endswith(".output.dense.weight") for name in weights) // 2
    for number in range(layers):
        state = _layer(weights, f"encoder.layer.{number}", state, hidden)
    mean = (state * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    found: Floats = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return found


def _layer(weights: Weights, name: str, state: Floats, hidden: Floats) -> Floats:
    heard = _linear(
        weights, f"{name}.attention.output.dense", _attend(weights, name, state, hidden)
    )
    state = _norm(weights, f"{name}.attention.output.LayerNorm", state + heard)
    inner = _gelu(_linear(weights, f"{name}.intermediate.dense", state))
    thought = _linear(weights, f"{name}.output.dense", inner)
    return _norm(weights, f"{name}.output.LayerNorm", state + thought)


def _attend(weights: Weights, name: str, state: Floats, hidden: Floats) -> Floats:
    rows, length, width = state.shape

    def heads(part: str) -> Floats:
        found = _linear(weights, f"{name}.attention.self.{part}", state)
        return found.reshape(rows, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)

    scores = heads("query") @ heads("key").transpose(0, 1, 3, 2)
    scores = scores * np.float32((width // HEADS) ** -0.5) + hidden
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    found: Floats = (shares @ heads("value")).transpose(0, 2, 1, 3).reshape(rows, length, width)
    return found


def _linear(weights: Weights, name: str, value: Floats) -> Floats:
    # With the weights on the left as they lie in the file: for the few words of a question that is
    # a third faster than the other way round.
    product = weights[f"{name}.weight"] @ value.swapaxes(-1, -2)
    found: Floats = product.swapaxes(-1, -2) + weights[f"{name}.bias"]
    return found


def _norm(weights: Weights, name: str, value: Floats) -> Floats:
    centred = value - value.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + NORM_EPSILON)
    found: Floats = centred / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return found


def _gelu(value: Floats) -> Floats:
    return value * HALF * (ONE + _erf(value * ROOT_HALF))


def _erf(value: Floats) -> Floats:
    size = np.abs(value)
    t = ONE / (ONE + ERF_SCALE * size)
    series = np.zeros_like(t)
    for term in ERF_TERMS:
        series = series * t + term
    found: Floats = np.sign(value) * (ONE - series * t * np.exp(-size * size))
    return found
