"""Who may say that an episode is still true, and when it is to be looked at again."""

from datetime import datetime

from mediashare import clock
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.library import policy as library_policy
from mediashare.library.models import Episode

CONFIRM_LIMIT = "30 per minute"


def may_confirm(viewer: Viewer, episode: Episode, *, is_steward: bool) -> bool:
    """Authors, stewards of the groups that an episode is for, and moderators vouch for what others
    can see."""
    entitled = (
        library_policy.is_author(viewer, episode)
        or is_steward
        or accounts_policy.is_moderator(viewer)
    )
    return entitled and accounts_policy.may_write(viewer) and library_policy.is_open(episode)


def is_due(episode: Episode) -> bool:
    """The day has come by which somebody was to look at it again."""
    return episode.review_by is not None and episode.review_by <= clock.now().date()


def is_worth_asking(episode: Episode) -> bool:
    """What was published or checked today needs no new word on it, unless its review is due."""
    known = [moment for moment in (episode.published_at, episode.checked_at) if moment is not None]
    return is_due(episode) or (bool(known) and _is_past(max(known)))


def _is_past(moment: datetime) -> bool:
    return moment.date() < clock.now().date()
