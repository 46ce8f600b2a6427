"""The engine `whisper`: openai-whisper."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workers.tools.speech import prompting
from workers.tools.speech.port import Heard, HeardWord, Options, Sound

# Each further temperature costs a whole pass; two are what a processor can afford.
TEMPERATURES = (0.0, 0.4)


class WhisperEngine:
    """openai-whisper with a model file."""

    def __init__(self, path: Path, device: str) -> None:
        import torch
        import whisper

        torch.set_num_threads(1)
        self._cuda = device == "cuda" or (device == "auto" and torch.cuda.is_available())
        self._model: Any = whisper.load_model(str(path), device="cuda" if self._cuda else "cpu")
        self._whisper: Any = whisper
        # The official models have heads that align words best; loading by path forgets them.
        heads = whisper._ALIGNMENT_HEADS.get(path.stem)  # noqa: SLF001 - no public way to them
        if heads is not None:
            # A model of somebody's own may bear an official one's name and have other heads.
            with contextlib.suppress(RuntimeError):
                self._model.set_alignment_heads(heads)

    @property
    def languages(self) -> Sequence[str]:
        return sorted(self._whisper.tokenizer.LANGUAGES) if self._model.is_multilingual else ["en"]

    @property
    def translates(self) -> bool:
        return bool(self._model.is_multilingual)

    def detect_language(self, sound: Sound) -> tuple[str, float]:
        if not self._model.is_multilingual:
            return "en", 1.0
        padded = self._whisper.pad_or_trim(sound)
        mel = self._whisper.log_mel_spectrogram(padded, n_mels=self._model.dims.n_mels)
        if self._cuda:
            mel = mel.half()
        _tokens, odds = self._model.detect_language(mel.to(self._model.device))
        best = max(odds, key=odds.__getitem__)
        return str(best), float(odds[best])

    def transcribe(self, sound: Sound, options: Options) -> Sequence[Heard]:
        # What does not fit is cut off at the start, so the most important comes last.
        told = prompting.fit(options.terms, self._count)[::-1]
        result = self._model.transcribe(
            sound,
            language=options.language,
            task=options.task,
            temperature=0.0 if options.bounded else TEMPERATURES,
            word_timestamps=options.times_words,
            condition_on_previous_text=False,
            hallucination_silence_threshold=2.0 if options.times_words else None,
            fp16=self._cuda,
            verbose=None,
            initial_prompt=prompting.write(told),
            # A chunk that the model ends too early is gone on with, and told the same again.
            carry_initial_prompt=True,
        )
        return prompting.without_echo([_heard(one) for one in result["segments"]], told)

    def _count(self, text: str) -> int:
        encoding = self._whisper.tokenizer.get_tokenizer(self._model.is_multilingual)
        return len(encoding.encode(text))


def _heard(segment: dict[str, Any]) -> Heard:
    # The numbers are numpy's own kinds, which JSON does not know all of.
    return Heard(
        start=float(segment["start"]),
        end=float(segment["end"]),
        text=str(segment["text"]),
        words=tuple(
            HeardWord(
                float(word["start"]),
                float(word["end"]),
                str(word["word"]),
                float(word["probability"]),
            )
            for word in segment.get("words", ())
        ),
        avg_logprob=float(segment["avg_logprob"]),
        no_speech_prob=float(segment["no_speech_prob"]),
        compression_ratio=float(segment["compression_ratio"]),
    )
