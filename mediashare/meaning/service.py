"""Keeps vectors of what is said: asked for when words change, made by a worker, kept here."""

import secrets

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.meaning import queries as meaning_queries
from mediashare.meaning.jobs import EmbedTranscripts
from mediashare.meaning.models import Meaning, MeaningVectors

# What the index and both databases keep as a number.
STAMP_BITS = 63


def request_vectors(session: Session, model: str) -> None:
    """Have vectors made where words have none of their own, unless that is on its way."""
    asked = select(JobRow.id).where(
        JobRow.kind == EmbedTranscripts.kind,
        JobRow.state.in_([JobState.QUEUED, JobState.RUNNING]),
    )
    if session.scalar(asked.limit(1)) is None and meaning_queries.list_due(session, model, 1):
        job_queue.put(session, EmbedTranscripts())


def keep_vectors(
    session: Session, due: meaning_queries.Due, model: str, spans: bytes, vectors: bytes
) -> None:
    """These are the vectors of the words that `due` was read with. Where other words stand there
    by now, they are soon made anew; until then nobody is shown these."""
    counted = session.execute(
        update(Meaning)
        .where(Meaning.episode_id == due.episode_id)
        .values(
            embedded=due.revision,
            model=model,
            stamp=secrets.randbits(STAMP_BITS),
            stretches=len(spans) // meaning_queries.SPAN,
        )
        .returning(Meaning.episode_id)
    ).first()
    session.execute(delete(MeaningVectors).where(MeaningVectors.episode_id == due.episode_id))
    if counted is not None and spans:
        session.add(MeaningVectors(episode_id=due.episode_id, spans=spans, vectors=vectors))
