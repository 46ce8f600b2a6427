# ruff: noqa: TID253 - imported by tests of the engines alone, which load them anyway
"""Whisper models that say a chosen sentence, whatever they are given to hear.

The weights are computed, not trained: each position of the decoder yields the next wanted token.
So the real engines run their real code, on files of their real formats, with a known answer.
"""

import base64
import itertools
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
import torch
import whisper
from ctranslate2.converters import utils as ct2_utils
from ctranslate2.specs import common_spec, whisper_spec
from whisper.model import ModelDimensions, Whisper
from whisper.tokenizer import get_tokenizer

WIDTH = 64
VOCABULARY = 51_865
LANGUAGES = 99
POSITIONS = 448
FRAMES = 1500
FRAME_S = 0.02
GAIN = 60.0
# How much stronger the wanted token is than everything else.
STRENGTH = 4.0


@dataclass(frozen=True)
class Line:
    """A sentence of the script: when it is said, in seconds of each chunk, and its words."""

    start: float
    end: float
    text: str


SCRIPT = (Line(0.4, 3.0, "ask what you can do for your country"),)


def write_whisper_model(path: Path, script: Sequence[Line] = SCRIPT, language: str = "en") -> Path:
    """A model file of openai-whisper."""
    torch.manual_seed(0)
    dims = ModelDimensions(80, FRAMES, WIDTH, 1, 1, VOCABULARY, POSITIONS, WIDTH, 1, 1)
    fresh = Whisper(dims).state_dict()
    weights = {name: torch.zeros_like(value) for name, value in fresh.items()}
    weights["encoder.positional_embedding"] = fresh["encoder.positional_embedding"].clone()
    for name, value in weights.items():
        if name.endswith(("ln.weight", "ln_post.weight", "cross_attn_ln.weight")):
            value.fill_(1)
    tokenizer = _open_tokenizer(language)
    spoken, times = _tokens(tokenizer, script)
    _write_decoder(weights, [*tokenizer.sot_sequence, *spoken, tokenizer.eot])
    _write_alignment(weights, tokenizer, spoken, times)
    halves = {name: value.to(torch.float16).contiguous() for name, value in weights.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"dims": dims.__dict__, "model_state_dict": halves}, path)
    return path


def write_faster_model(folder: Path, source: Path) -> Path:
    """The model file `source` of openai-whisper as a model folder of faster-whisper."""
    checkpoint = torch.load(source, weights_only=True)
    dims = checkpoint["dims"]
    weights = {
        name: value.float().contiguous().numpy()
        for name, value in checkpoint["model_state_dict"].items()
    }
    spec = whisper_spec.WhisperSpec(1, dims["n_audio_head"], 1, dims["n_text_head"])
    _fill_encoder(spec.encoder, weights)
    _fill_decoder(spec.decoder, weights)
    tokenizer = _open_tokenizer("en")
    folder.mkdir(parents=True, exist_ok=True)
    spec.register_vocabulary(_write_tokenizer(folder / "tokenizer.json", tokenizer))
    spec.config.suppress_ids = list(tokenizer.non_speech_tokens)
    spec.config.suppress_ids_begin = [220, tokenizer.eot]
    spec.config.lang_ids = sorted(tokenizer.all_language_tokens)
    spec.config.alignment_heads = [[0, 0]]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    return folder


def _open_tokenizer(language: str) -> Any:
    return get_tokenizer(
        multilingual=True, num_languages=LANGUAGES, language=language, task="transcribe"
    )


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


def _write_decoder(weights: dict[str, torch.Tensor], sequence: Sequence[int]) -> None:
    """Token vectors of equal length and mean zero; positions that turn each into its successor."""
    vectors = torch.randn(VOCABULARY, WIDTH)
    vectors -= vectors.mean(1, keepdim=True)
    vectors /= vectors.norm(dim=1, keepdim=True)
    places = STRENGTH * vectors[sequence[-1]].repeat(POSITIONS, 1)
    for number, (now, following) in enumerate(itertools.pairwise(sequence)):
        places[number] = STRENGTH * vectors[following] - vectors[now]
    weights["decoder.token_embedding.weight"] = vectors
    weights["decoder.positional_embedding"] = places
    weights["decoder.ln.weight"].fill_(GAIN / math.sqrt(WIDTH))


def _write_alignment(
    weights: dict[str, torch.Tensor], tokenizer: Any, spoken: Sequence[int], times: Sequence[float]
) -> None:
    """Cross attention that looks from each text token to its time in the sound."""
    text = [token for token in spoken if token < tokenizer.eot]
    tokens = [*tokenizer.sot_sequence, tokenizer.no_timestamps, *text, tokenizer.eot]
    wanted = [*[0.0] * len(tokenizer.sot_sequence), *times, times[-1], times[-1]][: len(tokens)]
    vectors = weights["decoder.token_embedding.weight"]
    places = weights["decoder.positional_embedding"]
    asked = torch.stack([vectors[token] + places[n] for n, token in enumerate(tokens)])
    asked = torch.nn.functional.layer_norm(asked, (WIDTH,))
    keys = torch.nn.functional.layer_norm(weights["encoder.positional_embedding"], (WIDTH,))
    answers = torch.stack([keys[min(FRAMES - 1, round(at / FRAME_S))] for at in wanted])
    query = torch.linalg.lstsq(asked, answers - keys.mean(0)).solution
    weights["decoder.blocks.0.cross_attn.query.weight"] = query.T.contiguous()
    weights["decoder.blocks.0.cross_attn.key.weight"] = torch.eye(WIDTH)


