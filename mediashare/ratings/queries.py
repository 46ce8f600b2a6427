"""Look up what people said about episodes."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
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
    """What the viewer said about each of these episodes, in two queries however many they are."""
    ratings = session.scalars(
        select(Rating).where(Rating.user_id == viewer.id, Rating.episode_id.in_(episode_ids))
    )
    outcomes = session.scalars(
        select(Outcome).where(Outcome.user_id == viewer.id, Outcome.episode_id.in_(episode_ids))
    )
    stars = {rating.episode_id: rating.stars for rating in ratings}
    said = {outcome.episode_id: (outcome.verdict, outcome.note) for outcome in outcomes}
    return {ident: Mine(stars.get(ident), *said.get(ident, ())) for ident in episode_ids}
