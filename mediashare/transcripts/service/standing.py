"""What people have put right stands: of what a recogniser hears later, only what is said beside it
is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mediashare.media.policy import Span
from mediashare.transcripts.models import Segment

# Between words that are further apart somebody else may say something, or a word was deleted.
BREATH_MS = 1000


@dataclass(frozen=True)
class SpokenWord:
    """One word as a recogniser heard it; times in milliseconds of the episode. `heard` is as in
    the table of words."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float | None = None
    heard: str | None = None


@dataclass(frozen=True)
class SpokenSegment:
    """A sentence or breath as a recogniser heard it, and in which language if it listened for
    that."""

    start_ms: int
    end_ms: int
    text: str
    words: Sequence[SpokenWord] = ()
    confidence: float | None = None
    is_suspect: bool = False
    heard: str | None = None
    language: str | None = None


def list_taken(session: Session, transcript_id: str) -> Sequence[Span]:
    """The spans in which words of people stand, or stood until somebody took them out."""
    lines = session.scalars(
        select(Segment)
        .where(Segment.transcript_id == transcript_id, Segment.line_id.is_not(None))
        .options(selectinload(Segment.words))
        .execution_options(populate_existing=True)
    )
    return [span for line in lines for span in _spans(line)]


def leave_out(spoken: SpokenSegment, taken: Sequence[Span]) -> Iterator[SpokenSegment]:
    """What is left of a segment outside of the spans: all of it, parts of it, or nothing."""
    if not spoken.words:
        if not _is_taken(spoken, taken):
            yield spoken
        return
    if not any(_is_taken(word, taken) for word in spoken.words):
        yield spoken
        return
    for is_taken, run in groupby(spoken.words, lambda word: _is_taken(word, taken)):
        if not is_taken:
            # What stood in a term's place before may be a part of what people have put right.
            words = [replace(word, heard=None) for word in run]
            text = " ".join(word.text.strip() for word in words)
            start_ms, end_ms = words[0].start_ms, words[-1].end_ms
            yield replace(spoken, start_ms=start_ms, end_ms=end_ms, text=text, words=words)


def _spans(line: Segment) -> Sequence[Span]:
    spans: list[Span] = []
    for word in line.words:
        if spans and word.start_ms - spans[-1][1] <= BREATH_MS:
            spans[-1] = (spans[-1][0], max(spans[-1][1], word.end_ms))
        else:
            spans.append((word.start_ms, word.end_ms))
    return spans or [(line.start_ms, line.end_ms)]


def _is_taken(part: SpokenWord | SpokenSegment, taken: Sequence[Span]) -> bool:
    middle = (part.start_ms + part.end_ms) / 2
    return any(start <= middle <= end for start, end in taken)
