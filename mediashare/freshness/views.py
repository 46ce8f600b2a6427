"""How fresh an episode is, for programs."""

from typing import Any

from mediashare.library.models import Episode
from mediashare.web.json_api import iso


def freshness_json(episode: Episode) -> dict[str, Any]:
    """When somebody has said that it is still true, and by when to look again."""
    return {
        "checked_at": iso(episode.checked_at),
        "review_by": None if episode.review_by is None else episode.review_by.isoformat(),
    }
