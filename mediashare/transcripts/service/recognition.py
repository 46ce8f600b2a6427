"""Recognition of speech, and translation: begun, kept chunk by chunk, concluded.

`beside` is the language of the transcript that a translation is kept in; without it, all is about
what is spoken.
"""

import contextlib
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.chapters import service as chapters_service
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Extent
from mediashare.jobs.models import JobRow, JobState
from mediashare.library import service as library_service
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.media import queries as media_queries
from mediashare.sentences import said
from mediashare.transcripts import jobs as transcripts_jobs
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.errors import (
    CaptionsStandError,
    ChunkTakenError,
    TranscriptNotFoundError,
)
from mediashare.transcripts.models import (
    Chunk,
    ChunkState,
    Origin,
    Segment,
    Transcript,
    TranscriptState,
    Word,
)
from mediashare.transcripts.policy import EngineChoice
from mediashare.transcripts.service.following import forget_heard
from mediashare.transcripts.service.putting import start_translation
from mediashare.transcripts.service.renewing import request_check
from mediashare.transcripts.service.standing import SpokenSegment, leave_out, list_taken

ROUGH_DRAFT = said("Rough draft, made by %(engine)s: many words are wrong, but it helps to search.")
NO_SPEECH = said("No speech was found.")
# What one job of a long recording takes at most, in milliseconds from its first chunk to its last:
# short enough to pass as a short job, so that it has the place of one.
PART_MS = 240_000
# Nobody takes more than this part of what is left.
SHARES = 4
# More chunks than fit in a part.
MOST_AT_ONCE = 1000


def begin(
    session: Session, episode_id: str, choice: EngineChoice, beside: str | None = None
) -> Transcript:
    """Recognition starts, or goes on where an earlier attempt of the same recogniser stopped.

    Raises CaptionsStandError when the author has brought captions meanwhile.
    """
    transcript = _get(session, episode_id, beside)
    if not choice.has_made(transcript):
        forget_heard(session, transcript)
        # What was heard to be spoken is so whoever listens.
        if not transcript.is_language_heard:
            transcript.language = beside
    transcript.state = TranscriptState.RUNNING
    transcript.engine, transcript.model = choice.engine, choice.model
    transcript.sent_to = choice.sent_to
    transcript.is_draft, transcript.note = choice.is_draft, None
    transcript.updated_at = clock.now()
    return transcript


def plan(
    session: Session,
    episode_id: str,
    spans: Iterable[tuple[int, int]],
    beside: str | None = None,
) -> None:
    """Note the stretches of speech, start and end in milliseconds, that will be recognised."""
    transcript = _get(session, episode_id, beside)
    session.add_all(
        Chunk(transcript_id=transcript.id, position=position, start_ms=start, end_ms=end)
        for position, (start, end) in enumerate(spans)
    )


def find_language(
    session: Session, episode_id: str, language: str | None, *, is_heard: bool = False
) -> None:
    """The language that is spoken, as the author said, or as the recogniser heard, which goes on
    listening for it in each part; None while it has not heard any."""
    transcript = _get(session, episode_id)
    transcript.language, transcript.is_language_heard = language, is_heard


def note_language(
    session: Session, episode_id: str, position: int, language: str, sureness: float | None
) -> None:
    """The language that was heard in one chunk, and how sure the recogniser was of it."""
    transcript = _get(session, episode_id)
    session.execute(
        update(Chunk)
        .where(Chunk.transcript_id == transcript.id, Chunk.position == position)
        .values(language=language, sureness=sureness)
    )


def share_out(session: Session, episode_id: str) -> None:
    """Ask for help with a long recording: as many jobs as it has parts.

    They wait their turn like any other: where no worker is free, nobody helps.
    """
    _get(session, episode_id)
    owner_id = media_queries.get_owner_id(session, episode_id)
    left_ms = transcripts_queries.measure_work(session, episode_id).left_ms
    wanted = left_ms // PART_MS - _count_helpers(session, episode_id)
    size = media_queries.get_extent(session, media_queries.find_version(session, episode_id)).size
    for _part in range(wanted):
        job = transcripts_jobs.TranscribePart(subject=episode_id)
        extent = Extent(seconds=PART_MS / 1000, size=size)
        job_queue.put(session, job, owner_id=owner_id, extent=extent)


