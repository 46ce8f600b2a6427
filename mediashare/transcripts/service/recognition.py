"""Recognition of speech: asked for, begun, kept chunk by chunk, concluded, tried again."""

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
from mediashare.library.models import Episode
from mediashare.media import queries as media_queries
from mediashare.transcripts import jobs as transcripts_jobs
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.errors import (
    AlreadyRecognisingError,
    CaptionsStandError,
    ChunkTakenError,
    NothingToRetryError,
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
from mediashare.transcripts.service.captions import fit_captions
from mediashare.transcripts.service.following import forget_heard
from mediashare.transcripts.service.renewing import request_check
from mediashare.transcripts.service.standing import SpokenSegment, leave_out, list_taken

ROUGH_DRAFT = "Rough draft, made by {engine}: many words are wrong, but it helps to search."
NO_SPEECH = "No speech was found."
# What one job of a long recording takes at most, in milliseconds from its first chunk to its last:
# short enough to pass as a short job, so that it has the place of one.
PART_MS = 240_000
# Nobody takes more than this part of what is left.
SHARES = 4
# More chunks than fit in a part.
MOST_AT_ONCE = 1000


def request_recognition(session: Session, episode_id: str, owner_id: str) -> None:
    """Have the speech of a playable episode recognised, unless the author has brought captions
    for it, or recognition is on its way or done."""
    episode = library_service.lock_episode(session, episode_id)
    transcript = transcripts_queries.find_transcript(session, episode_id)
    if transcript is not None:
        if _stands(session, transcript, episode):
            return
        if transcript.origin is Origin.RECOGNISER:
            _put_job(session, episode_id, owner_id)
            return
        session.delete(transcript)
        session.flush()
    session.add(Transcript(episode_id=episode_id))
    _put_job(session, episode_id, owner_id)


def retry(session: Session, episode: Episode) -> Transcript:
    """Try recognition again where it failed, left gaps, found nothing, was rough, or listened for
    another language than the author says: then from the beginning."""
    library_service.lock_episode(session, episode.id)
    transcript = transcripts_queries.find_transcript(session, episode.id)
    if transcript is None:
        raise TranscriptNotFoundError
    if transcript.state in {TranscriptState.QUEUED, TranscriptState.RUNNING}:
        raise AlreadyRecognisingError
    gaps = transcripts_queries.list_gaps(session, transcript.id)
    language = episode.language
    if not transcripts_policy.may_retry(transcript, has_gaps=bool(gaps), language=language):
        raise NothingToRetryError
    if transcripts_policy.is_in_other_language(transcript, language):
        forget_heard(session, transcript)
        transcript.language, gaps = None, ()
    for chunk in gaps:
        chunk.state, chunk.error, chunk.taken_by = ChunkState.PLANNED, None, None
    transcript.state, transcript.note = TranscriptState.QUEUED, None
    transcript.updated_at = clock.now()
    _start_job(session, episode)
    return transcript


def begin(session: Session, episode_id: str, choice: EngineChoice) -> Transcript:
    """Recognition starts, or goes on where an earlier attempt of the same recogniser stopped.

    Raises CaptionsStandError when the author has brought captions meanwhile.
    """
    transcript = _get(session, episode_id)
    if not choice.has_made(transcript):
        forget_heard(session, transcript)
        transcript.language = None
    transcript.state = TranscriptState.RUNNING
    transcript.engine, transcript.model = choice.engine, choice.model
    transcript.sent_to = choice.sent_to
    transcript.is_draft, transcript.note = choice.is_draft, None
    transcript.updated_at = clock.now()
    return transcript


def plan(session: Session, episode_id: str, spans: Iterable[tuple[int, int]]) -> None:
    """Note the stretches of speech, start and end in milliseconds, that will be recognised."""
    transcript = _get(session, episode_id)
    session.add_all(
        Chunk(transcript_id=transcript.id, position=position, start_ms=start, end_ms=end)
        for position, (start, end) in enumerate(spans)
    )


def find_language(session: Session, episode_id: str, language: str) -> None:
    """The language that is spoken, as the author said or the recogniser heard."""
    _get(session, episode_id).language = language


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


def take_chunk(session: Session, episode_id: str, taker: str) -> Sequence[Chunk]:
    """Take the first chunk that nobody works on, for the job `taker`; none where there is none."""
    return _take(session, episode_id, taker, most_ms=0)


def take_part(session: Session, episode_id: str, taker: str) -> Sequence[Chunk]:
    """Take the first chunks that nobody works on, as many as make a part, for the job `taker`.

    Parts get smaller towards the end, so that all who help are done at about the same time (guided
    self-scheduling: Polychronopoulos and Kuck, 1987).
    """
    left_ms = transcripts_queries.measure_work(session, episode_id).left_ms
    return _take(session, episode_id, taker, most_ms=min(PART_MS, left_ms // SHARES))


def keep_chunk(
    session: Session,
    episode_id: str,
    position: int,
    segments: Iterable[SpokenSegment],
    *,
    taker: str | None = None,
) -> None:
    """Keep what was heard in one chunk in place of what an earlier attempt has heard there; where
    people have put words right, theirs stand. Raises ChunkTakenError when it is not the taker's."""
    transcript = _get(session, episode_id)
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
    session: Session, episode_id: str, position: int, reason: str, *, taker: str | None = None
) -> None:
    """One chunk could not be recognised: a gap that is shown, in a transcript that goes on."""
    transcript = _get(session, episode_id)
    _settle(session, transcript, position, taker, state=ChunkState.FAILED, error=reason)


def conclude(session: Session, episode_id: str, *, nothing: str | None = None) -> Transcript:
    """Recognition is over: `none` with the sentence `nothing`, else ready, or failed when not a
    single chunk could be recognised."""
    transcript = _get(session, episode_id)
    transcript.updated_at = clock.now()
    request_check(session, episode_id)
    chunks = transcripts_queries.list_chunks(session, transcript.id)
    failed = [chunk for chunk in chunks if chunk.state is ChunkState.FAILED]
    spoken = session.scalar(
        select(Segment.id).where(Segment.transcript_id == transcript.id).limit(1)
    )
    if spoken is None and nothing is None and failed and len(failed) == len(chunks):
        transcript.state, transcript.note = TranscriptState.FAILED, failed[0].error
        return transcript
    if spoken is None:
        return _find_nothing(transcript, nothing or NO_SPEECH)
    transcript.state = TranscriptState.READY
    transcript.note = _note(transcript, len(failed), len(chunks))
    chapters_service.request_outline(session, episode_id)
    return transcript


def fail(session: Session, episode_id: str, reason: str) -> None:
    """Recognition was given up, for a reason that the author reads; what was heard is kept."""
    with contextlib.suppress(TranscriptNotFoundError, CaptionsStandError):
        transcript = _get(session, episode_id)
        transcript.state, transcript.note = TranscriptState.FAILED, reason
        transcript.updated_at = clock.now()
        request_check(session, episode_id)


def _stands(session: Session, transcript: Transcript, episode: Episode) -> bool:
    """Whether nothing has to be recognised: it is done or on its way, or the author has brought
    captions. Words that people have put right wait for the rest without a job."""
    if transcript.origin is Origin.AUTHOR:
        return fit_captions(session, transcript, episode)
    return transcript.state is not TranscriptState.QUEUED or _has_job(session, episode.id)


def _has_job(session: Session, episode_id: str) -> bool:
    waiting = select(JobRow.id).where(
        JobRow.subject == episode_id,
        JobRow.kind == transcripts_jobs.Transcribe.kind,
        JobRow.state.in_([JobState.QUEUED, JobState.RUNNING]),
    )
    return session.scalar(waiting.limit(1)) is not None


def _find_nothing(transcript: Transcript, sentence: str) -> Transcript:
    transcript.state, transcript.note = TranscriptState.NONE, sentence
    # Where there are no words, there are no rough ones.
    transcript.is_draft = False
    return transcript


def _note(transcript: Transcript, failed: int, total: int) -> str | None:
    sentences = []
    if transcript.is_draft:
        sentences.append(ROUGH_DRAFT.format(engine=transcript.engine))
    if failed:
        sentences.append(f"{failed} of {total} parts could not be recognised.")
    return " ".join(sentences) or None


def _get(session: Session, episode_id: str) -> Transcript:
    # Everybody who changes a transcript locks its episode first: so captions which the author
    # brings at this moment come before or after, and nobody waits for two locks crosswise.
    try:
        library_service.lock_episode(session, episode_id)
    except EpisodeNotFoundError as error:
        raise TranscriptNotFoundError from error
    transcript = transcripts_queries.find_transcript(session, episode_id)
    if transcript is None:
        raise TranscriptNotFoundError
    if transcript.origin is Origin.AUTHOR:
        raise CaptionsStandError
    return transcript


def _take(session: Session, episode_id: str, taker: str, *, most_ms: int) -> Sequence[Chunk]:
    transcript = _get(session, episode_id)
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


def _start_job(session: Session, episode: Episode) -> None:
    last = session.scalar(
        select(JobRow)
        .where(JobRow.subject == episode.id, JobRow.kind == transcripts_jobs.Transcribe.kind)
        .order_by(JobRow.created_at.desc(), JobRow.id)
        .limit(1)
    )
    if last is not None and last.state in {JobState.FAILED, JobState.CANCELLED}:
        job_queue.restart(session, last.id)
        return
    _put_job(session, episode.id, episode.author_id)


def _put_job(session: Session, episode_id: str, owner_id: str) -> None:
    job = transcripts_jobs.Transcribe(subject=episode_id)
    extent = media_queries.get_extent(session, media_queries.find_version(session, episode_id))
    job_queue.put(session, job, owner_id=owner_id, extent=extent)
