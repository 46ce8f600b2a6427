"""What one person may do with a comment that they know of, and how often."""

from dataclasses import dataclass

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.discussion.models import Comment, Unplayed
from mediashare.media.policy import Change

POST_LIMIT = "30 per 5 minutes"


@dataclass(frozen=True)
class Placed:
    """Where the moment of a comment is played now, or why it is not."""

    unplayed: Unplayed | None = None
    start_ms: int | None = None
    end_ms: int | None = None


def place_moment(change: Change, start_ms: int, end_ms: int | None) -> Placed:
    """Where a moment of the recording is played now; of one that is partly cut off, the rest."""
    begin = change.now.played_ms(start_ms)
    if end_ms is None:
        is_played = 0 <= begin <= change.length_ms
        return Placed(None, begin) if is_played else Placed(Unplayed.CUT)
    begin, end = max(0, begin), min(change.now.played_ms(end_ms), change.length_ms)
    return Placed(None, begin, end) if begin < end else Placed(Unplayed.CUT)


def is_author(viewer: Viewer, comment: Comment) -> bool:
    """People own what they wrote."""
    return viewer.id is not None and viewer.id == comment.author_id


def may_read_words(viewer: Viewer, comment: Comment) -> bool:
    """Hidden words are for their author and for moderators; deleted ones are gone."""
    if comment.deleted_at is not None:
        return False
    hidden = comment.hidden_at is not None
    return not hidden or is_author(viewer, comment) or accounts_policy.is_moderator(viewer)


def may_change(viewer: Viewer, comment: Comment) -> bool:
    """Authors edit and delete their own words."""
    return (
        comment.deleted_at is None
        and is_author(viewer, comment)
        and accounts_policy.may_write(viewer)
    )
