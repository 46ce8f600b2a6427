"""Saved searches, for programs."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.accounts.policy import Viewer
from mediashare.saved import forms as saved_forms
from mediashare.saved import policy
from mediashare.saved import queries as saved_queries
from mediashare.saved import service as saved_service
from mediashare.saved.models import SavedSearch
from mediashare.saved.views import saved_json
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("saved_api", __name__)


@blueprint.get("/searches")
def index() -> Response:
    """One's saved searches by name, and how much is new in each."""
    session, viewer = db.session(), login.current_viewer()
    new = saved_queries.count_new(session, viewer)
    found = saved_queries.list_saved(session, viewer)
    return jsonify(items=[saved_json(saved, new=new.get(saved.id, 0)) for saved in found])


@blueprint.post("/searches")
def save() -> ResponseReturnValue:
    """Save a search; what is kept already stays as it is in what is not said."""
    viewer = _limited()
    new = saved_forms.read_new(json_api.body(), viewer)
    with db.committing() as session:
        saved, is_new = saved_service.save(session, viewer, new)
    return _show(saved), HTTPStatus.CREATED if is_new else HTTPStatus.OK


@blueprint.patch("/searches/<search_id>")
def change(search_id: str) -> dict[str, Any]:
    """Rename it, or be told of it in another way."""
    viewer, body = _limited(), json_api.body()
    with db.committing() as session:
        saved = saved_queries.get_saved(session, viewer, search_id)
        name, alert = saved_forms.read_change(body, name=saved.name, alert=saved.alert)
        saved = saved_service.change(session, viewer, search_id, name=name, alert=alert)
    return _show(saved)


@blueprint.delete("/searches/<search_id>")
def remove(search_id: str) -> ResponseReturnValue:
    """Keep it no more."""
    viewer = _limited()
    with db.committing() as session:
        saved_service.remove(session, viewer, search_id)
    return "", HTTPStatus.NO_CONTENT


def _limited() -> Viewer:
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE, "saved", str(viewer.id))
    return viewer


def _show(saved: SavedSearch) -> dict[str, Any]:
    new = saved_queries.count_new(db.session(), login.current_viewer())
    return saved_json(saved, new=new.get(saved.id, 0))
