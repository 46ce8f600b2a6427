"""What people do with ratings: give stars, say what came of it, take either back."""

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.library import policy as library_policy
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.ratings.errors import NotOpenError, OwnEpisodeError
from mediashare.ratings.models import Outcome, Rating, Verdict


def rate(session: Session, viewer: Viewer, episode: Episode, stars: int) -> None:
    """One person gives one episode 1 to 5 stars; whoever rates again replaces their stars."""
    library_service.lock_episode(session, episode.id)
    _check_may_rate(viewer, episode)
    mine = session.get(Rating, (episode.id, viewer.id))
    if mine is None:
        session.add(Rating(episode_id=episode.id, user_id=viewer.id, stars=stars))
        library_service.record_rating(session, episode.id, stars=stars, count=1)
    else:
        library_service.record_rating(session, episode.id, stars=stars - mine.stars, count=0)
        mine.stars = stars


def unrate(session: Session, viewer: Viewer, episode: Episode) -> None:
    """Stars can be taken back at any time; where there are none, nothing happens."""
    library_service.lock_episode(session, episode.id)
    mine = session.get(Rating, (episode.id, viewer.id))
    if mine is not None:
        library_service.record_rating(session, episode.id, stars=-mine.stars, count=-1)
        session.delete(mine)


def set_outcome(
    session: Session, viewer: Viewer, episode: Episode, verdict: Verdict, note: str = ""
) -> None:
    """One person says what came of one episode; whoever says it again replaces what they said."""
    library_service.lock_episode(session, episode.id)
    _check_may_rate(viewer, episode)
    mine = session.get(Outcome, (episode.id, viewer.id))
    if mine is None:
        mine = Outcome(episode_id=episode.id, user_id=viewer.id)
        session.add(mine)
    else:
        library_service.record_outcome(session, episode.id, _counter(mine.verdict), -1)
    mine.verdict, mine.note = verdict, note
    library_service.record_outcome(session, episode.id, _counter(verdict), 1)


def clear_outcome(session: Session, viewer: Viewer, episode: Episode) -> None:
    """An outcome can be taken back at any time; where there is none, nothing happens."""
    library_service.lock_episode(session, episode.id)
    mine = session.get(Outcome, (episode.id, viewer.id))
    if mine is not None:
        library_service.record_outcome(session, episode.id, _counter(mine.verdict), -1)
        session.delete(mine)


def _check_may_rate(viewer: Viewer, episode: Episode) -> None:
    if library_policy.is_author(viewer, episode):
        raise OwnEpisodeError
    if not library_policy.may_rate(viewer, episode):
        raise NotOpenError


def _counter(verdict: Verdict) -> str:
    return f"{verdict.value}_count"
