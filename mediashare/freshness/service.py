"""Say that an episode is still true, and remind authors when that has to be looked at again."""

from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.errors import NotAllowedError
from mediashare.freshness import policy
from mediashare.library import queries as library_queries
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.notifications import service as notifications_service
from mediashare.sentences import said


def confirm(session: Session, viewer: Viewer, episode_id: str) -> Episode:
    """Somebody who answers for it has looked: it is still true."""
    episode = library_queries.get_episode(session, viewer, episode_id)
    is_steward = library_queries.tends(session, viewer, episode)
    if not policy.may_confirm(viewer, episode, is_steward=is_steward):
        raise NotAllowedError
    library_service.lock_episode(session, episode.id)
    library_service.mark_checked(episode)
    return episode


def remind(session: Session, episode_id: str) -> None:
    """Tell the author once that the review is due, unless somebody was quicker."""
    episode = library_service.lock_episode(session, episode_id)
    if episode.review_told_at is not None or not policy.is_due(episode):
        return
    episode.review_told_at = clock.now()
    text = said("Is “%(title)s” still true? Its review is due.", title=episode.title)
    notifications_service.notify(session, episode.author_id, "review_due", text, episode.path)
