"""Whom one follows, for programs."""

from http import HTTPStatus

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.accounts.policy import Viewer
from mediashare.follows import policy, views
from mediashare.follows import queries as follows_queries
from mediashare.follows import service as follows_service
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("follows_api", __name__)


@blueprint.get("/me/following")
def index() -> Response:
    """Whom one follows, last followed first."""
    found = follows_queries.list_followed(
        db.session(), login.current_viewer(), json_api.page_request()
    )
    return json_api.listing(found, views.follow_json)


@blueprint.put("/me/following/<handle>")
def follow(handle: str) -> ResponseReturnValue:
    """Follow somebody."""
    viewer = _limited()
    with db.committing() as session:
        follows_service.follow(session, viewer, handle)
    return "", HTTPStatus.NO_CONTENT


@blueprint.delete("/me/following/<handle>")
def stop(handle: str) -> ResponseReturnValue:
    """Follow them no more."""
    viewer = _limited()
    with db.committing() as session:
        follows_service.stop(session, viewer, handle)
    return "", HTTPStatus.NO_CONTENT


def _limited() -> Viewer:
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE, "follows", str(viewer.id))
    return viewer
