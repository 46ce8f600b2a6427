"""How notes look to programs."""

from typing import Any

from mediashare.notifications.models import Notification
from mediashare.web.json_api import iso
from mediashare.web.languages import translated


def notification_json(note: Notification) -> dict[str, Any]:
    """A note as the API shows it; `path` is on this site, and empty when there is no page."""
    return {
        "id": note.id,
        "kind": note.kind,
        "text": translated(note.text),
        "path": note.path,
        "created_at": iso(note.created_at),
        "read_at": iso(note.read_at),
    }
