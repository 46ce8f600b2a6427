"""Which transcripts wait for vectors, which vectors are those of the words that stand now."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from mediashare.db.given import given_ids
from mediashare.library.models import Episode
from mediashare.meaning.models import Meaning, MeaningVectors
from mediashare.transcripts.models import Transcript, TranscriptState

# Bytes that say when a stretch begins and ends.
SPAN = 8
LOADED_AT_ONCE = 200
UNSETTLED = (TranscriptState.QUEUED, TranscriptState.RUNNING)


@dataclass(frozen=True, slots=True)
class Due:
    """An episode whose vectors are to be made, and the revision that they will be of."""

    episode_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class Kept:
    """The vectors of an episode as they are stored, and their stamp."""

    episode_id: str
    stamp: int
    spans: bytes
    vectors: bytes


def list_due(session: Session, model: str, limit: int) -> Sequence[Due]:
    """Some episodes whose vectors are not those of their words by this model; those whose speech
    is being recognised are left alone until that is over."""
    rows = session.execute(
        select(Meaning.episode_id, Meaning.revision)
        .outerjoin(
            Transcript, and_(Transcript.episode_id == Meaning.episode_id, Transcript.is_primary)
        )
        .where(
            or_(Meaning.embedded.is_distinct_from(Meaning.revision), Meaning.model != model),
            or_(Transcript.id.is_(None), Transcript.state.not_in(UNSETTLED)),
        )
        .order_by(Meaning.episode_id)
        .limit(limit)
    )
    return [Due(*row) for row in rows]


def list_current(
    session: Session, model: str, episode_ids: Collection[str] | None = None
) -> Mapping[str, int]:
    """Every episode, or every one of these, whose vectors are those of its words, and the stamp of
    these."""
    query = select(Meaning.episode_id, Meaning.stamp).where(_holds(model))
    if episode_ids is not None:
        query = query.where(Meaning.episode_id.in_(given_ids(session, episode_ids)))
    rows = session.execute(query)
    return {ident: stamp for ident, stamp in rows if stamp is not None}


def list_findable(
    session: Session, episode_ids: Sequence[str] | None, conditions: Sequence[ColumnElement[bool]]
) -> set[str]:
    """Those of these episodes, or of all, that fulfil the conditions on `Episode`."""
    # In one row: there may be thousands.
    query = select(func.aggregate_strings(Episode.id, " ")).where(*conditions)
    if episode_ids is not None:
        query = query.where(Episode.id.in_(given_ids(session, episode_ids)))
    return set((session.scalar(query) or "").split())


def load(session: Session, episode_ids: Sequence[str]) -> Iterator[Kept]:
    """The vectors of these episodes, some at a time."""
    for first in range(0, len(episode_ids), LOADED_AT_ONCE):
        rows = session.execute(
            select(
                Meaning.episode_id,
                func.coalesce(Meaning.stamp, 0),
                MeaningVectors.spans,
                MeaningVectors.vectors,
            )
            .join(MeaningVectors, MeaningVectors.episode_id == Meaning.episode_id)
            .where(Meaning.episode_id.in_(episode_ids[first : first + LOADED_AT_ONCE]))
        )
        for row in rows.all():
            yield Kept(*row)


def _holds(model: str) -> ColumnElement[bool]:
    return and_(Meaning.embedded == Meaning.revision, Meaning.model == model, Meaning.stretches > 0)
