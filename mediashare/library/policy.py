"""What one person may do with an episode that they can see."""

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.library.models import Episode, EpisodeState

FEWEST_PLAYS = 5
LONGEST_REVIEW_DAYS = 3653


def is_author(viewer: Viewer, episode: Episode) -> bool:
    """Authors own their episodes."""
    return viewer.id is not None and viewer.id == episode.author_id


def may_edit(viewer: Viewer, episode: Episode) -> bool:
    """Authors change and delete what is theirs."""
    return is_author(viewer, episode) and accounts_policy.may_write(viewer)


def may_rate(viewer: Viewer, episode: Episode) -> bool:
    """People rate what they can play, but not their own."""
    return is_open(episode) and accounts_policy.may_write(viewer) and not is_author(viewer, episode)


def may_discuss(viewer: Viewer, episode: Episode) -> bool:
    """People discuss what they can play."""
    return is_open(episode) and accounts_policy.may_write(viewer)


def shown_plays(episode: Episode) -> int | None:
    """How often it was played, or None for so few that colleagues could guess who it was."""
    return episode.play_count if episode.play_count >= FEWEST_PLAYS else None


def is_open(episode: Episode) -> bool:
    """Published, playable and not hidden: others can be here too."""
    return (
        episode.state is EpisodeState.READY
        and episode.published_at is not None
        and episode.hidden_at is None
    )
