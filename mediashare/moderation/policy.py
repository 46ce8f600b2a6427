"""Who moderates, and how often people may report."""

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer

REPORT_LIMIT = "20 per hour"


def may_moderate(viewer: Viewer) -> bool:
    """Moderators and admins see the queue; what they may read, `library_queries` decides."""
    return accounts_policy.is_moderator(viewer)
