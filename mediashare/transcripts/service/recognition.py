"""Recognition of speech: asked for, begun, kept chunk by chunk, concluded, tried again."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.jobs import queue as job_queue
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
from mediashare.transcripts.service.following import forget_cut

ROUGH_DRAFT = "Rough draft, made by {engine}: many words are wrong, but it helps to search."
NO_SPEECH = "No speech was found."


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
    """A sentence or breath as a recogniser heard it."""

    start_ms: int
    end_ms: int
    text: str
    words: Sequence[SpokenWord] = ()
    confidence: float | None = None
    is_suspect: bool = False
    heard: str | None = None


def request_recognition(session: Session, episode_id: str, owner_id: str) -> None:
    """Have the speech of a playable episode recognised, unless the author has brought captions
    for it, or recognition is on its way or done."""
    episode = library_service.lock_episode(session, episode_id)
    transcript = transcripts_queries.find_transcript(session, episode_id)
    if transcript is not None:
        if transcript.origin is Origin.RECOGNISER or fit_captions(session, transcript, episode):
            return
        session.delete(transcript)
        session.flush()
    session.add(Transcript(episode_id=episode_id))
    _put_job(session, episode_id, owner_id)


def retry(session: Session, episode: Episode) -> Transcript:
    """Try recognition again where it failed, left gaps, found nothing or was rough."""
    library_service.lock_episode(session, episode.id)
    transcript = transcripts_queries.find_transcript(session, episode.id)
    if transcript is None:
        raise TranscriptNotFoundError
    if transcript.state in {TranscriptState.QUEUED, TranscriptState.RUNNING}:
        raise AlreadyRecognisingError
    gaps = transcripts_queries.list_gaps(session, transcript.id)
    if not transcripts_policy.may_retry(transcript, has_gaps=bool(gaps)):
        raise NothingToRetryError
    for chunk in gaps:
        chunk.state, chunk.error = ChunkState.PLANNED, None
    transcript.state, transcript.note = TranscriptState.QUEUED, None
    transcript.updated_at = clock.now()
    _start_job(session, episode)
    return transcript


def begin(session: Session, episode_id: str, choice: EngineChoice) -> Transcript:
    """Recognition starts, or goes on where an earlier attempt of the same recogniser stopped.

    Raises CaptionsStandError when the author has brought captions meanwhile.
    """
    transcript = _get(session, episode_id)
    if (transcript.engine, transcript.model) != (choice.engine, choice.model):
        forget_cut(session, transcript)
        session.execute(delete(Segment).where(Segment.transcript_id == transcript.id))
        session.execute(delete(Chunk).where(Chunk.transcript_id == transcript.id))
        transcript.language = None
    transcript.state = TranscriptState.RUNNING
    transcript.engine, transcript.model = choice.engine, choice.model
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


def keep_chunk(
    session: Session, episode_id: str, position: int, segments: Iterable[SpokenSegment]
) -> None:
    """Keep what was heard in one chunk in place of what an earlier attempt has heard there."""
    transcript = _get(session, episode_id)
    session.execute(
        delete(Segment).where(Segment.transcript_id == transcript.id, Segment.chunk == position)
    )
    session.add_all(_segment(transcript, position, spoken) for spoken in segments)
    _settle(session, transcript, position, ChunkState.DONE, None)


def lose_chunk(session: Session, episode_id: str, position: int, reason: str) -> None:
    """One chunk could not be recognised: a gap that is shown, in a transcript that goes on."""
    transcript = _get(session, episode_id)
    _settle(session, transcript, position, ChunkState.FAILED, reason)


def conclude(session: Session, episode_id: str, *, nothing: str | None = None) -> Transcript:
    """Recognition is over: `none` with the sentence `nothing`, else ready, or failed when not a
    single chunk could be recognised."""
    transcript = _get(session, episode_id)
    transcript.updated_at = clock.now()
    if nothing is not None:
        return _find_nothing(transcript, nothing)
    chunks = transcripts_queries.list_chunks(session, transcript.id)
    failed = [chunk for chunk in chunks if chunk.state is ChunkState.FAILED]
    if failed and len(failed) == len(chunks):
        transcript.state, transcript.note = TranscriptState.FAILED, failed[0].error
        return transcript
    spoken = session.scalar(
        select(Segment.id).where(Segment.transcript_id == transcript.id).limit(1)
    )
    if spoken is None:
        return _find_nothing(transcript, NO_SPEECH)
    transcript.state = TranscriptState.READY
    transcript.note = _note(transcript, len(failed), len(chunks))
    return transcript


def fail(session: Session, episode_id: str, reason: str) -> None:
    """Recognition was given up, for a reason that the author reads; what was heard is kept."""
    with contextlib.suppress(TranscriptNotFoundError, CaptionsStandError):
        transcript = _get(session, episode_id)
        transcript.state, transcript.note = TranscriptState.FAILED, reason
        transcript.updated_at = clock.now()


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


def _settle(
    session: Session, transcript: Transcript, position: int, state: ChunkState, error: str | None
) -> None:
    session.execute(
        update(Chunk)
        .where(Chunk.transcript_id == transcript.id, Chunk.position == position)
        .values(state=state, error=error)
    )


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