def take_chunk(
    session: Session, episode_id: str, taker: str, beside: str | None = None
) -> Sequence[Chunk]:
    """Take the first chunk that nobody works on, for the job `taker`; none where there is none."""
    return _take(session, _get(session, episode_id, beside), taker, most_ms=0)


def take_part(session: Session, episode_id: str, taker: str) -> Sequence[Chunk]:
    """Take the first chunks that nobody works on, as many as make a part, for the job `taker`.

    Parts get smaller towards the end, so that all who help are done at about the same time (guided
    self-scheduling: Polychronopoulos and Kuck, 1987).
    """
    left_ms = transcripts_queries.measure_work(session, episode_id).left_ms
    most_ms = min(PART_MS, left_ms // SHARES)
    return _take(session, _get(session, episode_id), taker, most_ms=most_ms)


def keep_chunk(
    session: Session,
    episode_id: str,
    position: int,
    segments: Iterable[SpokenSegment],
    *,
    taker: str | None = None,
    beside: str | None = None,
) -> None:
    """Keep what was heard in one chunk in place of what an earlier attempt has heard there; where
    people have put words right, theirs stand. Raises ChunkTakenError when it is not the taker's."""
    transcript = _get(session, episode_id, beside)
    _settle(session, transcript, position, taker, state=ChunkState.DONE)
    session.execute(
        delete(Segment).where(
            Segment.transcript_id == transcript.id,
            Segment.chunk == position,
            Segment.line_id.is_(None),
        )
    )
    taken = list_taken(session, transcript.id)
    session.add_all(
        _segment(transcript, position, left)
        for spoken in segments
        for left in leave_out(spoken, taken)
    )


def lose_chunk(
    session: Session,
    episode_id: str,
    position: int,
    reason: str,
    *,
    taker: str | None = None,
    beside: str | None = None,
) -> None:
    """One chunk could not be recognised: a gap that is shown, in a transcript that goes on."""
    transcript = _get(session, episode_id, beside)
    _settle(session, transcript, position, taker, state=ChunkState.FAILED, error=reason)


def conclude(
    session: Session,
    episode_id: str,
    *,
    nothing: str | None = None,
    beside: str | None = None,
) -> Transcript:
    """Recognition is over: `none` with the sentence `nothing`, else ready, or failed when not a
    single chunk could be recognised."""
    transcript = _get(session, episode_id, beside)
    transcript.updated_at = clock.now()
    _conclude(session, transcript, nothing)
    request_check(session, episode_id)
    if transcript.is_primary:
        _settle_language(session, transcript)
        if transcript.state is TranscriptState.READY:
            chapters_service.request_outline(session, episode_id)
        start_translation(session, episode_id)
    return transcript


def fail(session: Session, episode_id: str, reason: str, beside: str | None = None) -> None:
    """Recognition was given up, for a reason that the author reads; what was heard is kept."""
    with contextlib.suppress(TranscriptNotFoundError, CaptionsStandError):
        transcript = _get(session, episode_id, beside)
        transcript.state, transcript.note = TranscriptState.FAILED, reason
        transcript.updated_at = clock.now()
        request_check(session, episode_id)
        if transcript.is_primary:
            start_translation(session, episode_id)


def _conclude(session: Session, transcript: Transcript, nothing: str | None) -> None:
    chunks = transcripts_queries.list_chunks(session, transcript.id)
    failed = [chunk for chunk in chunks if chunk.state is ChunkState.FAILED]
    spoken = session.scalar(
        select(Segment.id).where(Segment.transcript_id == transcript.id).limit(1)
    )
    if spoken is not None:
        transcript.state = TranscriptState.READY
        transcript.note = _note(transcript, len(failed), len(chunks))
    elif nothing is None and failed and len(failed) == len(chunks):
        transcript.state, transcript.note = TranscriptState.FAILED, failed[0].error
    else:
        _find_nothing(transcript, nothing or NO_SPEECH)


def _settle_language(session: Session, transcript: Transcript) -> None:
    """What was heard most of the time is what the episode is in, unless its author has said."""
    if not transcript.is_language_heard:
        return
    length = func.sum(Segment.end_ms - Segment.start_ms)
    most = session.scalar(
        select(Segment.language)
        .where(Segment.transcript_id == transcript.id, Segment.language.is_not(None))
        .group_by(Segment.language)
        .order_by(length.desc(), Segment.language)
        .limit(1)
    )
    if most is not None:
        library_service.set_language(
            session, transcript.episode_id, most, instead_of=transcript.language
        )
        transcript.language = most


def _find_nothing(transcript: Transcript, sentence: str) -> None:
    transcript.state, transcript.note = TranscriptState.NONE, sentence
    # Where there are no words, there are no rough ones.
    transcript.is_draft = False


def _note(transcript: Transcript, failed: int, total: int) -> str | None:
    sentences = []
    if transcript.is_draft:
        sentences.append(said(ROUGH_DRAFT, engine=transcript.engine))
    if failed:
        sentences.append(
            said(
                "%(failed)s of %(total)s parts could not be recognised.",
                failed=failed,
                total=total,
            )
        )
    return " ".join(sentences) or None


def _get(session: Session, episode_id: str, beside: str | None = None) -> Transcript:
    # Everybody who changes a transcript locks its episode first: so captions which the author
    # brings at this moment come before or after, and nobody waits for two locks crosswise.
    try:
        library_service.lock_episode(session, episode_id)
    except EpisodeNotFoundError as error:
        raise TranscriptNotFoundError from error
    transcript = transcripts_queries.find_transcript(session, episode_id, beside)
    if transcript is None:
        raise TranscriptNotFoundError
    if transcript.origin is Origin.AUTHOR:
        raise CaptionsStandError
    return transcript


def _take(session: Session, transcript: Transcript, taker: str, *, most_ms: int) -> Sequence[Chunk]:
    free = session.scalars(
        select(Chunk)
        .where(
            Chunk.transcript_id == transcript.id,
            Chunk.state == ChunkState.PLANNED,
            or_(Chunk.taken_by.is_(None), Chunk.taken_by == taker, ~_is_taken()),
        )
        .order_by(Chunk.position)
        .limit(MOST_AT_ONCE)
    )
    taken: list[Chunk] = []
    for chunk in free:
        if taken and not _goes_on(taken, chunk, most_ms):
            break
        chunk.taken_by = taker
        taken.append(chunk)
    session.flush()
    return taken


def _settle(
    session: Session, transcript: Transcript, position: int, taker: str | None, **values: object
) -> None:
    settled = session.scalar(
        update(Chunk)
        .where(
            Chunk.transcript_id == transcript.id,
            Chunk.position == position,
            Chunk.taken_by.is_not_distinct_from(taker),
        )
        .values(**values)
        .returning(Chunk.position)
    )
    if settled is None:
        raise ChunkTakenError


def _count_helpers(session: Session, episode_id: str) -> int:
    """How many an earlier attempt has asked for that have not begun."""
    kind = transcripts_jobs.TranscribePart.kind
    waiting = (JobRow.subject == episode_id, JobRow.kind == kind, JobRow.state == JobState.QUEUED)
    return session.scalar(select(func.count()).where(*waiting)) or 0


def _is_taken() -> ColumnElement[bool]:
    runs = and_(JobRow.state == JobState.RUNNING, JobRow.lease_until > clock.now())
    return exists().where(JobRow.id == Chunk.taken_by, runs)


def _goes_on(taken: Sequence[Chunk], chunk: Chunk, most_ms: int) -> bool:
    is_next = chunk.position == taken[-1].position + 1
    return is_next and chunk.end_ms - taken[0].start_ms <= most_ms


def _segment(transcript: Transcript, position: int, spoken: SpokenSegment) -> Segment:
    return Segment(
        transcript_id=transcript.id,
        episode_id=transcript.episode_id,
        chunk=position,
        start_ms=spoken.start_ms,
        end_ms=spoken.end_ms,
        text=spoken.text,
        confidence=spoken.confidence,
        is_suspect=spoken.is_suspect,
        heard=spoken.heard,
        language=spoken.language,
        words=[
            Word(
                position=number,
                start_ms=word.start_ms,
                end_ms=word.end_ms,
                text=word.text,
                confidence=word.confidence,
                heard=word.heard,
            )
            for number, word in enumerate(spoken.words)
        ],
    )
