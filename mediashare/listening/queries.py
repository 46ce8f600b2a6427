"""Find where somebody has stopped: they themselves, and nobody else."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, contains_eager

from mediashare.accounts.policy import Viewer
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode, EpisodeState
from mediashare.listening.models import Position

SHOWN = 4


def list_begun(session: Session, viewer: Viewer, page: PageRequest) -> Page[Position]:
    """What the viewer has begun and may still see, last heard first, with what cards show."""
    episode = contains_eager(Position.episode)
    cards = (episode.joinedload(Episode.author), episode.selectinload(Episode.tags))
    query = _begun(viewer).options(*cards)
    return page_by_time(session, query, page, time=Position.updated_at, ident=Position.episode_id)


def list_latest_begun(session: Session, viewer: Viewer) -> Sequence[Position]:
    """The first few of them, with nothing but their episodes."""
    query = _begun(viewer).options(contains_eager(Position.episode))
    return session.scalars(query.order_by(Position.updated_at.desc()).limit(SHOWN)).all()


def add_position(query: Select[*tuple[Any, ...]], viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """The same query of episodes, with the `position_ms` at which the viewer has stopped."""
    is_own = and_(Position.episode_id == Episode.id, Position.user_id == viewer.id)
    return query.outerjoin(Position, is_own).add_columns(Position.position_ms)


def _begun(viewer: Viewer) -> Select[Position]:
    return (
        select(Position)
        .join(Position.episode)
        .where(
            Position.user_id == viewer.id,
            Episode.state == EpisodeState.READY,
            library_queries.readable_by(viewer),
        )
    )
