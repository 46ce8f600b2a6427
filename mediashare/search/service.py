"""The upkeep of the index. The database keeps it by itself; this is for when the rules have changed
by which words are read, or when somebody wants to be sure."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.library.models import Episode
from mediashare.search import queries as search_queries


def list_indexable(session: Session) -> Sequence[str]:
    """The ids of all episodes, oldest first."""
    return session.scalars(select(Episode.id).order_by(Episode.created_at, Episode.id)).all()


def reindex(session: Session, episode_ids: Sequence[str]) -> None:
    """Read these episodes anew; those that are gone meanwhile are left out."""
    search_queries.choose_index(session).make(session, episode_ids)


def sweep(session: Session) -> None:
    """Remove from the index what belongs to nothing any more."""
    search_queries.choose_index(session).sweep(session)
