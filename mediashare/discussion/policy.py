"""What one person may do with a comment that they know of, and how often."""

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.discussion.models import Comment

POST_LIMIT = "30 per 5 minutes"


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
