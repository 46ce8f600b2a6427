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
from mediashare.transcripts.policy import MULTIPLE
from workers.context import Context
from workers.recognition import (
    PLANNED,
    Expected,
    Run,
    carry_out,
    fenced,
    hear_language,
    listens_for,
    planned,
    standard,
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
    expected = _expect(run, chunks)
    if expected is None:
        return unknown_language(_said_language(run))
    with fenced(run.context, PLANNED) as session:
        transcripts_service.share_out(session, run.episode_id)
    work_through(run, expected)
    return None


def _expect(run: Run, chunks: Sequence[Chunk]) -> Expected | None:
    """The language to listen for. The author's word counts for all of a recording; without it, or
    where that says `mul`, for several, it is what the engine hears, in each part for itself. None
    when the engine does not know the language."""
    said = _said_language(run)
    if said is not None:
        known = listens_for(run, said)
        if known is not None:
            _note_language(run, said, is_heard=False)
        return Expected(known) if known else None
    only = listens_for(run, None)
    if only is not None:
        # What an engine hears in everything says nothing about the episode.
        return Expected(only)
    if not run.host.languages(run.context.cancelled):
        # It says so itself with each part, and asking it beforehand costs as much.
        _note_language(run, None, is_heard=True)
        return Expected(UNDETERMINED, may_differ=True)
    before = _heard_language(run)
    heard = (listens_for(run, before) if before else None) or hear_language(run, chunks)
    _note_language(run, standard(heard), is_heard=True)
    return Expected(heard, may_differ=True)


def _said_language(run: Run) -> str | None:
    """What the author has said; None for nothing, or for several."""
    heard = _heard_language(run)
    with run.context.database.reading() as session:
        said = session.scalar(select(Episode.language).where(Episode.id == run.episode_id))
    return None if said in {MULTIPLE, heard} else said


def _heard_language(run: Run) -> str | None:
    """What was heard in an earlier attempt."""
    with run.context.database.reading() as session:
        found = transcripts_queries.find_transcript(session, run.episode_id)
    return found.language if found and found.is_language_heard else None


def _note_language(run: Run, language: str | None, *, is_heard: bool) -> None:
    with fenced(run.context, PLANNED) as session:
        transcripts_service.find_language(session, run.episode_id, language, is_heard=is_heard)
        if language is not None:
            library_service.set_language(session, run.episode_id, language)
