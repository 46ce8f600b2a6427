"""Job transcript: recognise what is said in an episode, chunk by chunk."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.transcripts import jobs as transcripts_jobs
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Chunk
from workers.context import Context
from workers.recognition import (
    PLANNED,
    Run,
    carry_out,
    fenced,
    hear_language,
    listens_for,
    planned,
    unknown_language,
    work_through,
)
from workers.tools.speech.port import UNDETERMINED


def run(context: Context, job: transcripts_jobs.Transcribe) -> None:
    """Recognise what is left to recognise; a house without a recogniser says so and goes on."""
    carry_out(context, job.subject, _listen)


def failed(session: Session, job: transcripts_jobs.Transcribe, sentence: str) -> None:
    """The page says why there is no transcript."""
    transcripts_service.fail(session, job.subject, sentence)


def _listen(run: Run) -> str | None:
    """Recognise every chunk that is not done; the reason if there is nothing to recognise."""
    chunks = planned(run)
    if not chunks:
        return None
    language = _language(run, chunks)
    if language is None:
        return unknown_language(_said_language(run))
    with fenced(run.context, PLANNED) as session:
        transcripts_service.share_out(session, run.episode_id)
    work_through(run, language)
    return None


def _language(run: Run, chunks: Sequence[Chunk]) -> str | None:
    """The language to listen for: the author's word, else the one heard in an earlier attempt,
    else what the engine hears now; None when the engine does not know it."""
    said = _said_language(run)
    known = listens_for(run, said)
    if said is None and known is None:
        said = known = hear_language(run, chunks)
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
