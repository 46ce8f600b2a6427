"""Takes terms of the glossary out of a transcript again: what was heard stands there as before."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from sqlalchemy import delete, exists, insert, or_, select
from sqlalchemy.orm import Session, selectinload

from mediashare import clock
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.errors import NotReplacedError
from mediashare.transcripts.models import Segment, Transcript, Word
from mediashare.transcripts.queries import Run, SaidWord, spread_words
from mediashare.transcripts.service.pieces import Piece
from mediashare.transcripts.service.renewing import announce_change


def take_back(session: Session, episode: Episode, heard: str, text: str) -> int:
    """Wherever `text` took the place of `heard` in what is played of an episode, that is undone;
    how often that was. Raises NotReplacedError where it was nowhere."""
    library_service.lock_episode(session, episode.id)
    transcript = transcripts_queries.find_transcript(session, episode.id)
    found = _list_replaced(session, transcript, heard) if transcript else ()
    count = sum(_restore(session, segment, heard, text) for segment in found)
    if transcript is None or not count:
        raise NotReplacedError
    transcript.updated_at = clock.now()
    announce_change(session, episode.id)
    return count


def _list_replaced(session: Session, transcript: Transcript, heard: str) -> Sequence[Segment]:
    word = exists().where(Word.segment_id == Segment.id, Word.heard == heard)
    return session.scalars(
        select(Segment)
        .where(Segment.transcript_id == transcript.id, or_(word, Segment.heard == heard))
        .order_by(Segment.start_ms, Segment.id)
        .options(selectinload(Segment.words))
        .execution_options(populate_existing=True)
    ).all()


def _restore(session: Session, segment: Segment, heard: str, text: str) -> int:
    if segment.heard == heard and segment.text == text:
        segment.text, segment.heard = heard, None
        return 1
    words: list[SaidWord] = []
    line, done, count = "", 0, 0
    for run in transcripts_queries.list_runs(Piece.of(segment).said.words):
        start, end = _place(segment.text, run, done)
        is_meant = (run.heard, run.text) == (heard, text)
        line += segment.text[done:start] + (heard if is_meant else segment.text[start:end])
        words += _heard_again(run, heard) if is_meant else run.words
        count, done = count + is_meant, end
    segment.text = line + segment.text[done:]
    session.execute(delete(Word).where(Word.segment_id == segment.id))
    rows = [{**asdict(word), "segment_id": segment.id} for word in words]
    session.execute(insert(Word), [{**row, "position": n} for n, row in enumerate(rows)])
    session.expire(segment, ["words"])
    return count


def _place(text: str, run: Run, done: int) -> tuple[int, int]:
    """From where to where its words stand in the text of their segment, after what is done."""
    start = end = -1
    for word in run.words:
        at = text.find(word.text, done)
        if at >= 0:
            start, done = (at if start < 0 else start), at + len(word.text)
            end = done
    return (start, end) if start >= 0 else (done, done)


def _heard_again(run: Run, heard: str) -> Iterator[SaidWord]:
    """The words that were heard, each in its own time where there are as many, else by length."""
    words = list(spread_words(run.words[0].start_ms, run.words[-1].end_ms, heard))
    times = run.words if len(run.words) == len(words) else words
    for word, time in zip(words, times, strict=True):
        sure = run.words[0].confidence
        yield replace(word, start_ms=time.start_ms, end_ms=time.end_ms, confidence=sure)
