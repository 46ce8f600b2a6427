"""A line gets other words: those that stay keep their times, and new ones share the time of those
in whose place they stand. What a person wrote has no confidence, because nobody measured it; what
a person has listened to and confirmed has all of it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from mediashare.db.base import new_id
from mediashare.media import queries as media_queries
from mediashare.text import compare_words
from mediashare.transcripts.models import CutSegment, Segment, Word
from mediashare.transcripts.queries import SaidSegment, SaidWord
from mediashare.transcripts.service.pieces import Piece

# A pause in which a word that was forgotten may have been said.
ROOM_MS = 80
CONFIRMED = 1.0


@dataclass
class _Run:
    """Words that were heard, and the words that stand in their place."""

    heard: Sequence[SaidWord]
    texts: Sequence[str]

    @property
    def is_same(self) -> bool:
        return len(self.heard) == len(self.texts) == 1 and (
            self.heard[0].text.strip() == self.texts[0]
        )

    def joined(self, other: "_Run") -> "_Run":
        return _Run([*self.heard, *other.heard], [*self.texts, *other.texts])


def name_line(segment: Segment) -> str:
    """The name of a line for good; from now on no recogniser touches it."""
    segment.line_id = segment.line_id or new_id()
    return segment.line_id


def rewrite(
    session: Session,
    segment: Segment,
    text: str,
    *,
    confirmed: Collection[int] = (),
    words: Sequence[SaidWord] | None = None,
) -> None:
    """Have a line say `text`, also in what of it is cut off at present. `confirmed` are positions
    of words in it; `words`, where they are known, are exactly its words. The caller has locked the
    episode and loaded the segment with its words."""
    line_id = name_line(segment)
    said = Piece.of(segment).said
    made = respoken(said, text, confirmed) if words is None else words
    _rewrite_aside(session, segment, text, confirmed)
    segment.text, segment.line_id, segment.heard = text, line_id, None
    segment.confidence, segment.is_suspect = None, False
    session.execute(delete(Word).where(Word.segment_id == segment.id))
    session.expire(segment, ["words"])
    if made:
        session.execute(insert(Word), [_row(segment.id, n, word) for n, word in enumerate(made)])


def respoken(said: SaidSegment, text: str, confirmed: Collection[int] = ()) -> Sequence[SaidWord]:
    """The words of `text` with likely times, in place of those that were heard. A line whose words
    nobody has timed has none."""
    if not said.words:
        return ()
    runs = _settled(said, list(_runs(said.words, text.split())))
    words = [word for run in runs for word in _timed(run)]
    return [
        replace(word, confidence=CONFIRMED) if position in confirmed else word
        for position, word in enumerate(words)
    ]


def _runs(heard: Sequence[SaidWord], texts: Sequence[str]) -> Iterator[_Run]:
    said = [word.text.strip() for word in heard]
    for is_same, old, new in compare_words(said, texts):
        if is_same:
            for word, text in zip(heard[old], texts[new], strict=True):
                yield _Run([word], [text])
        else:
            yield _Run(heard[old], texts[new])


def _settled(said: SaidSegment, runs: Sequence[_Run]) -> Sequence[_Run]:
    """Where words come in between, they take the pause there, or share the time of a neighbour."""
    settled: list[_Run] = []
    for number, run in enumerate(runs):
        if settled and not settled[-1].heard:
            # At the beginning, and there was no room.
            settled[-1] = settled[-1].joined(run)
            continue
        if run.heard:
            settled.append(run)
            continue
        start = settled[-1].heard[-1].end_ms if settled else said.start_ms
        end = runs[number + 1].heard[0].start_ms if number + 1 < len(runs) else said.end_ms
        if end - start >= ROOM_MS * len(run.texts):
            settled.append(_Run([SaidWord(start, end, "")], run.texts))
        elif settled:
            settled[-1] = settled[-1].joined(run)
        else:
            settled.append(run)
    return settled


def _timed(run: _Run) -> Iterator[SaidWord]:
    if run.is_same:
        yield run.heard[0]
        return
    start, length = run.heard[0].start_ms, run.heard[-1].end_ms - run.heard[0].start_ms
    known = {word.text.strip(): word.confidence for word in run.heard}
    for number, text in enumerate(run.texts):
        yield SaidWord(
            start + length * number // len(run.texts),
            start + length * (number + 1) // len(run.texts),
            text,
            known.get(text),
        )


def _rewrite_aside(
    session: Session, segment: Segment, text: str, confirmed: Collection[int]
) -> None:
    """A line that is partly cut off says the same when all of it is played again."""
    row = session.scalar(select(CutSegment).where(CutSegment.shown_id == segment.id))
    if row is None:
        return
    piece = Piece.from_json(row.start_ms, row.end_ms, row.segment)
    version = media_queries.find_current_version(session, segment.episode_id)
    start_ms = version.start_ms if version else 0
    # The words are moved, not clipped: what is played is what the shown words begin and end with.
    before = [w for w in piece.said.words if _middle(w) - start_ms < segment.start_ms]
    after = [w for w in piece.said.words if _middle(w) - start_ms > segment.end_ms]
    if piece.said.words:
        texts = [*(w.text.strip() for w in before), text, *(w.text.strip() for w in after)]
        text = " ".join(filter(None, texts))
    shifted = {position + len(before) for position in confirmed}
    words = respoken(piece.said, text, shifted)
    said = replace(
        piece.said, text=text, words=words, confidence=None, is_suspect=False, heard=None
    )
    row.segment = replace(piece, said=said, line_id=segment.line_id).as_json()


def _middle(word: SaidWord) -> float:
    return (word.start_ms + word.end_ms) / 2


def _row(segment_id: int, position: int, word: SaidWord) -> dict[str, object]:
    return {
        "segment_id": segment_id,
        "position": position,
        "start_ms": word.start_ms,
        "end_ms": word.end_ms,
        "text": word.text,
        "confidence": word.confidence,
    }
