"""Edits and versions, for programs."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.edits import forms, policy, views
from mediashare.edits import queries as edits_queries
from mediashare.edits import service as edits_service
from mediashare.edits.errors import NotEditableError
from mediashare.errors import InvalidInputError
from mediashare.media.models import Version
from mediashare.sentences import said
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("edits_api", __name__)


@blueprint.get("/episodes/<episode_id>/edit")
def show(episode_id: str) -> dict[str, Any]:
    """What its author has made of the recording that is played."""
    session = db.session()
    edits_service.get_own(session, login.current_viewer(), episode_id)
    editor = edits_queries.find_editor(session, episode_id, days=parts().settings.original_days)
    if editor is None:
        raise NotEditableError
    shown = edits_queries.get_shown(session, editor.wanted)
    return views.edit_json(shown, editor.kept_until)


@blueprint.put("/episodes/<episode_id>/edit")
def save(episode_id: str) -> ResponseReturnValue:
    """Have the recording played otherwise: all of the edit is sent, what is left out is as it was
    recorded."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE_LIMIT, "edit", str(viewer.id))
    edit = forms.read_edit(json_api.body())
    with db.committing() as session:
        version = edits_service.save_edit(
            session, viewer, episode_id, edit, address=login.client_address()
        )
    return _accepted(version)


@blueprint.get("/episodes/<episode_id>/versions")
def index(episode_id: str) -> Response:
    """All versions that were ever asked for, newest first."""
    session, page = db.session(), json_api.page_request()
    edits_service.get_own(session, login.current_viewer(), episode_id)
    return json_api.listing(
        edits_queries.list_versions(session, episode_id, page), views.version_json
    )


@blueprint.post("/episodes/<episode_id>/versions/<int:number>/use")
def use(episode_id: str, number: int) -> ResponseReturnValue:
    """Go back to a version."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE_LIMIT, "edit", str(viewer.id))
    with db.committing() as session:
        version = edits_service.use_version(
            session, viewer, episode_id, number, address=login.client_address()
        )
    return _accepted(version)


@blueprint.post("/episodes/<episode_id>/recording")
def replace(episode_id: str) -> ResponseReturnValue:
    """A finished upload takes the place of the recording; asking again gives the same version."""
    upload_id = json_api.body().get("upload_id")
    if not isinstance(upload_id, str) or not upload_id:
        raise InvalidInputError(errors={"upload_id": said("Say which upload this is.")})
    with db.committing() as session:
        version = edits_service.replace_recording(
            session,
            login.current_viewer(),
            episode_id,
            upload_id,
            address=login.client_address(),
        )
    return _accepted(version)


@blueprint.delete("/episodes/<episode_id>/recording")
def remove(episode_id: str) -> ResponseReturnValue:
    """Let the originals go now: what plays goes on playing, but can't be edited any more."""
    with db.committing() as session:
        edits_service.remove_originals(
            session, login.current_viewer(), episode_id, address=login.client_address()
        )
    return "", HTTPStatus.NO_CONTENT


def _accepted(version: Version) -> ResponseReturnValue:
    shown = edits_queries.get_shown(db.session(), version)
    return jsonify(views.version_json(shown)), HTTPStatus.ACCEPTED
