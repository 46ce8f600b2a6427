"""Puts the jobs of recognition and translation, one of each kind at a time."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.media import queries as media_queries
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.jobs import Transcribe, Translate
from mediashare.transcripts.models import Origin, Transcript, TranscriptState
from mediashare.transcripts.policy import ENGLISH


def has_job(session: Session, episode_id: str, kind: type[Transcribe] = Transcribe) -> bool:
    """Whether such a job waits or runs."""
    waiting = select(JobRow.id).where(
        JobRow.subject == episode_id,
        JobRow.kind == kind.kind,
        JobRow.state.in_([JobState.QUEUED, JobState.RUNNING]),
    )
    return session.scalar(waiting.limit(1)) is not None


def put_job(
    session: Session, episode_id: str, owner_id: str, kind: type[Transcribe] = Transcribe
) -> None:
    """Put such a job about what is played of an episode."""
    extent = media_queries.get_extent(session, media_queries.find_version(session, episode_id))
    job_queue.put(session, kind(subject=episode_id), owner_id=owner_id, extent=extent)


def start_job(session: Session, episode_id: str, kind: type[Transcribe] = Transcribe) -> None:
    """Have the work done again: by the last such job where that has failed or was stopped."""
    last = session.scalar(
        select(JobRow)
        .where(JobRow.subject == episode_id, JobRow.kind == kind.kind)
        .order_by(JobRow.created_at.desc(), JobRow.id)
        .limit(1)
    )
    if last is not None and last.state in {JobState.FAILED, JobState.CANCELLED}:
        job_queue.restart(session, last.id)
        return
    put_job(session, episode_id, media_queries.get_owner_id(session, episode_id), kind)


def start_translation(session: Session, episode_id: str) -> None:
    """Let a translation begin that waits until nothing more becomes known of what is spoken. Where
    that turned out to be English, there is nothing to translate. The caller has locked the
    episode."""
    session.flush()
    waiting = transcripts_queries.find_transcript(session, episode_id, ENGLISH)
    if waiting is None or not _waits(waiting):
        return
    spoken = transcripts_queries.find_transcript(session, episode_id)
    if spoken is None or not transcripts_policy.is_settled(spoken):
        return
    if transcripts_policy.is_english(spoken):
        session.delete(waiting)
    elif not has_job(session, episode_id, Translate):
        put_job(session, episode_id, media_queries.get_owner_id(session, episode_id), Translate)


def _waits(transcript: Transcript) -> bool:
    is_translation = transcript.origin is Origin.TRANSLATION
    return is_translation and transcript.state is TranscriptState.QUEUED
