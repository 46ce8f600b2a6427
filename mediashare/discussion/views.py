"""How comments look in the API."""

from typing import Any

from mediashare.accounts.policy import Viewer
from mediashare.discussion import policy
from mediashare.discussion.models import Comment, Unplayed
from mediashare.library import views as library_views
from mediashare.sentences import said
from mediashare.web import markdown
from mediashare.web.json_api import iso
from mediashare.web.languages import translated
from mediashare.web.rendering import clock_time

NOTES = {
    Unplayed.CUT: said("About a part that was cut, %(at)s in the recording"),
    Unplayed.EARLIER: said("About an earlier recording, %(at)s in it"),
    Unplayed.LATER: said("About a later recording, %(at)s in it"),
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
        "note": translated(moment_note(comment)),
        "created_at": iso(comment.created_at),
        "edited_at": iso(comment.edited_at),
    }


def moment_note(comment: Comment) -> str | None:
    """What is said of a moment that is not played at present; None of all others."""
    if comment.unplayed is None:
        return None
    return said(NOTES[comment.unplayed], at=clock_time(comment.recorded_start or 0))


def _state(comment: Comment) -> str:
    if comment.deleted_at is not None:
        return "deleted"
    return "hidden" if comment.hidden_at is not None else "shown"
