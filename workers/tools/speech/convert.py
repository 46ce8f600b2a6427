"""Makes the model folder of faster-whisper from a checkpoint of openai-whisper.

Both engines then have one source, and nothing but that source is ever fetched.
"""

import base64
import gzip
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from workers.tools.speech import tokens

# A space alone, which no sentence begins with.
BLANK = 220
# Weights of eight bits: a quarter of the bytes, and hardly a word differs.
QUANTIZATION = "int8"

# A part of a model as ctranslate2 describes it, which comes without types.
Spec: TypeAlias = Any


@dataclass(frozen=True)
class Checkpoint:
    """A model of openai-whisper: its dimensions by their names there, and its weights."""

    dims: dict[str, int]
    weights: dict[str, Any]

    def array(self, name: str) -> NDArray[np.float32]:
        """A weight, as 32-bit numbers."""
        found: NDArray[np.float32] = self.weights[name].float().contiguous().numpy()
        return found

    def has(self, name: str) -> bool:
        """Whether there is such a weight."""
        return name in self.weights


def convert(
    source: Path, folder: Path, *, heads: bytes | None = None, quantization: str = QUANTIZATION
) -> Path:
    """Write the checkpoint `source` as the model `folder`, which is there whole or not at all.

    `heads` names the attention heads that follow the time of words best, as openai-whisper keeps
    them for its official models; without it those of the later half of the layers are taken.
    """
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    _write(_load(source), partial, heads, quantization)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return folder


def _load(source: Path) -> Checkpoint:
    import torch

    # Weights alone: a checkpoint from elsewhere may hold programs otherwise.
    found = torch.load(source, weights_only=True, map_location="cpu")
    return Checkpoint(found["dims"], found["model_state_dict"])


def _write(checkpoint: Checkpoint, folder: Path, heads: bytes | None, quantization: str) -> None:
    from ctranslate2.specs import whisper_spec

    dims = checkpoint.dims
    spec = whisper_spec.WhisperSpec(
        dims["n_audio_layer"], dims["n_audio_head"], dims["n_text_layer"], dims["n_text_head"]
    )
    _fill_encoder(spec.encoder, checkpoint)
    _fill_decoder(spec.decoder, checkpoint)
    tokenizer = tokens.open_tokenizer(dims["n_vocab"])
    spec.register_vocabulary(tokens.write(folder / "tokenizer.json", tokenizer, dims["n_vocab"]))
    spec.config.suppress_ids = list(tokenizer.non_speech_tokens)
    spec.config.suppress_ids_begin = [BLANK, tokenizer.eot]
    spec.config.lang_ids = (
        sorted(tokenizer.all_language_tokens) if tokens.is_multilingual(dims["n_vocab"]) else []
    )
    spec.config.alignment_heads = _heads(dims, heads)
    spec.validate()
    spec.optimize(quantization=quantization)
    spec.save(str(folder))
    # The newer large models listen to more bands than the others.
    (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": dims["n_mels"]}))


def _heads(dims: dict[str, int], heads: bytes | None) -> Sequence[list[int]]:
    layers, per_layer = dims["n_text_layer"], dims["n_text_head"]
    if heads is None:
        return [[layer, head] for layer in range(layers // 2, layers) for head in range(per_layer)]
    mask = np.frombuffer(gzip.decompress(base64.b85decode(heads)), dtype=bool)
    return [[int(n) for n in place] for place in np.argwhere(mask.reshape(layers, per_layer))]


def _fill_encoder(encoder: Spec, checkpoint: Checkpoint) -> None:
    for name in ("conv1", "conv2"):
        _fill(getattr(encoder, name), checkpoint, f"encoder.{name}")
    encoder.position_encodings.encodings = checkpoint.array("encoder.positional_embedding")
    _fill_norm(encoder.layer_norm, checkpoint, "encoder.ln_post")
    for number, layer in enumerate(encoder.layer):
        _fill_block(layer, checkpoint, f"encoder.blocks.{number}")


def _fill_decoder(decoder: Spec, checkpoint: Checkpoint) -> None:
    decoder.embeddings.weight = checkpoint.array("decoder.token_embedding.weight")
    decoder.projection.weight = decoder.embeddings.weight
    decoder.position_encodings.encodings = checkpoint.array("decoder.positional_embedding")
    _fill_norm(decoder.layer_norm, checkpoint, "decoder.ln")
    for number, layer in enumerate(decoder.layer):
        name = f"decoder.blocks.{number}"
        _fill_block(layer, checkpoint, name)
        _fill_cross(layer.attention, checkpoint, f"{name}.cross_attn")


def _fill_block(layer: Spec, checkpoint: Checkpoint, name: str) -> None:
    own = layer.self_attention
    _fuse(own.linear[0], checkpoint, *(f"{name}.attn.{part}" for part in ("query", "key", "value")))
    _fill(own.linear[-1], checkpoint, f"{name}.attn.out")
    _fill_norm(own.layer_norm, checkpoint, f"{name}.attn_ln")
    _fill(layer.ffn.linear_0, checkpoint, f"{name}.mlp.0")
    _fill(layer.ffn.linear_1, checkpoint, f"{name}.mlp.2")
    _fill_norm(layer.ffn.layer_norm, checkpoint, f"{name}.mlp_ln")


def _fill_cross(cross: Spec, checkpoint: Checkpoint, name: str) -> None:
    _fuse(cross.linear[0], checkpoint, f"{name}.query")
    _fuse(cross.linear[1], checkpoint, f"{name}.key", f"{name}.value")
    _fill(cross.linear[-1], checkpoint, f"{name}.out")
    _fill_norm(cross.layer_norm, checkpoint, f"{name}_ln")


def _fuse(target: Spec, checkpoint: Checkpoint, *names: str) -> None:
    from ctranslate2.converters import utils

    utils.fuse_linear(target, [_linear(checkpoint, name) for name in names])


def _linear(checkpoint: Checkpoint, name: str) -> Spec:
    from ctranslate2.specs import common_spec

    linear = common_spec.LinearSpec()
    linear.weight = checkpoint.array(f"{name}.weight")
    # Keys have no bias there, and need one here.
    linear.bias = (
        checkpoint.array(f"{name}.bias")
        if checkpoint.has(f"{name}.bias")
        else np.zeros(len(linear.weight), np.float32)
    )
    return linear


def _fill(target: Spec, checkpoint: Checkpoint, name: str) -> None:
    target.weight = checkpoint.array(f"{name}.weight")
    target.bias = checkpoint.array(f"{name}.bias")


def _fill_norm(target: Spec, checkpoint: Checkpoint, name: str) -> None:
    target.gamma = checkpoint.array(f"{name}.weight")
    target.beta = checkpoint.array(f"{name}.bias")
