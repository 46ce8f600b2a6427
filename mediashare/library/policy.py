"""What one person may do with an episode that they can see."""

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.library.models import Episode, EpisodeState


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


def is_open(episode: Episode) -> bool:
    """Published, playable and not hidden: others can be here too."""
    return (
        episode.state is EpisodeState.READY
        and episode.published_at is not None
        and episode.hidden_at is None
    )
