"""Look up what people said about episodes."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.library.models import Episode
from mediashare.ratings.models import Outcome, Rating, Verdict


@dataclass(frozen=True)
class Mine:
    """What one person said about one episode; empty where they said nothing."""

    stars: int | None = None
    verdict: Verdict | None = None
    note: str = ""


def find_mine(session: Session, viewer: Viewer, episode_id: str) -> Mine:
    """What the viewer said about this episode."""
    return list_mine(session, viewer, [episode_id])[episode_id]


def list_mine(session: Session, viewer: Viewer, episode_ids: Collection[str]) -> dict[str, Mine]:
    """What the viewer said about each of these episodes, in one query however many they are."""
    rows = session.execute(add_mine(select(Episode.id).where(Episode.id.in_(episode_ids)), viewer))
    found = {row.id: mine_of(row) for row in rows}
    return {ident: found.get(ident, Mine()) for ident in episode_ids}


def add_mine(query: Select[*tuple[Any, ...]], viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """The same query of episodes, with what `mine_of` reads of each row."""
    return (
        query.outerjoin(Rating, _is_own(Rating, viewer))
        .outerjoin(Outcome, _is_own(Outcome, viewer))
        .add_columns(Rating.stars, Outcome.verdict, Outcome.note)
    )


def mine_of(row: Row[*tuple[Any, ...]]) -> Mine:
    """What the viewer said about the episode of a row."""
    return Mine(row.stars, row.verdict, row.note or "")


def _is_own(said: type[Rating | Outcome], viewer: Viewer) -> ColumnElement[bool]:
    return and_(said.episode_id == Episode.id, said.user_id == viewer.id)