def _fill_encoder(encoder: Any, weights: dict[str, Any]) -> None:
    for name in ("conv1", "conv2"):
        _fill(getattr(encoder, name), weights, f"encoder.{name}")
    encoder.position_encodings.encodings = weights["encoder.positional_embedding"]
    _fill_norm(encoder.layer_norm, weights, "encoder.ln_post")
    _fill_block(encoder.layer[0], weights, "encoder.blocks.0")


def _fill_decoder(decoder: Any, weights: dict[str, Any]) -> None:
    decoder.embeddings.weight = weights["decoder.token_embedding.weight"]
    decoder.projection.weight = decoder.embeddings.weight
    decoder.position_encodings.encodings = weights["decoder.positional_embedding"]
    _fill_norm(decoder.layer_norm, weights, "decoder.ln")
    _fill_block(decoder.layer[0], weights, "decoder.blocks.0")
    cross = decoder.layer[0].attention
    name = "decoder.blocks.0.cross_attn"
    ct2_utils.fuse_linear(cross.linear[0], [_linear(weights, f"{name}.query")])
    parts = [_linear(weights, f"{name}.{part}") for part in ("key", "value")]
    ct2_utils.fuse_linear(cross.linear[1], parts)
    _fill(cross.linear[-1], weights, f"{name}.out")
    _fill_norm(cross.layer_norm, weights, f"{name}_ln")


def _fill_block(layer: Any, weights: dict[str, Any], name: str) -> None:
    own = layer.self_attention
    parts = [_linear(weights, f"{name}.attn.{part}") for part in ("query", "key", "value")]
    ct2_utils.fuse_linear(own.linear[0], parts)
    _fill(own.linear[-1], weights, f"{name}.attn.out")
    _fill_norm(own.layer_norm, weights, f"{name}.attn_ln")
    _fill(layer.ffn.linear_0, weights, f"{name}.mlp.0")
    _fill(layer.ffn.linear_1, weights, f"{name}.mlp.2")
    _fill_norm(layer.ffn.layer_norm, weights, f"{name}.mlp_ln")


def _linear(weights: dict[str, Any], name: str) -> Any:
    linear = common_spec.LinearSpec()
    linear.weight = weights[f"{name}.weight"]
    nothing = np.zeros(len(linear.weight), np.float32)
    linear.bias = weights.get(f"{name}.bias", nothing)
    return linear


def _fill(target: Any, weights: dict[str, Any], name: str) -> None:
    target.weight, target.bias = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _fill_norm(target: Any, weights: dict[str, Any], name: str) -> None:
    target.gamma, target.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _write_tokenizer(path: Path, tokenizer: Any) -> list[str]:
    """The tokenizer of the whisper package in the format of the tokenizers package; its words."""
    ranks = _ranks()
    letters = _letters()
    vocabulary = {"".join(letters[b] for b in token): rank for token, rank in ranks.items()}
    merges = []
    for token, rank in sorted(ranks.items(), key=lambda item: item[1]):
        if len(token) > 1:
            first, second = ("".join(letters[b] for b in p) for p in _parts(token, rank, ranks))
            merges.append((first, second))
    model = tokenizers.models.BPE(vocab=vocabulary, merges=merges)
    found = tokenizers.Tokenizer(model)
    found.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    found.decoder = tokenizers.decoders.ByteLevel()
    special = sorted(tokenizer.special_tokens.items(), key=lambda item: item[1])
    found.add_special_tokens(
        [tokenizers.AddedToken(name, special=True, normalized=False) for name, _id in special]
    )
    assert all(found.token_to_id(name) == ident for name, ident in special)
    found.save(str(path))
    return [found.id_to_token(ident) or "" for ident in range(VOCABULARY)]


def _ranks() -> dict[bytes, int]:
    assets = Path(whisper.__file__).parent / "assets" / "multilingual.tiktoken"
    lines = assets.read_text().splitlines()
    return {base64.b64decode(token): int(rank) for token, rank in map(str.split, lines)}


def _letters() -> dict[int, str]:
    """Each byte as the letter that byte-level tokenizers write it with."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {
        **{byte: chr(byte) for byte in printable},
        **{byte: chr(256 + number) for number, byte in enumerate(others)},
    }


def _parts(token: bytes, rank: int, ranks: dict[bytes, int]) -> list[bytes]:
    """The two tokens that were merged into this one: what merging by lower ranks leaves."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        pairs = [ranks.get(a + b, rank) for a, b in itertools.pairwise(parts)]
        best = min(range(len(pairs)), key=pairs.__getitem__)
        parts[best : best + 2] = [parts[best] + parts[best + 1]]
    return parts


if __name__ == "__main__":
    # In a process of its own, so that no test process ever loads torch (tests/sharing.py).
    models = Path(sys.argv[1])
    write_faster_model(models / "base", write_whisper_model(models / "base.pt"))
