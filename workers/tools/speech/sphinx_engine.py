"""The engine `pocketsphinx`: English only and rough, but it comes with its own model."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from workers.tools.speech.port import FULL_SCALE, Heard, HeardWord, Options, Sound

FRAMES_PER_S = 100
# It hears no punctuation; a breath this long ends a segment.
BREATH_S = 0.45
# Ends that carry a number are other ways to say the same word: "the(2)".
_VARIANT = re.compile(r"\(\d+\)$")


class PocketsphinxEngine:
    """pocketsphinx with the model inside its package.

    It is told no terms: its language model, which knows none of them, outvotes every word that is
    added to its dictionary. What helps it is the replacement afterwards.
    """

    def __init__(self) -> None:
        import pocketsphinx

        self._decoder = pocketsphinx.Decoder(loglevel="FATAL")

    @property
    def languages(self) -> Sequence[str]:
        return ["en"]

    @property
    def translates(self) -> bool:
        return False

    def detect_language(self, sound: Sound) -> tuple[str, float]:
        return "en", 0.0

    def transcribe(self, sound: Sound, options: Options) -> Sequence[Heard]:
        samples = (sound * FULL_SCALE).astype(np.int16)
        # What it has learnt of the voice before would make the same sound mean something else.
        self._decoder.reinit_feat()
        self._decoder.start_utt()
        # As one utterance: only then does it level the whole sound before it listens.
        self._decoder.process_raw(samples.tobytes(), full_utt=True)
        self._decoder.end_utt()
        return list(_breaths(list(self._words())))

    def _words(self) -> Iterator[HeardWord]:
        for found in self._decoder.seg() or ():
            word = _VARIANT.sub("", found.word)
            if not word.startswith(("<", "[", "+")):
                yield HeardWord(
                    found.start_frame / FRAMES_PER_S,
                    (found.end_frame + 1) / FRAMES_PER_S,
                    word,
                    min(1.0, max(0.0, float(found.prob))),
                )


def _breaths(words: Sequence[HeardWord]) -> Iterator[Heard]:
    first = 0
    for number in range(1, len(words) + 1):
        if number == len(words) or words[number].start - words[number - 1].end > BREATH_S:
            yield _heard(words[first:number])
            first = number


def _heard(words: Sequence[HeardWord]) -> Heard:
    text = " ".join(word.text for word in words)
    return Heard(words[0].start, words[-1].end, text, tuple(words))
