"""What is kept of listening: places to go on from, and a count of plays without names."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts import service as accounts_service
from mediashare.accounts.policy import Playback, Viewer
from mediashare.db import upsert
from mediashare.library import policy as library_policy
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.listening import policy as listening_policy
from mediashare.listening.models import Position


def save_position(session: Session, viewer: Viewer, episode: Episode, position: float) -> None:
    """The viewer is at this second. Nothing is kept of who wants no history, of what is hardly
    begun or as good as over, nor of what they have not gone on with for half a year."""
    now = clock.now()
    if not listening_policy.is_worth_keeping(position, episode.duration):
        forget(session, viewer, episode.id)
    elif viewer.playback.history:
        upsert.put(
            session,
            Position,
            {"user_id": viewer.id, "episode_id": episode.id},
            {"position_ms": round(position * 1000), "updated_at": now},
        )
        is_old = Position.updated_at < now - listening_policy.KEPT
        session.execute(delete(Position).where(Position.user_id == viewer.id, is_old))


def forget(session: Session, viewer: Viewer, episode_id: str) -> None:
    """The viewer does not want to go on with this episode."""
    is_this = (Position.user_id == viewer.id, Position.episode_id == episode_id)
    session.execute(delete(Position).where(*is_this))


def forget_all(session: Session, viewer: Viewer) -> None:
    """Everything that is kept of where the viewer has stopped is gone."""
    session.execute(delete(Position).where(Position.user_id == viewer.id))


def change_playback(session: Session, viewer: Viewer, playback: Playback) -> None:
    """How the viewer wants to play; who wants no history any more has none."""
    accounts_service.change_playback(session, viewer, playback)
    if not playback.history:
        forget_all(session, viewer)


def count_play(session: Session, viewer: Viewer, episode: Episode) -> None:
    """Somebody has played it; authors do not count, nor what others can't see."""
    if library_policy.is_open(episode) and not library_policy.is_author(viewer, episode):
        library_service.record_play(session, episode.id)
