# ruff: noqa: TID253 - runs in a process of its own, which loads an engine anyway
"""Asks an engine through the protocol of its child process, and tells what the model was given.

Prints for each request the text of the tokens that the decoder has read before the first one of
its own, as the engine's library has put them together.
"""

import io
import json
import sys
from typing import Any

import faster_whisper
import whisper

from workers.tools.speech.child import Child


def main() -> None:
    """Requests come as lines of JSON; what was read goes out the same way."""
    read: list[str] = []
    _overhear_faster(read)
    _overhear_whisper(read)
    answers = io.StringIO()
    child = Child(answers)
    told = []
    for line in sys.stdin:
        read.clear()
        child._answer(json.loads(line))  # noqa: SLF001 - one request, and back
        told.append(list(dict.fromkeys(read)))
    print(json.dumps({"told": told, "answers": answers.getvalue().splitlines()}))  # noqa: T201 - the answer


def _overhear_faster(read: list[str]) -> None:
    real = faster_whisper.WhisperModel.generate_with_fallback

    def overheard(self: Any, output: Any, prompt: list[int], *rest: Any) -> Any:
        read.append(self.hf_tokenizer.decode(prompt, skip_special_tokens=False))
        return real(self, output, prompt, *rest)

    faster_whisper.WhisperModel.generate_with_fallback = overheard


def _overhear_whisper(read: list[str]) -> None:
    task = whisper.decoding.DecodingTask
    real = task._get_initial_tokens  # noqa: SLF001 - where the library puts them together

    def overheard(self: Any) -> Any:
        tokens = real(self)
        read.append(self.tokenizer.encoding.decode(tokens))
        return tokens

    task._get_initial_tokens = overheard  # noqa: SLF001 - as above


if __name__ == "__main__":
    main()
