"""Job translation: put what is said in an episode into English, chunk by chunk."""

from sqlalchemy.orm import Session

from mediashare.sentences import said
from mediashare.transcripts import jobs as transcripts_jobs
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.policy import ENGLISH
from workers.context import Context
from workers.recognition import (
    Expected,
    Run,
    carry_out,
    hear_language,
    listens_for,
    planned,
    unknown_language,
    work_through,
)

NO_TRANSLATOR = said("The speech recogniser of this site does not translate.")


def run(context: Context, job: transcripts_jobs.Translate) -> None:
    """Translate what is left to translate; a house without a translator says so and goes on."""
    carry_out(context, job.subject, _listen, ENGLISH)


def failed(session: Session, job: transcripts_jobs.Translate, sentence: str) -> None:
    """The page says why there is no translation."""
    transcripts_service.fail(session, job.subject, sentence, ENGLISH)


def _listen(run: Run) -> str | None:
    if not run.host.translates(run.context.cancelled):
        return NO_TRANSLATOR
    chunks = planned(run)
    if not chunks:
        return None
    with run.context.database.reading() as session:
        spoken = transcripts_queries.find_transcript(session, run.episode_id)
    said = spoken.language if spoken else None
    language = listens_for(run, said) if said else hear_language(run, chunks)
    if language is None:
        return unknown_language(said)
    work_through(run, Expected(language, may_differ=bool(spoken and spoken.is_language_heard)))
    return None
