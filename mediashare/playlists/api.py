"""Playlists, for programs."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.accounts.policy import Viewer
from mediashare.playlists import forms, policy, views
from mediashare.playlists import queries as playlists_queries
from mediashare.playlists import service as playlists_service
from mediashare.playlists.models import Playlist
from mediashare.playlists.queries import Summary
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("playlists_api", __name__)


@blueprint.get("/playlists")
def index() -> Response:
    """One's own playlists, last changed first; `whose=all` lists what others show one, too."""
    session, viewer = db.session(), login.current_viewer()
    has_others = forms.read_whose(request.args.get("whose"))
    find = playlists_queries.list_visible if has_others else playlists_queries.list_own
    page = find(session, viewer, json_api.page_request())
    idents = [each.id for each in page.items]
    summaries = playlists_queries.list_summaries(session, viewer, idents)

    def show(each: Playlist) -> dict[str, Any]:
        return views.playlist_json(each, summaries.get(each.id, Summary()))

    return json_api.listing(page, show)


@blueprint.post("/playlists")
def create() -> ResponseReturnValue:
    """Start a playlist."""
    viewer = _limited()
    details = forms.read_details(json_api.body())
    with db.committing() as session:
        started = playlists_service.start(session, viewer, details)
    return _show(started.id), HTTPStatus.CREATED


@blueprint.get("/playlists/<playlist_id>")
def show(playlist_id: str) -> dict[str, Any]:
    """One playlist with what is in it."""
    return _show(playlist_id)


@blueprint.patch("/playlists/<playlist_id>")
def change(playlist_id: str) -> dict[str, Any]:
    """Say something else about it, or show it to others."""
    viewer, body = _limited(), json_api.body()
    with db.committing() as session:
        found = playlists_queries.get_playlist(session, viewer, playlist_id)
        details = forms.read_change(body, found)
        playlists_service.change(session, viewer, playlist_id, details)
    return _show(playlist_id)


@blueprint.delete("/playlists/<playlist_id>")
def remove(playlist_id: str) -> ResponseReturnValue:
    """Delete it for good."""
    viewer = _limited()
    with db.committing() as session:
        playlists_service.remove(session, viewer, playlist_id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.put("/playlists/<playlist_id>/order")
def put_in_order(playlist_id: str) -> dict[str, Any]:
    """All items in another order."""
    viewer = _limited()
    idents = forms.read_order(json_api.body())
    with db.committing() as session:
        playlists_service.put_in_order(session, viewer, playlist_id, idents)
    return _show(playlist_id)


@blueprint.post("/playlists/<playlist_id>/items")
def add(playlist_id: str) -> ResponseReturnValue:
    """Put an episode, or a span of it, at the end."""
    viewer = _limited()
    episode_id, span, note = forms.read_item(json_api.body())
    with db.committing() as session:
        item = playlists_service.add(session, viewer, playlist_id, episode_id, span, note)
    return _show_item(viewer, playlist_id, item.id), HTTPStatus.CREATED


@blueprint.patch("/playlists/<playlist_id>/items/<item_id>")
def annotate(playlist_id: str, item_id: str) -> dict[str, Any]:
    """Say why it is there."""
    viewer = _limited()
    note = forms.read_note(json_api.body())
    with db.committing() as session:
        playlists_service.annotate(session, viewer, playlist_id, item_id, note)
    return _show_item(viewer, playlist_id, item_id)


@blueprint.delete("/playlists/<playlist_id>/items/<item_id>")
def take_out(playlist_id: str, item_id: str) -> ResponseReturnValue:
    """Take it out."""
    viewer = _limited()
    with db.committing() as session:
        playlists_service.take_out(session, viewer, playlist_id, item_id)
    return "", HTTPStatus.NO_CONTENT


def _limited() -> Viewer:
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE, "playlists", str(viewer.id))
    return viewer


def _show(playlist_id: str) -> dict[str, Any]:
    session, viewer = db.session(), login.current_viewer()
    found = playlists_queries.get_playlist(session, viewer, playlist_id)
    return views.full_json(found, playlists_queries.list_items(session, viewer, found.id))


def _show_item(viewer: Viewer, playlist_id: str, item_id: str) -> dict[str, Any]:
    return views.item_json(playlists_queries.get_item(db.session(), viewer, playlist_id, item_id))
