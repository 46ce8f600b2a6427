"""The engine `faster-whisper`: CTranslate2, and about a third of openai-whisper's memory."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workers.tools.speech import prompting
from workers.tools.speech.port import Heard, HeardWord, Options, Sound

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Segment

log = logging.getLogger(__name__)

TEMPERATURES = (0.0, 0.4)
BEAM = 3


class FasterWhisperEngine:
    """faster-whisper with a model folder in the format of CTranslate2."""

    def __init__(self, path: Path, device: str) -> None:
        import ctranslate2

        cuda = device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0)
        try:
            self._model = _load(path, cuda=cuda)
        except (RuntimeError, ValueError):
            if device != "auto" or not cuda:
                raise
            # A GPU without its libraries counts as a GPU; only loading shows that they lack.
            log.warning("the GPU can't be used; going on without it", exc_info=True)
            self._model = _load(path, cuda=False)

    @property
    def languages(self) -> Sequence[str]:
        return list(self._model.supported_languages)

    @property
    def translates(self) -> bool:
        return bool(self._model.model.is_multilingual)

    def detect_language(self, sound: Sound) -> tuple[str, float]:
        language, probability, _all = self._model.detect_language(sound)
        return str(language), float(probability)

    def transcribe(self, sound: Sound, options: Options) -> Sequence[Heard]:
        # What does not fit is cut off at the end, so the most important comes first.
        told = prompting.fit(options.terms, self._count)
        segments, _info = self._model.transcribe(
            sound,
            language=options.language,
            task=options.task,
            beam_size=1 if options.bounded else BEAM,
            temperature=0.0 if options.bounded else TEMPERATURES,
            word_timestamps=options.times_words,
            condition_on_previous_text=False,
            hallucination_silence_threshold=2.0 if options.times_words else None,
            vad_filter=False,
            hotwords=prompting.write(told),
        )
        return prompting.without_echo([_heard(segment) for segment in segments], told)

    def _count(self, text: str) -> int:
        return len(self._model.hf_tokenizer.encode(text, add_special_tokens=False).ids)


def _load(path: Path, *, cuda: bool) -> "WhisperModel":
    import faster_whisper

    return faster_whisper.WhisperModel(
        str(path),
        device="cuda" if cuda else "cpu",
        compute_type="float16" if cuda else "int8",
        cpu_threads=1,
        local_files_only=True,
    )


def _heard(segment: "Segment") -> Heard:
    return Heard(
        start=float(segment.start),
        end=float(segment.end),
        text=str(segment.text),
        words=tuple(
            HeardWord(float(word.start), float(word.end), str(word.word), float(word.probability))
            for word in segment.words or ()
        ),
        avg_logprob=float(segment.avg_logprob),
        no_speech_prob=float(segment.no_speech_prob),
        compression_ratio=float(segment.compression_ratio),
    )
