"""What becomes of a transcript when another version of its episode is played, or is to be.

Nothing of it is lost but what was muted: segments outside of what is played are put aside as
`CutSegment`, and come back exactly as they were when that part is played again. What the recogniser
has not listened to, because it was cut or muted then, is recognised when it is played. Words in
muted spans are deleted for good, wherever they stand.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session, selectinload

from mediashare import clock
from mediashare.library.models import Episode
from mediashare.media import policy as media_policy
from mediashare.media.policy import Change, Span
from mediashare.notifications import service as notifications_service
from mediashare.sentences import said
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.models import (
    Chunk,
    CutSegment,
    Origin,
    Segment,
    Transcript,
    TranscriptState,
    Word,
)
from mediashare.transcripts.service.pieces import MARGIN_MS, OVERHANG_MS, Piece, renamed
from mediashare.transcripts.service.renewing import request_check

# How far a translated sentence may be off what it is about.
SENTENCE_MS = 1000
# Less than a word: nobody needs a recogniser for that.
WORTH_HEARING_MS = 300
CAPTIONS_GONE = said(
    "Your captions of “%(title)s” belonged to the recording that you have replaced and are gone. "
    "Speech is recognised instead, until you bring captions of the new recording."
)
OTHERS_GONE = said(
    "Your captions of “%(title)s” in another language (%(language)s) belonged to the recording "
    "that you have replaced and are gone, until you bring captions of the new recording."
)
UNSETTLED = (TranscriptState.QUEUED, TranscriptState.RUNNING, TranscriptState.FAILED)
OFFERED = (TranscriptState.READY, TranscriptState.NONE)


def follow_version(session: Session, episode: Episode, change: Change) -> bool:
    """The transcripts, in whichever language, are those of what is played now. The caller has
    locked the episode, and recognition that was on its way has ended; when it is to begin anew, as
    soon as there is the lasting sound of what is played, nothing is left of a transcript but what
    people have put right in it, and this is True. A translation is begun anew after it."""
    found = transcripts_queries.list_transcripts(session, episode.id)
    begin_anew = [_follow(session, transcript, episode, change) for transcript in found]
    if found:
        request_check(session, episode.id)
    return any(begin_anew)


def delete_spoken(session: Session, episode_id: str, change: Change) -> None:
    """Delete what is said in the spans that are to be muted, in whichever language, before
    anything else is made. The caller has locked the episode."""
    found = transcripts_queries.list_transcripts(session, episode_id)
    for transcript in found:
        _delete_spoken(session, transcript, change)
    if found:
        request_check(session, episode_id)


def forget_heard(session: Session, transcript: Transcript) -> None:
    """Recognition begins anew: what the one before has heard is of no use, put aside or not. What
    people have put right stands."""
    aside = [row.id for row in _list_cut(session, transcript) if not _piece_of(row).line_id]
    session.execute(delete(CutSegment).where(CutSegment.id.in_(aside)))
    of_it = Segment.transcript_id == transcript.id
    session.execute(delete(Segment).where(of_it, Segment.line_id.is_(None)))
    session.execute(delete(Chunk).where(Chunk.transcript_id == transcript.id))
    transcript.heard = None


def _follow(session: Session, transcript: Transcript, episode: Episode, change: Change) -> bool:
    is_to_begin_anew = _must_be_heard_anew(transcript, change)
    if is_to_begin_anew:
        forget_heard(session, transcript)
        if transcript.origin is Origin.TRANSLATION:
            _ask_again(transcript)
            return True
        if not (change.is_same_recording and _is_anything_left(session, transcript)):
            _forget(session, transcript, episode)
            return True
        _ask_again(transcript)
    failed = transcripts_queries.list_gaps(session, transcript.id)
    _remember_heard(transcript, change, [(chunk.start_ms, chunk.end_ms) for chunk in failed])
    _shift(session, transcript, change.shift_ms)
    _fit_chunks(session, transcript, change.length_ms)
    _fit_segments(session, transcript, change)
    _offer(session, transcript)
    transcript.updated_at = clock.now()
    return is_to_begin_anew


def _delete_spoken(session: Session, transcript: Transcript, change: Change) -> None:
    before, muted = change.before, _hidden(transcript, change)
    _remember_heard(transcript, change, ())
    played = [(before.played_ms(start), before.played_ms(end)) for start, end in muted]
    _delete_shown(session, transcript, played)
    for row in _list_cut(session, transcript):
        left = _piece_of(row).without(muted)
        if left is None:
            session.delete(row)
        else:
            _set_aside(row, left)
    _offer(session, transcript)
    transcript.updated_at = clock.now()


def _offer(session: Session, transcript: Transcript) -> None:
    """Another language is offered as long as anything of it is played."""
    if transcript.is_primary or transcript.state not in OFFERED:
        return
    played = select(Segment.id).where(Segment.transcript_id == transcript.id).limit(1)
    if session.scalar(played) is None:
        transcript.state = TranscriptState.NONE
    else:
        transcript.state = TranscriptState.READY


def _hidden(transcript: Transcript, change: Change) -> Sequence[Span]:
    """The spans, in milliseconds of the recording, that nothing of is to be read."""
    muted = change.now.muted
    if transcript.origin is not Origin.TRANSLATION:
        return muted
    # A translation says things in another order: who said what is only known by the sentence.
    return [(start - SENTENCE_MS, end + SENTENCE_MS) for start, end in muted]


def _must_be_heard_anew(transcript: Transcript, change: Change) -> bool:
    if not change.is_same_recording:
        return True
    if transcript.origin is Origin.AUTHOR:
        return False
    audible = change.now.audible(change.recorded_ms)
    missing = media_policy.without(audible, _heard_before(transcript, change))
    is_missing = any(end - start > WORTH_HEARING_MS for start, end in missing)
    return is_missing or transcript.state in UNSETTLED


def _is_anything_left(session: Session, transcript: Transcript) -> bool:
    return any(
        session.scalar(select(kind.id).where(kind.transcript_id == transcript.id).limit(1))
        for kind in (Segment, CutSegment)
    )


def _ask_again(transcript: Transcript) -> None:
    transcript.state, transcript.note = TranscriptState.QUEUED, None
    # No recogniser has made what is left, so that the next one begins from the start.
    transcript.engine = transcript.model = transcript.sent_to = None
    transcript.is_draft = False


def _forget(session: Session, transcript: Transcript, episode: Episode) -> None:
    if transcript.origin is Origin.AUTHOR:
        sentence = CAPTIONS_GONE if transcript.is_primary else OTHERS_GONE
        text = said(sentence, title=episode.title, language=transcript.language)
        notifications_service.notify(session, episode.author_id, "captions", text, episode.path)
    session.execute(delete(Segment).where(Segment.transcript_id == transcript.id))
    session.delete(transcript)
    session.flush()


def _heard_before(transcript: Transcript, change: Change) -> tuple[Span, ...]:
    if transcript.heard is None:
        return change.before.audible(change.recorded_ms)
    return tuple((start, end) for start, end in transcript.heard)


def _remember_heard(transcript: Transcript, change: Change, failed: Sequence[Span]) -> None:
    """Keep what the words stand for: gaps in what was cut off meanwhile are tried again later."""
    if transcript.origin is Origin.AUTHOR:
        return
    heard = media_policy.without(_heard_before(transcript, change), change.now.muted)
    played = [(change.now.start_ms, change.now.start_ms + change.length_ms)]
    start_ms = change.before.start_ms
    gaps = [(start + start_ms, end + start_ms) for start, end in failed]
    heard = media_policy.without(heard, media_policy.without(gaps, played))
    transcript.heard = [list(span) for span in heard]


def _shift(session: Session, transcript: Transcript, by_ms: int) -> None:
    """Move all that is played to its new time, after what was only partly played has gone."""
    partly = select(CutSegment.shown_id).where(
        CutSegment.transcript_id == transcript.id, CutSegment.shown_id.is_not(None)
    )
    session.execute(
        delete(Segment).where(Segment.id.in_(partly)).execution_options(synchronize_session=False)
    )
    own = select(Segment.id).where(Segment.transcript_id == transcript.id)
    for kind, which in (
        (Word, Word.segment_id.in_(own)),
        (Segment, Segment.transcript_id == transcript.id),
        (Chunk, Chunk.transcript_id == transcript.id),
    ):
        session.execute(
            update(kind)
            .where(which)
            .values(start_ms=kind.start_ms + by_ms, end_ms=kind.end_ms + by_ms)
            .execution_options(synchronize_session=False)
        )


def _fit_chunks(session: Session, transcript: Transcript, length_ms: int) -> None:
    chunks = session.scalars(
        select(Chunk)
        .where(Chunk.transcript_id == transcript.id)
        .execution_options(populate_existing=True)
    )
    for chunk in chunks:
        chunk.start_ms, chunk.end_ms = max(0, chunk.start_ms), min(length_ms, chunk.end_ms)
        if chunk.end_ms <= chunk.start_ms:
            session.delete(chunk)


def _fit_segments(session: Session, transcript: Transcript, change: Change) -> None:
    """Put aside what is not played any more, and show again what is; in a few statements, because
    hours of speech are thousands of segments."""
    beyond = or_(Segment.start_ms < 0, Segment.end_ms > change.length_ms + OVERHANG_MS)
    leaving = [
        _set_aside(CutSegment(transcript_id=transcript.id), Piece.of(segment), change.now.start_ms)
        for segment in _list_whole(session, transcript, beyond)
    ]
    session.execute(delete(Segment).where(Segment.transcript_id == transcript.id, beyond))
    muted = _hidden(transcript, change)
    played = [(change.now.played_ms(start), change.now.played_ms(end)) for start, end in muted]
    _delete_shown(session, transcript, played)
    _lay_out(session, transcript, [*_list_cut(session, transcript), *leaving], change)


def _lay_out(
    session: Session, transcript: Transcript, rows: Sequence[CutSegment], change: Change
) -> None:
    """Show again what is played of these segments; those that are played whole are put back."""
    partly: list[tuple[CutSegment, Segment]] = []
    gone: list[CutSegment] = []
    muted = _hidden(transcript, change)
    for row in rows:
        piece = _piece_of(row).without(muted)
        if piece is None:
            gone.append(row)
            continue
        played = piece.moved(-change.now.start_ms)
        if played.is_within(change.length_ms):
            session.add(played.row(transcript.id, transcript.episode_id))
            gone.append(row)
            continue
        session.add(_set_aside(row, piece))
        row.shown_id = None
        if shown := played.clipped(change.length_ms):
            partly.append((row, shown.row(transcript.id, transcript.episode_id)))
    session.add_all(segment for _row, segment in partly)
    session.flush()
    for row, segment in partly:
        row.shown_id = segment.id
    session.execute(delete(CutSegment).where(CutSegment.id.in_([row.id for row in gone])))


def _delete_shown(session: Session, transcript: Transcript, spans: Sequence[Span]) -> None:
    for start, end in spans:
        near = (Segment.start_ms < end + MARGIN_MS) & (Segment.end_ms > start - MARGIN_MS)
        for segment in _list_whole(session, transcript, near):
            left = Piece.of(segment).without([(start, end)])
            if left is None:
                session.execute(delete(Segment).where(Segment.id == segment.id))
            elif len(left.said.words) < len(segment.words):
                said = left.said
                heard = (Word.start_ms < end + MARGIN_MS) & (Word.end_ms > start - MARGIN_MS)
                own = Word.segment_id == segment.id
                session.execute(delete(Word).where(own, heard))
                session.execute(update(Word).where(own).values(heard=None))
                segment.text, segment.line_id = said.text, renamed(segment.line_id)
                segment.start_ms, segment.end_ms = said.start_ms, said.end_ms


def _set_aside(row: CutSegment, piece: Piece, later_ms: int = 0) -> CutSegment:
    """Note the piece in a row, in times that are so much later."""
    moved = piece.moved(later_ms)
    row.start_ms, row.end_ms = moved.said.start_ms, moved.said.end_ms
    row.segment = moved.as_json()
    return row


def _piece_of(row: CutSegment) -> Piece:
    return Piece.from_json(row.start_ms, row.end_ms, row.segment)


def _list_cut(session: Session, transcript: Transcript) -> list[CutSegment]:
    rows = session.scalars(
        select(CutSegment)
        .where(CutSegment.transcript_id == transcript.id)
        .order_by(CutSegment.start_ms, CutSegment.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)


def _list_whole(
    session: Session, transcript: Transcript, which: ColumnElement[bool]
) -> Sequence[Segment]:
    """Segments with their words, as the database has them by now."""
    session.flush()
    return session.scalars(
        select(Segment)
        .where(Segment.transcript_id == transcript.id, which)
        .order_by(Segment.start_ms, Segment.id)
        .options(selectinload(Segment.words))
        .execution_options(populate_existing=True)
    ).all()
