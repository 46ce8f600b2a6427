"""Who may follow what is done behind an episode."""

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.library import policy as library_policy
from mediashare.library.models import Episode


def may_see_steps(viewer: Viewer, episode: Episode) -> bool:
    """Authors follow the processing of their own, admins that of all that they may see."""
    return library_policy.is_author(viewer, episode) or accounts_policy.is_admin(viewer)
