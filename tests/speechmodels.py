# ruff: noqa: TID253 - imported by tests of the engines alone, which load them anyway
"""Whisper models that say a chosen sentence, whatever they are given to hear.

The weights are computed, not trained: each position of the decoder yields the next wanted token.
So the real engines run their real code, on files of their real formats, with a known answer.
"""

import itertools
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from whisper.model import ModelDimensions, Whisper

from workers.tools.speech.convert import convert
from workers.tools.speech.tokens import open_tokenizer

VOCABULARY = 51_865
POSITIONS = 448
FRAMES = 1500
FRAME_S = 0.02
GAIN = 60.0
# How much stronger the wanted token is than everything else.
STRENGTH = 4.0


@dataclass(frozen=True)
class Shape:
    """How large a model is: its width, its heads, and the layers of its encoder and decoder."""

    width: int = 64
    heads: int = 1
    layers: int = 1


# As large as the official model `base`, which costs what that one does.
BASE = Shape(width=512, heads=8, layers=6)


@dataclass(frozen=True)
class Line:
    """A sentence of the script: when it is said, in seconds of each chunk, and its words."""

    start: float
    end: float
    text: str


SMALL = Shape()
SCRIPT = (Line(0.4, 3.0, "ask what you can do for your country"),)


def write_whisper_model(
    path: Path,
    script: Sequence[Line] = SCRIPT,
    language: str = "en",
    prompt: str = "",
    shape: Shape = SMALL,
) -> Path:
    """A model file of openai-whisper. With a prompt it says the script only after one that is as
    long as this, and gibberish after any other."""
    torch.manual_seed(0)
    size = (shape.width, shape.heads, shape.layers)
    dims = ModelDimensions(80, FRAMES, *size, VOCABULARY, POSITIONS, *size)
    fresh = Whisper(dims).state_dict()
    weights = {name: torch.zeros_like(value) for name, value in fresh.items()}
    weights["encoder.positional_embedding"] = fresh["encoder.positional_embedding"].clone()
    for name, value in weights.items():
        if name.endswith(("ln.weight", "ln_post.weight", "cross_attn_ln.weight")):
            value.fill_(1)
    tokenizer = open_tokenizer(VOCABULARY, language)
    spoken, times = _tokens(tokenizer, script)
    told = [tokenizer.sot_prev, *tokenizer.encode(f" {prompt}")] if prompt else []
    _write_decoder(weights, [*told, *tokenizer.sot_sequence, *spoken, tokenizer.eot], shape)
    _write_alignment(weights, tokenizer, spoken, times, shape)
    halves = {name: value.to(torch.float16).contiguous() for name, value in weights.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"dims": dims.__dict__, "model_state_dict": halves}, path)
    return path


def _tokens(tokenizer: Any, script: Sequence[Line]) -> tuple[list[int], list[float]]:
    """What the decoder shall emit, and the time of each token that is text."""
    spoken: list[int] = []
    times: list[float] = []
    for line in script:
        words = [tokenizer.encode(f" {word}") for word in line.text.split()]
        step = (line.end - line.start) / len(words)
        for number, ids in enumerate(words):
            begins = line.start + number * step
            times += [begins + step * part / len(ids) for part in range(len(ids))]
        spoken.append(_timestamp(tokenizer, line.start))
        spoken += [token for ids in words for token in ids]
        spoken.append(_timestamp(tokenizer, line.end))
    return spoken, times


def _timestamp(tokenizer: Any, seconds: float) -> int:
    return int(tokenizer.timestamp_begin) + round(seconds / FRAME_S)


def _write_decoder(weights: dict[str, torch.Tensor], sequence: Sequence[int], shape: Shape) -> None:
    """Token vectors of equal length and mean zero; positions that turn each into its successor."""
    vectors = torch.randn(VOCABULARY, shape.width)
    vectors -= vectors.mean(1, keepdim=True)
    vectors /= vectors.norm(dim=1, keepdim=True)
    places = STRENGTH * vectors[sequence[-1]].repeat(POSITIONS, 1)
    for number, (now, following) in enumerate(itertools.pairwise(sequence)):
        places[number] = STRENGTH * vectors[following] - vectors[now]
    weights["decoder.token_embedding.weight"] = vectors
    weights["decoder.positional_embedding"] = places
    weights["decoder.ln.weight"].fill_(GAIN / math.sqrt(shape.width))


def _write_alignment(
    weights: dict[str, torch.Tensor],
    tokenizer: Any,
    spoken: Sequence[int],
    times: Sequence[float],
    shape: Shape,
) -> None:
    """Cross attention that looks from each text token to its time in the sound."""
    text = [token for token in spoken if token < tokenizer.eot]
    tokens = [*tokenizer.sot_sequence, tokenizer.no_timestamps, *text, tokenizer.eot]
    wanted = [*[0.0] * len(tokenizer.sot_sequence), *times, times[-1], times[-1]][: len(tokens)]
    vectors = weights["decoder.token_embedding.weight"]
    places = weights["decoder.positional_embedding"]
    asked = torch.stack([vectors[token] + places[n] for n, token in enumerate(tokens)])
    asked = torch.nn.functional.layer_norm(asked, (shape.width,))
    keys = torch.nn.functional.layer_norm(weights["encoder.positional_embedding"], (shape.width,))
    answers = torch.stack([keys[min(FRAMES - 1, round(at / FRAME_S))] for at in wanted])
    query = torch.linalg.lstsq(asked, answers - keys.mean(0)).solution
    for layer in range(shape.layers):
        name = f"decoder.blocks.{layer}.cross_attn"
        weights[f"{name}.query.weight"] = query.T.contiguous()
        weights[f"{name}.key.weight"] = torch.eye(shape.width)


if __name__ == "__main__":
    # In a process of its own, so that no test process ever loads torch (tests/sharing.py).
    models, words = Path(sys.argv[1]), [word for word in sys.argv[2:] if word != "--base"]
    shape = BASE if "--base" in sys.argv else SMALL
    text, told = [*words, "", ""][:2]
    lines = (Line(0.4, 3.0, text),) if text else SCRIPT
    made = write_whisper_model(models / "base.pt", lines, prompt=told, shape=shape)
    convert(made, models / "base")
