# ruff: noqa: TID253 - imported by the one test that needs it, while it runs
"""Checkpoints of openai-whisper with random weights, and what the engines compute from them.

Loading torch takes seconds and hundreds of megabytes, which no process should spend that only
collects tests.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import torch
from whisper.model import ModelDimensions, Whisper


def random_model(path: Path, vocabulary: int) -> Whisper:
    """Two layers and heads of each kind, as even the smallest official model has several."""
    torch.manual_seed(0)
    dims = ModelDimensions(80, 1500, 64, 2, 2, vocabulary, 448, 64, 2, 2)
    model = Whisper(dims).eval()
    torch.nn.init.normal_(model.decoder.positional_embedding, std=8)
    torch.save({"dims": dims.__dict__, "model_state_dict": model.state_dict()}, path)
    return model


def random_sound() -> torch.Tensor:
    """Half a minute of noise, as the engines are given sound."""
    return torch.randn(1, 80, 3000, generator=torch.Generator().manual_seed(1))


class Original:
    """The checkpoint itself, computed by torch."""

    def __init__(self, model: Whisper, sound: torch.Tensor) -> None:
        self._model = model
        with torch.no_grad():
            self._encoded = model.encoder(sound)

    @property
    def encoded(self) -> Any:
        """What the encoder makes of the sound."""
        return self._encoded.numpy()

    def most_likely(self, prompt: Sequence[int], count: int) -> list[int]:
        """The tokens that follow the prompt."""
        found = list(prompt)
        with torch.no_grad():
            for _number in range(count):
                odds = self._model.decoder(torch.tensor([found]), self._encoded)[0, -1]
                found.append(int(odds.argmax()))
        return found[len(prompt) :]


class Converted:
    """The model that was made of the checkpoint, computed by ctranslate2."""

    def __init__(self, folder: Path, sound: torch.Tensor) -> None:
        self._model = ctranslate2.models.Whisper(str(folder), compute_type="float32")
        self._features = ctranslate2.StorageView.from_array(sound.numpy())

    @property
    def is_multilingual(self) -> bool:
        return bool(self._model.is_multilingual)

    @property
    def encoded(self) -> Any:
        """What the encoder makes of the sound."""
        return np.array(self._model.encode(self._features, to_cpu=True))

    def most_likely(self, prompt: Sequence[int], count: int) -> list[int]:
        """The tokens that follow the prompt."""
        [made] = self._model.generate(
            self._features, [list(prompt)], beam_size=1, max_length=len(prompt) + 2 * count,
            suppress_tokens=[], suppress_blank=False,
        )  # fmt: skip
        return list(made.sequences_ids[0][:count])
