"""Sentences with times from the segments of a transcript, which may be breaths or paragraphs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mediashare.transcripts.queries import SaidSegment, SaidWord

ENDS = (".", "!", "?", "\N{HORIZONTAL ELLIPSIS}", "\N{IDEOGRAPHIC FULL STOP}", "\u061f", "\u0964")
CLOSING = "\"'\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK})]"
# Recognisers that write no punctuation still pause between sentences.
PAUSE_MS = 1500
LONGEST = 400


@dataclass(frozen=True)
class Sentence:
    """What was said between two moments. `is_sure` is False where the recogniser's guards doubt
    that anybody said it."""

    start_ms: int
    end_ms: int
    text: str
    is_sure: bool = True

    @property
    def is_question(self) -> bool:
        """Whether somebody asks, rather than tells."""
        return self.text.rstrip(CLOSING).endswith(("?", "\u061f"))


def split(segments: Iterable[SaidSegment]) -> Sequence[Sentence]:
    """The sentences of a transcript in order of time: each ends with its punctuation, at a pause,
    or when the next speaker begins; very long ones are cut."""
    made: list[Sentence] = []
    words: list[SaidWord] = []
    last: SaidSegment | None = None
    for segment in segments:
        if last is not None and _begins_anew(last, segment):
            made += _close(words, last)
            words = []
        last = segment
        for word in _marked_words(segment):
            words.append(word)
            if _ends(words):
                made += _close(words, segment)
                words = []
    if last is not None:
        made += _close(words, last)
    return made


def _marked_words(segment: SaidSegment) -> Iterator[SaidWord]:
    """The words of a segment as they are written, each with its time. Words that a recogniser has
    measured may lack the punctuation of the text."""
    written = segment.text.split()
    measured = segment.words
    if len(measured) == len(written):
        for word, text in zip(measured, written, strict=True):
            yield SaidWord(word.start_ms, word.end_ms, text)
        return
    likely = SaidSegment(segment.start_ms, segment.end_ms, segment.text)
    yield from likely.timed_words


def _begins_anew(last: SaidSegment, segment: SaidSegment) -> bool:
    return (
        segment.speaker != last.speaker
        or segment.is_suspect != last.is_suspect
        or segment.start_ms - last.end_ms > PAUSE_MS
    )


def _ends(words: Sequence[SaidWord]) -> bool:
    is_end = words[-1].text.rstrip(CLOSING).endswith(ENDS)
    return is_end or sum(len(word.text) + 1 for word in words) > LONGEST


def _close(words: Sequence[SaidWord], segment: SaidSegment) -> Iterator[Sentence]:
    if words:
        text = " ".join(word.text for word in words)
        yield Sentence(words[0].start_ms, words[-1].end_ms, text, not segment.is_suspect)
