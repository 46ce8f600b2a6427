"""How ratings and outcomes look in the API."""

from typing import Any

from mediashare.library.models import Episode
from mediashare.ratings.queries import Mine


def rating_json(episode: Episode, mine: Mine) -> dict[str, Any]:
    """What all stars come to, and the viewer's own."""
    return {
        "average": episode.rating_average,
        "count": episode.rating_count,
        "mine": mine.stars,
    }


def outcomes_json(episode: Episode, mine: Mine) -> dict[str, Any]:
    """How many people said what, and the viewer's own word."""
    return {
        "solved": episode.solved_count,
        "did_not_work": episode.did_not_work_count,
        "outdated": episode.outdated_count,
        "mine": mine.verdict,
    }
