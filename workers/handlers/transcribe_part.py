"""Job transcript_part: help with the recognition of a long recording."""

import logging
from collections.abc import Sequence

from mediashare.transcripts import jobs as transcripts_jobs
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.errors import CaptionsStandError, TranscriptNotFoundError
from mediashare.transcripts.models import Chunk, TranscriptState
from mediashare.transcripts.policy import EngineChoice
from workers.context import Context
from workers.recognition import (
    HOSTS,
    Expected,
    Run,
    extract,
    fenced,
    find_terms,
    find_track,
    listens_for,
    recognise,
)
from workers.tools.speech.port import UNDETERMINED

log = logging.getLogger(__name__)


def run(context: Context, job: transcripts_jobs.TranscribePart) -> None:
    """Recognise some minutes of what nobody else has taken; the job `transcript` waits for it."""
    choice = transcripts_policy.choose_engine(context.settings)
    try:
        if _is_wanted(context, job.subject, choice):
            _help(context, job.subject, choice)
    except (CaptionsStandError, TranscriptNotFoundError):
        log.info("help with episode %s is not wanted any more", job.subject)


def _is_wanted(context: Context, episode_id: str, choice: EngineChoice) -> bool:
    """Whether recognition goes on, and with the recogniser of this worker."""
    with context.database.reading() as session:
        transcript = transcripts_queries.find_transcript(session, episode_id)
    return (
        transcript is not None
        and transcript.state is TranscriptState.RUNNING
        and choice.has_made(transcript)
    )


def _help(context: Context, episode_id: str, choice: EngineChoice) -> None:
    track = find_track(context, episode_id)
    chunks = _take(context, episode_id) if track else ()
    if track is None or not chunks:
        return
    start_ms, end_ms = chunks[0].start_ms, chunks[-1].end_ms
    samples = extract(context, track, (start_ms, end_ms))
    with HOSTS.borrow(choice, context.settings.asr_device) as host:
        terms = find_terms(context, episode_id)
        run = Run(context, episode_id, host, samples, start_ms, terms)
        expected = _expect(run)
        for number, chunk in enumerate(chunks, 1):
            if expected is not None:
                recognise(run, chunk, expected, number / len(chunks))


def _take(context: Context, episode_id: str) -> Sequence[Chunk]:
    with fenced(context, 0.0) as session:
        return transcripts_service.take_part(session, episode_id, context.job_id)


def _expect(run: Run) -> Expected | None:
    """The language to listen for, as the job that is helped has found it."""
    with run.context.database.reading() as session:
        transcript = transcripts_queries.find_transcript(session, run.episode_id)
    if transcript is None:
        return None
    may_differ = transcript.is_language_heard
    if may_differ and transcript.language is None:
        return Expected(UNDETERMINED, may_differ=True)
    language = listens_for(run, transcript.language)
    return Expected(language, may_differ) if language else None
