"""Makes what an engine heard fit to be kept: times inside the chunk and in order, doubts marked."""

import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mediashare.transcripts.service import SpokenSegment, SpokenWord
from workers.tools.speech import prompting
from workers.tools.speech.port import Heard, HeardWord
from workers.tools.speech.prompting import plain_words

MAX_COMPRESSION = 2.4
# Short texts compress by chance; a loop of a few words shows otherwise.
MIN_COMPRESSIBLE = 60
MAX_REPEATS = 4
LONGEST_LOOP = 6
NO_SPEECH, UNLIKELY = 0.6, -1.0
SHORTEST_MS = 10
DIGITS = 3


def clean(
    heard: Sequence[Heard], start_ms: int, end_ms: int, terms: Sequence[str] = ()
) -> Sequence[SpokenSegment]:
    """The segments of the chunk from `start_ms` to `end_ms` of the recording. Its engine
    was told `terms`."""
    return [
        replace(segment, is_suspect=segment.is_suspect or prompting.is_echo(segment.text, terms))
        for segment in _segments(heard, start_ms, end_ms)
    ]


def is_suspect(heard: Heard, before: Heard | None = None) -> bool:
    """Whether this may never have been said: a loop, the same again, or words over silence.

    Such segments are marked and not dropped: now and then people do repeat themselves.
    """
    if before is not None and plain_words(before.text) == plain_words(heard.text):
        return True
    if (heard.no_speech_prob or 0) > NO_SPEECH and (heard.avg_logprob or 0) < UNLIKELY:
        return True
    return _compression(heard) > MAX_COMPRESSION or _loops(plain_words(heard.text))


def confidence(heard: Heard) -> float | None:
    """One number from 0 to 1: the mean of the words', else the engine's for the whole."""
    known = [word.confidence for word in heard.words if word.confidence is not None]
    if known:
        return round(sum(known) / len(known), DIGITS)
    if heard.avg_logprob is None:
        return None
    return round(min(1.0, math.exp(heard.avg_logprob)), DIGITS)


def _segments(heard: Sequence[Heard], start_ms: int, end_ms: int) -> Iterator[SpokenSegment]:
    earliest, latest = start_ms, end_ms - SHORTEST_MS
    before: Heard | None = None
    for found in heard:
        text = " ".join(found.text.split())
        if not text or earliest > latest:
            continue
        words = _spoken_words(found.words, start_ms, earliest, end_ms)
        first = words[0].start_ms if words else _within(found.start, start_ms, earliest, end_ms)
        last = words[-1].end_ms if words else _within(found.end, start_ms, first, end_ms)
        first = min(first, latest)
        last = max(last, first + SHORTEST_MS)
        yield SpokenSegment(
            start_ms=first,
            end_ms=last,
            text=text,
            words=words,
            confidence=confidence(found),
            is_suspect=is_suspect(found, before),
            language=found.language,
        )
        earliest, before = last, found


def _spoken_words(
    words: Sequence[HeardWord], start_ms: int, earliest: int, end_ms: int
) -> Sequence[SpokenWord]:
    spoken = []
    for word in words:
        text = word.text.strip()
        if not text:
            continue
        first = _within(word.start, start_ms, earliest, end_ms)
        last = _within(word.end, start_ms, first, end_ms)
        sure = None if word.confidence is None else round(word.confidence, DIGITS)
        spoken.append(SpokenWord(first, last, text, sure))
        earliest = last
    return spoken


def _within(seconds: float, start_ms: int, earliest: int, latest: int) -> int:
    # An engine that lost its way says "not a number", or a time outside of what it was given.
    found = start_ms + round(seconds * 1000) if math.isfinite(seconds) else earliest
    return min(latest, max(earliest, found))


def _compression(heard: Heard) -> float:
    if heard.compression_ratio is not None:
        return heard.compression_ratio
    text = heard.text.encode()
    return len(text) / len(zlib.compress(text)) if len(text) >= MIN_COMPRESSIBLE else 0.0


def _loops(words: Sequence[str]) -> bool:
    """Whether a few words come again and again, one time right after the other."""
    for length in range(1, LONGEST_LOOP + 1):
        run = 0
        for position in range(length, len(words)):
            run = run + 1 if words[position] == words[position - length] else 0
            if run >= length * (MAX_REPEATS - 1):
                return True
    return False
