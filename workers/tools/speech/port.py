"""The port: what mediashare needs of a speech recogniser, and how sound is handed to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
SAMPLE_BYTES = 2
FULL_SCALE = 32_768.0
# The code of a language that nobody has named.
UNDETERMINED = "und"

Sound: TypeAlias = NDArray[np.float32]
# What goes between worker and child is whatever JSON can say.
Json: TypeAlias = Any


@dataclass(frozen=True)
class HeardWord:
    """A word; times in seconds of the sound that the engine was given."""

    start: float
    end: float
    text: str
    confidence: float | None = None


@dataclass(frozen=True)
class Heard:
    """A sentence or breath, with what the engine says about how sure it is, and of its own accord
    about the language; None if nothing."""

    start: float
    end: float
    text: str
    words: Sequence[HeardWord] = ()
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    compression_ratio: float | None = None
    language: str | None = None


@dataclass(frozen=True)
class Options:
    """How to listen. `bounded` is the second try after a hang or a crash: the plainest way, in
    which nothing is told. `terms` are words that may be said, most important first; an engine
    that can be told takes as many as it has room for. `translate` asks for English instead of what
    is said, sentence by sentence: nobody can say when each word of that is heard."""

    language: str
    bounded: bool = False
    terms: Sequence[str] = ()
    translate: bool = False

    @property
    def task(self) -> str:
        """What Whisper calls it."""
        return "translate" if self.translate else "transcribe"

    @property
    def times_words(self) -> bool:
        """Whether the times of words are asked for."""
        return not (self.bounded or self.translate)


class Engine(Protocol):
    """A recogniser with its model loaded. It lives in a child process and does one thing at a
    time; its model comes from a path, never from a name that could be looked up elsewhere. One
    that asks a server elsewhere is only ever chosen by name."""

    @property
    def languages(self) -> Sequence[str]:
        """The codes of the languages that it knows; none where it alone can say."""

    @property
    def translates(self) -> bool:
        """Whether its model was taught to put other languages into English."""

    def detect_language(self, sound: Sound) -> tuple[str, float]:
        """The language that is spoken, and how likely it is."""

    def transcribe(self, sound: Sound, options: Options) -> Sequence[Heard]:
        """What is said in at most 28 s of sound."""


def read_sound(path: Path, start_ms: int, end_ms: int) -> Sound:
    """A stretch of a file of 16 kHz mono signed 16-bit samples."""
    first, last = (ms * RATE // 1000 for ms in (start_ms, end_ms))
    samples = np.fromfile(path, np.int16, count=last - first, offset=first * SAMPLE_BYTES)
    return samples.astype(np.float32) / np.float32(FULL_SCALE)


def duration_ms(path: Path) -> int:
    """How long such a file plays."""
    return path.stat().st_size // SAMPLE_BYTES * 1000 // RATE


def heard_from_json(value: Json) -> Heard:
    """What `dataclasses.asdict` and JSON have made of a Heard, as one again."""
    return Heard(**{**value, "words": tuple(HeardWord(**word) for word in value["words"])})
