"""Job transcript: recognise what is said in an episode, chunk by chunk."""

import logging
from collections.abc import Sequence

import langcodes
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.transcripts import jobs as transcripts_jobs
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.errors import CaptionsStandError, TranscriptNotFoundError
from mediashare.transcripts.models import Chunk
from workers.context import Context
from workers.recognition import (
    HOSTS,
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

# How far the job is when the sound is there, and when it is known where somebody speaks.
EXTRACTED, PLANNED = 0.05, 0.1
# Music and greetings at the start are often in another language than what follows.
VOTERS = (0.15, 0.5, 0.85)
# How often a job that has nothing left to take looks whether its helpers are done.
LOOK_EVERY_S = 0.5

NO_ENGINE = "Speech is not recognised here. Admins find the reason on the health page."
NO_SOUND = "This recording has no sound."
UNKNOWN_LANGUAGE = "The speech recogniser of this site does not know the language {language}."


def run(context: Context, job: transcripts_jobs.Transcribe) -> None:
    """Recognise what is left to recognise; a house without a recogniser says so and goes on."""
    try:
        _recognise(context, job.subject)
    except (CaptionsStandError, TranscriptNotFoundError):
        # The author has brought captions or taken the episode back: there is nothing left to do.
        with context.finishing():
            log.info("recognition of episode %s is not wanted any more", job.subject)


def failed(session: Session, job: transcripts_jobs.Transcribe, sentence: str) -> None:
    """The page says why there is no transcript."""
    transcripts_service.fail(session, job.subject, sentence)


def _recognise(context: Context, episode_id: str) -> None:
    choice = transcripts_policy.choose_engine(context.settings)
    log.info("%s", choice.reason)
    with fenced(context, 0.0) as session:
        transcripts_service.begin(session, episode_id, choice)
    track = find_track(context, episode_id)
    nothing = None if choice.engine else NO_ENGINE
    if track is None:
        nothing = nothing or NO_SOUND
    elif nothing is None:
        samples = extract(context, track)
        with HOSTS.borrow(choice, context.settings.asr_device) as host:
            terms = find_terms(context, episode_id)
            nothing = _listen(Run(context, episode_id, host, samples, glossary=terms))
    with context.finishing() as session:
        transcripts_service.conclude(session, episode_id, nothing=nothing)


def _listen(run: Run) -> str | None:
    """Recognise every chunk that is not done; the reason if there is nothing to recognise."""
    chunks = _planned(run)
    if not chunks:
        return None
    language = _language(run, chunks)
    if language is None:
        return _unknown_language(run)
    with fenced(run.context, PLANNED) as session:
        transcripts_service.share_out(session, run.episode_id)
    run.context.go_on_from(_how_far(run))
    while _is_anything_left(run):
        for chunk in _take(run):
            recognise(run, chunk, language, _how_far(run, chunk.end_ms - chunk.start_ms))
    return None


def _take(run: Run) -> Sequence[Chunk]:
    """The next chunk to recognise; none while the helpers have all that is left."""
    with fenced(run.context, _how_far(run)) as session:
        taken = transcripts_service.take_chunk(session, run.episode_id, run.context.job_id)
    if not taken:
        run.context.cancelled.wait(LOOK_EVERY_S)
    return taken


def _is_anything_left(run: Run) -> bool:
    with run.context.database.reading() as session:
        return transcripts_queries.measure_work(session, run.episode_id).left_ms > 0


def _how_far(run: Run, more_ms: int = 0) -> float:
    """How far the job is, or will be when so much more speech is recognised."""
    with run.context.database.reading() as session:
        work = transcripts_queries.measure_work(session, run.episode_id)
    return PLANNED + (1 - PLANNED) * work.after(more_ms)


def _planned(run: Run) -> Sequence[Chunk]:
    with run.context.database.reading() as session:
        transcript = transcripts_queries.find_transcript(session, run.episode_id)
        if transcript is None:
            raise TranscriptNotFoundError
        chunks = transcripts_queries.list_chunks(session, transcript.id)
        if chunks:
            return chunks
    run.context.progress(EXTRACTED)
    share = PLANNED - EXTRACTED
    spans = run.host.plan(
        run.sound,
        run.context.cancelled,
        lambda part: run.context.progress(EXTRACTED + share * part),
    )
    with fenced(run.context, PLANNED) as session:
        transcripts_service.plan(session, run.episode_id, spans)
    faults.point("transcript.planned")
    with run.context.database.reading() as session:
        return transcripts_queries.list_chunks(session, transcript.id)


def _language(run: Run, chunks: Sequence[Chunk]) -> str | None:
    """The language to listen for: the author's word, else the one heard in an earlier attempt,
    else what the engine hears now; None when the engine does not know it."""
    said = _said_language(run)
    known = listens_for(run, said)
    if said is None and known is None:
        voters = [chunks[int(len(chunks) * place)] for place in VOTERS]
        spans = sorted({(chunk.start_ms, chunk.end_ms) for chunk in voters})
        said = known = run.host.detect_language(run.sound, spans, run.context.cancelled)
    if known is not None and said is not None and said != UNDETERMINED:
        # What an engine hears in everything says nothing about the episode.
        _note_language(run, said)
    return known


def _said_language(run: Run) -> str | None:
    with run.context.database.reading() as session:
        said = session.scalar(select(Episode.language).where(Episode.id == run.episode_id))
        transcript = transcripts_queries.find_transcript(session, run.episode_id)
    return said or (transcript.language if transcript else None)


def _note_language(run: Run, language: str) -> None:
    with fenced(run.context, PLANNED) as session:
        transcripts_service.find_language(session, run.episode_id, language)
        library_service.set_language(session, run.episode_id, language)


def _unknown_language(run: Run) -> str:
    said = _said_language(run) or "und"
    return UNKNOWN_LANGUAGE.format(language=langcodes.Language.get(said).display_name())
