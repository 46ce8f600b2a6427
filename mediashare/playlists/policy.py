"""Who may do what with playlists, and how many there may be."""

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.library.models import Audience
from mediashare.playlists.models import Playlist

RATE = "120 per minute"
MOST_PLAYLISTS, MOST_ITEMS = 100, 200
# Whom one can show a list to; each is a word of the library's own.
AUDIENCES = (Audience.PRIVATE, Audience.GROUP, Audience.INTERNAL)


def is_owner(viewer: Viewer, playlist: Playlist) -> bool:
    """Whose list it is."""
    return viewer.id is not None and viewer.id == playlist.owner_id


def may_change(viewer: Viewer, playlist: Playlist) -> bool:
    """Owners change their lists, and nobody else, whatever they tend."""
    return accounts_policy.may_write(viewer) and is_owner(viewer, playlist)


def may_show_to(viewer: Viewer, audience: Audience) -> bool:
    """Guests show their lists to the groups that they were invited to, and to nobody else."""
    return audience is not Audience.INTERNAL or accounts_policy.is_member(viewer)
