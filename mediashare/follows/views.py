"""How whom one follows looks to programs."""

from typing import Any

from mediashare.follows.models import Follow
from mediashare.library import views as library_views
from mediashare.web.json_api import iso


def follow_json(follow: Follow) -> dict[str, Any]:
    """Somebody whom the viewer follows, and since when."""
    return {"person": library_views.person_json(follow.followed), "since": iso(follow.created_at)}
