"""How comments look in the API."""

from typing import Any

from mediashare.accounts.policy import Viewer
from mediashare.discussion import policy
from mediashare.discussion.models import Comment, Unplayed
from mediashare.library import views as library_views
from mediashare.web import markdown
from mediashare.web.json_api import iso
from mediashare.web.rendering import clock_time

NOTES = {
    Unplayed.CUT: "About a part that was cut, {at} in the recording",
    Unplayed.EARLIER: "About an earlier recording, {at} in it",
    Unplayed.LATER: "About a later recording, {at} in it",
}


def comment_json(comment: Comment, viewer: Viewer) -> dict[str, Any]:
    """A comment with its author and episode loaded; without words where the viewer may not read
    them, and then without a name as well."""
    readable = policy.may_read_words(viewer, comment)
    return {
        "id": comment.id,
        "episode_id": comment.episode_id,
        "parent_id": comment.parent_id,
        "url": f"{library_views.episode_url(comment.episode)}#comment-{comment.id}",
        "state": _state(comment),
        "author": library_views.person_json(comment.author) if readable else None,
        "body": comment.body if readable else "",
        "html": markdown.render(comment.body) if readable else "",
        "start": comment.start,
        "end": comment.end,
        "note": moment_note(comment),
        "created_at": iso(comment.created_at),
        "edited_at": iso(comment.edited_at),
    }


def moment_note(comment: Comment) -> str | None:
    """What is said of a moment that is not played at present; None of all others."""
    if comment.unplayed is None:
        return None
    return NOTES[comment.unplayed].format(at=clock_time(comment.recorded_start or 0))


def _state(comment: Comment) -> str:
    if comment.deleted_at is not None:
        return "deleted"
    return "hidden" if comment.hidden_at is not None else "shown"
