"""The engine `remote`: a speech server elsewhere that speaks the protocol of OpenAI."""

import io
import wave
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from workers.tools.speech import prompting, remote_answers
from workers.tools.speech.errors import ChunkRefusedError, EngineAwayError
from workers.tools.speech.port import (
    FULL_SCALE,
    RATE,
    SAMPLE_BYTES,
    UNDETERMINED,
    Heard,
    Options,
    Sound,
)
from workers.tools.speech.remote_answers import Answer
from workers.tools.speech.remote_calls import Caller, Fields, RemoteServer

# A server that lets so many parts go without an answer, one after the other, is not there any more.
PATIENCE = 3
LOUDEST = 32_767
# Nobody knows how a server elsewhere counts; tokens are rarely shorter than this.
SIGNS_PER_TOKEN = 2


WHOLE = (("timestamp_granularities[]", "word"), ("timestamp_granularities[]", "segment"))


class RemoteEngine:
    """A server elsewhere: it gets one stretch of sound after the other, and the terms of the
    glossary, but neither names nor titles nor anything else of an episode."""

    def __init__(self, server: RemoteServer) -> None:
        self._server = server
        self._caller = Caller(server)
        self._missed = 0

    @property
    def languages(self) -> Sequence[str]:
        return ()

    @property
    def translates(self) -> bool:
        # Only asking shows it.
        return True

    def detect_language(self, sound: Sound) -> tuple[str, float]:
        language = self._ask("transcriptions", self._form(sound, WHOLE)).language
        return (language, 1.0) if language else (UNDETERMINED, 0.0)

    def transcribe(self, sound: Sound, options: Options) -> Sequence[Heard]:
        # What does not fit is cut off at the start, so the most important comes last.
        told = prompting.fit(options.terms, _count)[::-1]
        fields = [] if options.translate else [*WHOLE]
        if options.language != UNDETERMINED and not options.translate:
            fields.append(("language", options.language))
        prompt = prompting.write(told)
        if prompt is not None:
            fields.append(("prompt", prompt))
        call = "translations" if options.translate else "transcriptions"
        answer = self._ask(call, self._form(sound, fields))
        heard = answer.heard
        if options.translate:
            heard = [replace(one, words=()) for one in heard]
        elif options.language == UNDETERMINED:
            heard = [replace(one, language=answer.language) for one in heard]
        return prompting.without_echo(heard, told)

    def _ask(self, call: str, form: Fields) -> Answer:
        try:
            body = self._caller.post(f"/audio/{call}", form)
        except EngineAwayError as error:
            self._missed += 1
            if self._missed >= PATIENCE or not self._caller.has_answered:
                raise
            # One part that a server can't cope with is a gap; it may well do the next one.
            raise ChunkRefusedError(str(error), details=error.details) from error
        self._missed = 0
        try:
            return remote_answers.read(body)
        except ValueError as error:
            raise self._caller.unreadable(str(error)) from error

    def _form(self, sound: Sound, fields: Sequence[tuple[str, str]]) -> Fields:
        return [
            ("model", self._server.model),
            ("response_format", "verbose_json"),
            ("temperature", "0"),
            *fields,
            ("file", ("speech.wav", _as_wav(sound), "audio/wav")),
        ]


def _as_wav(sound: Sound) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(SAMPLE_BYTES)
        writer.setframerate(RATE)
        samples = np.clip(np.rint(sound * FULL_SCALE), -FULL_SCALE, LOUDEST)
        writer.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


def _count(text: str) -> int:
    return -(-len(text) // SIGNS_PER_TOKEN)
