"""Own rating and outcome, for programs."""

from typing import Any

from flask import Blueprint

from mediashare.accounts import login
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.ratings import forms, policy, views
from mediashare.ratings import queries as ratings_queries
from mediashare.ratings import service as ratings_service
from mediashare.ratings.queries import Mine
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("ratings_api", __name__)


@blueprint.put("/episodes/<episode_id>/rating")
def rate(episode_id: str) -> dict[str, Any]:
    """Give stars, or other stars than before."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE_LIMIT, "rate", str(viewer.id))
    stars = forms.read_stars(json_api.body())
    with db.committing() as session:
        episode = library_queries.get_episode(session, viewer, episode_id)
        ratings_service.rate(session, viewer, episode, stars)
    return views.rating_json(episode, _mine(episode))


@blueprint.delete("/episodes/<episode_id>/rating")
def unrate(episode_id: str) -> dict[str, Any]:
    """Take one's stars back."""
    viewer = login.current_viewer()
    with db.committing() as session:
        episode = library_queries.get_episode(session, viewer, episode_id)
        ratings_service.unrate(session, viewer, episode)
    return views.rating_json(episode, _mine(episode))


@blueprint.put("/episodes/<episode_id>/outcome")
def set_outcome(episode_id: str) -> dict[str, Any]:
    """Say what came of it, or something else than before."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE_LIMIT, "rate", str(viewer.id))
    body = json_api.body()
    verdict, note = forms.read_verdict(body), forms.read_note(body)
    with db.committing() as session:
        episode = library_queries.get_episode(session, viewer, episode_id)
        ratings_service.set_outcome(session, viewer, episode, verdict, note)
    return views.outcomes_json(episode, _mine(episode))


@blueprint.delete("/episodes/<episode_id>/outcome")
def clear_outcome(episode_id: str) -> dict[str, Any]:
    """Take it back."""
    viewer = login.current_viewer()
    with db.committing() as session:
        episode = library_queries.get_episode(session, viewer, episode_id)
        ratings_service.clear_outcome(session, viewer, episode)
    return views.outcomes_json(episode, _mine(episode))


def _mine(episode: Episode) -> Mine:
    return ratings_queries.find_mine(db.session(), login.current_viewer(), episode.id)
