"""Fixes of transcripts, for programs."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.errors import InvalidInputError
from mediashare.library import queries as library_queries
from mediashare.repairs import forms, policy, views
from mediashare.repairs import queries as repairs_queries
from mediashare.repairs import service as repairs_service
from mediashare.repairs.errors import ClashError
from mediashare.repairs.models import Fix
from mediashare.sentences import said
from mediashare.web import db, json_api
from mediashare.web.error_pages import problem
from mediashare.web.parts import parts

blueprint = Blueprint("repairs_api", __name__)


@blueprint.errorhandler(ClashError)
def clash(error: ClashError) -> Response:
    """A conflict that holds both texts."""
    answer = problem(HTTPStatus.CONFLICT, error.sentence)
    answer.set_data(jsonify({**(answer.json or {}), **views.clash_json(error)}).get_data())
    return answer


@blueprint.get("/episodes/<episode_id>/transcript/fixes")
def index(episode_id: str) -> Response:
    """What people have fixed or suggested, newest first; `waiting=1` asks for suggestions that
    nobody has decided about."""
    session, viewer = db.session(), login.current_viewer()
    page = json_api.page_request()
    episode = library_queries.get_episode(session, viewer, episode_id)
    waiting = True if request.args.get("waiting") == "1" else None
    found = repairs_queries.list_fixes(session, viewer, episode, page, waiting=waiting)
    return json_api.listing(found, views.fix_json)


@blueprint.post("/episodes/<episode_id>/transcript/fixes")
def create(episode_id: str) -> ResponseReturnValue:
    """Put one line right: applied at once, or suggested by those who may not do that."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.FIX_LIMIT, "fix", str(viewer.id))
    new = forms.read_fix(json_api.body())
    with db.committing() as session:
        episode = library_queries.get_episode(session, viewer, episode_id)
        fix = repairs_service.save_fix(session, viewer, episode, new)
    return _show(fix), HTTPStatus.CREATED


@blueprint.post("/episodes/<episode_id>/transcript/fixes/everywhere")
def create_everywhere(episode_id: str) -> ResponseReturnValue:
    """Put the same words right in all lines; with `preview` only say what that would change."""
    viewer, data = login.current_viewer(), json_api.body()
    parts().limits.hit(policy.EVERYWHERE_LIMIT, "fix everywhere", str(viewer.id))
    everywhere, preview = forms.read_everywhere(data), data.get("preview", False)
    if not isinstance(preview, bool):
        raise InvalidInputError(errors={"preview": said("Must be true or false.")})
    if preview:
        session = db.session()
        library_queries.get_episode(session, viewer, episode_id)
        places = repairs_service.find_places(session, episode_id, everywhere)
        return jsonify(views.places_json(places))
    with db.committing() as session:
        episode = library_queries.get_episode(session, viewer, episode_id)
        fix = repairs_service.fix_everywhere(session, viewer, episode, everywhere)
    return _show(fix), HTTPStatus.CREATED


@blueprint.post("/fixes/<fix_id>/accept")
def accept(fix_id: str) -> ResponseReturnValue:
    """Take a suggestion over, as it is or in other words."""
    viewer = login.current_viewer()
    wording = forms.read_wording(json_api.body()) if request.get_data() else None
    with db.committing() as session:
        fix = repairs_queries.get_fix(session, viewer, fix_id)
        repairs_service.accept_fix(session, viewer, fix, wording)
    return _show(fix)


@blueprint.post("/fixes/<fix_id>/reject")
def reject(fix_id: str) -> ResponseReturnValue:
    """Leave the transcript as it is."""
    viewer = login.current_viewer()
    with db.committing() as session:
        fix = repairs_queries.get_fix(session, viewer, fix_id)
        repairs_service.reject_fix(session, viewer, fix)
    return _show(fix)


@blueprint.post("/fixes/<fix_id>/undo")
def undo(fix_id: str) -> ResponseReturnValue:
    """Give back what a fix has changed."""
    viewer = login.current_viewer()
    with db.committing() as session:
        fix = repairs_queries.get_fix(session, viewer, fix_id)
        repairs_service.undo_fix(session, viewer, fix)
    return _show(fix)


def _show(fix: Fix) -> dict[str, Any]:
    session = db.session()
    shown = repairs_queries.get_shown(session, login.current_viewer(), fix.id)
    return views.fix_json(shown)
