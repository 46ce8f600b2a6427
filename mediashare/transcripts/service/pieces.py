"""Segments as values that are moved, clipped and cleared of words, and kept as JSON meanwhile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from mediashare.db.base import new_id
from mediashare.media.policy import Span
from mediashare.transcripts.models import Segment, Word
from mediashare.transcripts.queries import SaidSegment, SaidWord

# Recognisers are a little off, and half a word may be enough to guess the rest.
MARGIN_MS = 100
# What reaches this little beyond the end is not cut off.
OVERHANG_MS = 300


@dataclass(frozen=True)
class Piece:
    """A segment, the number of the chunk that it was heard in, and the name of its line."""

    said: SaidSegment
    chunk: int
    line_id: str | None = None

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """A segment whose words are loaded."""
        words = [
            SaidWord(word.start_ms, word.end_ms, word.text, word.confidence, word.heard)
            for word in segment.words
        ]
        return cls(
            SaidSegment(
                segment.start_ms,
                segment.end_ms,
                segment.text,
                speaker=segment.speaker,
                confidence=segment.confidence,
                is_suspect=segment.is_suspect,
                heard=segment.heard,
                language=segment.language,
                words=words,
            ),
            segment.chunk,
            segment.line_id,
        )

    @classmethod
    def from_json(cls, start_ms: int, end_ms: int, data: dict[str, Any]) -> Self:
        """What `as_json` was written from."""
        words = [SaidWord(*word) for word in data["words"]]
        rest = {name: data[name] for name in ("text", "speaker", "confidence", "is_suspect")}
        # What was put aside by an earlier release has less to say.
        rest["heard"], rest["language"] = data.get("heard"), data.get("language")
        said = SaidSegment(start_ms, end_ms, words=words, **rest)
        # What was put aside before lines had names has none.
        return cls(said, data["chunk"], data.get("line_id"))

    def as_json(self) -> dict[str, Any]:
        """All but the times, as a column keeps it."""
        said = self.said
        return {
            "text": said.text,
            "speaker": said.speaker,
            "confidence": said.confidence,
            "is_suspect": said.is_suspect,
            "heard": said.heard,
            "language": said.language,
            "words": [[w.start_ms, w.end_ms, w.text, w.confidence, w.heard] for w in said.words],
            "chunk": self.chunk,
            "line_id": self.line_id,
        }

    def moved(self, by_ms: int) -> Self:
        """The same, later or earlier."""
        said = self.said
        words = [
            replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms)
            for word in said.words
        ]
        start, end = said.start_ms + by_ms, said.end_ms + by_ms
        return replace(self, said=replace(said, start_ms=start, end_ms=end, words=words))

    def is_within(self, length_ms: int) -> bool:
        """Whether all of it is played, of something that long."""
        return self.said.start_ms >= 0 and self.said.end_ms <= length_ms + OVERHANG_MS

    def clipped(self, length_ms: int) -> Self | None:
        """What of it is played: the words whose middle is; one without words as a whole or not
        at all, by its own middle."""
        said = self.said
        played = [word for word in said.words if _is_played(word, length_ms)]
        if not played and (said.words or not _is_played(said, length_ms)):
            return None
        said = _with_words(said, played)
        words = [replace(word, **_fitted(word, length_ms)) for word in said.words]
        return replace(self, said=replace(said, words=words, **_fitted(said, length_ms)))

    def without(self, spans: Sequence[Span]) -> Self | None:
        """It without the words in some spans. Where nobody knows when each word is heard, all of
        it goes that touches one."""
        said = self.said
        if not said.words:
            return None if _touches(said, spans) else self
        words = [word for word in said.words if not _touches(word, spans, MARGIN_MS)]
        if not words:
            return None
        line_id = self.line_id if len(words) == len(said.words) else renamed(self.line_id)
        return replace(self, said=_with_words(said, words), line_id=line_id)

    def row(self, transcript_id: str, episode_id: str) -> Segment:
        """A new row of it."""
        said = self.said
        return Segment(
            transcript_id=transcript_id,
            episode_id=episode_id,
            chunk=self.chunk,
            start_ms=said.start_ms,
            end_ms=said.end_ms,
            text=said.text,
            speaker=said.speaker,
            confidence=said.confidence,
            is_suspect=said.is_suspect,
            line_id=self.line_id,
            heard=said.heard,
            language=said.language,
            words=_word_rows(said.words),
        )


def renamed(line_id: str | None) -> str | None:
    """The name of a line whose words were deleted for good: no longer the one under which they
    are remembered, but one if it had one."""
    return None if line_id is None else new_id()


def _word_rows(words: Iterable[SaidWord]) -> list[Word]:
    return [
        Word(
            position=position,
            start_ms=word.start_ms,
            end_ms=word.end_ms,
            text=word.text,
            confidence=word.confidence,
            heard=word.heard,
        )
        for position, word in enumerate(words)
    ]


def _with_words(said: SaidSegment, words: Sequence[SaidWord]) -> SaidSegment:
    if len(words) == len(said.words):
        return said
    text = " ".join(word.text.strip() for word in words)
    start, end = words[0].start_ms, words[-1].end_ms
    # What stood in a term's place before may name what is to be heard no more.
    words = [replace(word, heard=None) for word in words]
    return replace(said, start_ms=start, end_ms=end, text=text, words=words)


def _fitted(part: SaidWord | SaidSegment, length_ms: int) -> dict[str, Any]:
    start, end = max(0, part.start_ms), min(length_ms, part.end_ms)
    return {"start_ms": start, "end_ms": max(end, start + 1)}


def _is_played(part: SaidWord | SaidSegment, length_ms: int) -> bool:
    return 0 <= (part.start_ms + part.end_ms) / 2 <= length_ms


def _touches(part: SaidWord | SaidSegment, spans: Sequence[Span], margin_ms: int = 0) -> bool:
    return any(
        part.start_ms < end + margin_ms and part.end_ms > start - margin_ms for start, end in spans
    )
