"""Puts terms of the glossary where a recogniser has heard something else.

What was heard stays in `heard`: of the first word that took the place of others, in which case
the words after it that belong to the same place have an empty one; of the whole segment where
nobody has measured when each word is heard.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from mediashare.glossary.policy import Replacement, Replacer
from mediashare.transcripts.queries import spread_words
from mediashare.transcripts.service.standing import SpokenSegment, SpokenWord


def replace_terms(
    segments: Iterable[SpokenSegment], replacer: Replacer
) -> tuple[Sequence[SpokenSegment], Counter[str]]:
    """What was heard with the terms of the glossary in it, and how often each was met."""
    uses: Counter[str] = Counter()
    made = []
    for segment in segments:
        found = replacer.find(segment.text)
        uses += found.uses
        made.append(_replaced(segment, found.replacements))
    return made, uses


def _replaced(segment: SpokenSegment, replacements: Sequence[Replacement]) -> SpokenSegment:
    if not replacements:
        return segment
    text = _written(segment.text, replacements)
    if not segment.words:
        return replace(segment, text=text, heard=segment.text)
    places = _places(segment)
    if places is None:
        # The words say something else than the sentence: nobody knows which of them it is.
        return segment
    return replace(segment, text=text, words=list(_words(segment, places, replacements)))


def _written(text: str, replacements: Iterable[Replacement]) -> str:
    parts, done = [], 0
    for one in replacements:
        parts += [text[done : one.start], one.text]
        done = one.end
    return "".join([*parts, text[done:]])


def _places(segment: SpokenSegment) -> Sequence[tuple[int, int]] | None:
    """From where to where each word stands in the text; None where they do not spell it."""
    places, done = [], 0
    for word in segment.words:
        at = segment.text.find(word.text, done)
        if at < 0 or segment.text[done:at].strip():
            return None
        done = at + len(word.text)
        places.append((at, done))
    return None if segment.text[done:].strip() else places


def _words(
    segment: SpokenSegment,
    places: Sequence[tuple[int, int]],
    replacements: Sequence[Replacement],
) -> Iterator[SpokenWord]:
    waiting = list(replacements)
    run: list[int] = []
    for number, (word, (_start, end)) in enumerate(zip(segment.words, places, strict=True)):
        if not waiting or end <= waiting[0].start:
            yield word
            continue
        run.append(number)
        if end < waiting[0].end:
            continue
        one = waiting.pop(0)
        before = segment.text[places[run[0]][0] : one.start]
        text = f"{before}{one.text}{segment.text[one.end : end]}"
        heard = segment.text[places[run[0]][0] : end]
        yield from _placed([segment.words[n] for n in run], text, heard)
        run = []


def _placed(spoken: Sequence[SpokenWord], text: str, heard: str) -> Iterator[SpokenWord]:
    """The words of `text` in the time of those that were spoken: each in that of its own where
    there are as many, else by length."""
    sure = [word.confidence for word in spoken if word.confidence is not None]
    confidence = min(sure) if sure else None
    written = text.split()
    times = [(word.start_ms, word.end_ms) for word in spoken]
    if len(written) != len(spoken):
        likely = spread_words(spoken[0].start_ms, spoken[-1].end_ms, text)
        times = [(word.start_ms, word.end_ms) for word in likely]
    for number, (word, (start, end)) in enumerate(zip(written, times, strict=True)):
        yield SpokenWord(start, end, word, confidence, heard if number == 0 else "")
