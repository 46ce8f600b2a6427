"""Discussions, for programs."""

from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.discussion import forms, policy, views
from mediashare.discussion import queries as discussion_queries
from mediashare.discussion import service as discussion_service
from mediashare.library import queries as library_queries
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("discussion_api", __name__)


@blueprint.get("/episodes/<episode_id>/comments")
def index(episode_id: str) -> Response:
    """The comments of an episode, newest first."""
    session, viewer = db.session(), login.current_viewer()
    page_request = json_api.page_request()
    library_queries.get_episode(session, viewer, episode_id)
    page = discussion_queries.list_comments(session, viewer, episode_id, page_request)
    return json_api.listing(page, lambda comment: views.comment_json(comment, viewer))


@blueprint.post("/episodes/<episode_id>/comments")
def create(episode_id: str) -> ResponseReturnValue:
    """Say something about an episode, a moment of it, or another comment."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.POST_LIMIT, "comment", str(viewer.id))
    new = forms.read_comment(json_api.body())
    with db.committing() as session:
        episode = library_queries.get_episode(session, viewer, episode_id)
        comment = discussion_service.post_comment(session, viewer, episode, new)
    return _show(comment.id), 201


@blueprint.patch("/comments/<comment_id>")
def edit(comment_id: str) -> dict[str, Any]:
    """Put one's own words better."""
    viewer = login.current_viewer()
    body = forms.read_body(json_api.body())
    with db.committing() as session:
        comment = discussion_queries.get_comment(session, viewer, comment_id)
        discussion_service.edit_comment(session, viewer, comment, body)
    return _show(comment_id)


@blueprint.delete("/comments/<comment_id>")
def delete(comment_id: str) -> ResponseReturnValue:
    """Take one's own words back."""
    viewer = login.current_viewer()
    with db.committing() as session:
        comment = discussion_queries.get_comment(session, viewer, comment_id)
        discussion_service.delete_comment(session, viewer, comment)
    return "", 204


def _show(comment_id: str) -> dict[str, Any]:
    viewer = login.current_viewer()
    comment = discussion_queries.get_comment(db.session(), viewer, comment_id)
    return views.comment_json(comment, viewer)
