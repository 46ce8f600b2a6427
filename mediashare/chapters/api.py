"""Chapters and summary, for programs and players."""

from typing import Any

from flask import Blueprint, Response

from mediashare.accounts import login
from mediashare.chapters import forms, policy, views
from mediashare.chapters import queries as chapters_queries
from mediashare.chapters import service as chapters_service
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library.errors import NotYourEpisodeError
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("chapters_api", __name__)


@blueprint.get("/episodes/<episode_id>/chapters")
def show(episode_id: str) -> dict[str, Any]:
    """The chapters of an episode and what it says in short."""
    session = db.session()
    episode = library_queries.get_episode(session, login.current_viewer(), episode_id)
    return views.outline_json(chapters_queries.get_shown(session, episode.id))


@blueprint.get("/episodes/<episode_id>/chapters.vtt")
def download(episode_id: str) -> Response:
    """The chapters as a track for players."""
    session = db.session()
    episode = library_queries.get_episode(session, login.current_viewer(), episode_id)
    shown = chapters_queries.get_shown(session, episode.id)
    track = views.to_vtt(shown.chapters, episode.duration_ms or 0)
    return Response(track, content_type="text/vtt; charset=utf-8")


@blueprint.put("/episodes/<episode_id>/chapters")
def replace(episode_id: str) -> dict[str, Any]:
    """What is sent takes the place of what was there, and is kept; an empty list removes it."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE_LIMIT, "chapters", str(viewer.id))
    sent = forms.read_outline(json_api.body())
    with db.committing() as session:
        episode = library_queries.get_episode(session, viewer, episode_id)
        if not library_policy.may_edit(viewer, episode):
            raise NotYourEpisodeError
        shown = chapters_queries.get_shown(session, episode.id)
        for part, lines in sent.items():
            kept = forms.with_lengths(part, lines, shown)
            chapters_service.save(session, episode, part, kept)
    return views.outline_json(chapters_queries.get_shown(db.session(), episode.id))
