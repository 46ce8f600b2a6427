"""Reads what a speech server says: verbose JSON as OpenAI's, with as much or little of it as a
server cares to give, and nothing that it must not say."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import langcodes

from mediashare.text import clean_line
from workers.tools.speech.port import Heard, HeardWord, Json
from workers.tools.speech.prompting import plain_words

# Nobody says more in half a minute.
MOST_SEGMENTS, MOST_WORDS, MOST_SIGNS = 200, 500, 5000
# Whatever ends later than the sound ends with it.
LATEST = 3600.0
# As can and 't are of "can't".
MOST_PARTS = 4
SURE = ("probability", "confidence", "score")


@dataclass(frozen=True)
class Answer:
    """What was heard, and the code of the language as far as the server has said one."""

    heard: Sequence[Heard]
    language: str | None


def read(body: bytes) -> Answer:
    """What a server answers. Raises ValueError where that is no transcript."""
    found = _parse(body)
    segments = list(_segments(found))
    heard = list(_with_words(segments, _words(found.get("words"))))
    return Answer(heard, _language(found.get("language")))


def _parse(body: bytes) -> dict[str, Json]:
    try:
        found = json.loads(body)
    except RecursionError as error:
        msg = "nested too deeply"
        raise ValueError(msg) from error
    has_text = isinstance(found, dict) and (
        isinstance(found.get("text"), str) or isinstance(found.get("segments"), list)
    )
    if not has_text:
        msg = "neither text nor segments"
        raise ValueError(msg)
    transcript: dict[str, Json] = found
    return transcript


def _segments(found: dict[str, Json]) -> Iterator[Heard]:
    listed = [one for one in _list(found.get("segments"), MOST_SEGMENTS) if isinstance(one, dict)]
    for one in listed or [found]:
        text = _text(one.get("text"))
        if text:
            start, end = _number(one.get("start")), _number(one.get("end"))
            yield Heard(
                start=0.0 if start is None else start,
                end=LATEST if end is None else end,
                text=text,
                words=_words(one.get("words")),
                avg_logprob=_number(one.get("avg_logprob")),
                no_speech_prob=_number(one.get("no_speech_prob")),
                compression_ratio=_number(one.get("compression_ratio")),
            )


def _words(value: Json) -> Sequence[HeardWord]:
    """The words with their times; none where one of them has no times."""
    words = []
    for one in _list(value, MOST_WORDS):
        fields = one if isinstance(one, dict) else {}
        start, end = _number(fields.get("start")), _number(fields.get("end"))
        text = _text(fields.get("word") or fields.get("text"))
        if start is None or end is None:
            return ()
        if text:
            words.append(HeardWord(start, end, text, _sureness(fields)))
    return words


def _with_words(heard: Sequence[Heard], listed: Sequence[HeardWord]) -> Iterator[Heard]:
    """The segments with their words, as the text writes them: some servers list the words beside
    the segments, and leave out all punctuation."""
    left = list(listed)
    for one, following in zip_longest(heard, heard[1:]):
        words = list(one.words) or left
        count = len(words)
        if not one.words and following is not None:
            count = sum((word.start + word.end) / 2 < following.start for word in words)
        written, used = _spelled(one.text, words) or (words[:count], count)
        if not one.words:
            left = left[used:]
        yield replace(one, words=tuple(written))


def _spelled(text: str, words: Sequence[HeardWord]) -> tuple[list[HeardWord], int] | None:
    """The words as the text writes them, and how many of them that took; None where the text says
    something else, or puts no blanks between words."""
    made: list[HeardWord] = []
    used = 0
    for written in text.split():
        wanted, first, got = "".join(plain_words(written)), used, ""
        while used < len(words) and len(got) < len(wanted):
            got += "".join(plain_words(words[used].text))
            used += 1
        if got != wanted or used - first > MOST_PARTS:
            return None
        if wanted:
            sure = words[first].confidence
            made.append(HeardWord(words[first].start, words[used - 1].end, written, sure))
        elif made:
            # A sign that stands alone belongs to the word before it.
            made[-1] = replace(made[-1], text=f"{made[-1].text} {written}")
    return made, used


def _language(value: Json) -> str | None:
    """The code of a language that is told by code or by its English name."""
    name = _text(value)[:40]
    if not name:
        return None
    if langcodes.tag_is_valid(name):
        return langcodes.Language.get(name).language
    try:
        return langcodes.find(name).language
    except LookupError:
        return None


def _sureness(fields: dict[str, Json]) -> float | None:
    found = next((fields[name] for name in SURE if name in fields), None)
    number = _number(found)
    return None if number is None else min(1.0, max(0.0, number))


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _text(value: Json) -> str:
    return clean_line(value[:MOST_SIGNS]) if isinstance(value, str) else ""


def _list(value: Json, most: int) -> Sequence[Json]:
    return value[:most] if isinstance(value, list) else ()
