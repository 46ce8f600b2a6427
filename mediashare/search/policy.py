"""How often one person may search, and who is told how results are ordered."""

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer

# Typing fast in a field that searches along is far below this; copying the library by search is
# not.
RATE_LIMIT = "120 per minute"
SUGGESTION_LIMIT = "240 per minute"


def may_see_points(viewer: Viewer) -> bool:
    """Admins may ask why a result stands where it stands."""
    return accounts_policy.is_admin(viewer)
