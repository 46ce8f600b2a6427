"""Groups, for programs; their pages come later."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.groups import forms as groups_forms
from mediashare.groups import queries as groups_queries
from mediashare.groups import service as groups_service
from mediashare.groups.models import Group
from mediashare.groups.views import group_json
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("groups_api", __name__)

RATE = "60 per minute"


@blueprint.get("/groups")
def index() -> Response:
    """The groups that one may know of, newest first."""
    session, viewer = db.session(), login.current_viewer()
    page = groups_queries.list_groups(session, viewer, json_api.page_request())
    idents = [group.id for group in page.items]
    members = groups_queries.count_members(session, idents)
    roles = groups_queries.list_own_roles(session, viewer, idents)

    def show(group: Group) -> dict[str, Any]:
        return group_json(group, members=members.get(group.id, 0), mine=roles.get(group.id))

    return json_api.listing(page, show)


@blueprint.post("/groups")
def create() -> ResponseReturnValue:
    """Start a group."""
    _limit()
    details = groups_forms.read_details(json_api.body())
    with db.committing() as session:
        group = groups_service.create_group(session, login.current_viewer(), details)
    return _show(group), HTTPStatus.CREATED


@blueprint.get("/groups/<group_id>")
def show(group_id: str) -> ResponseReturnValue:
    """One group."""
    return _show(groups_queries.get_group(db.session(), login.current_viewer(), group_id))


@blueprint.put("/groups/<group_id>/membership")
def join(group_id: str) -> ResponseReturnValue:
    """Join an open group."""
    _limit()
    with db.committing() as session:
        group = groups_service.join(session, login.current_viewer(), group_id)
    return _show(group)


@blueprint.delete("/groups/<group_id>/membership")
def leave(group_id: str) -> ResponseReturnValue:
    """Leave a group."""
    with db.committing() as session:
        groups_service.leave(session, login.current_viewer(), group_id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.put("/groups/<group_id>/members/<handle>")
def set_member(group_id: str, handle: str) -> ResponseReturnValue:
    """Bring somebody into one's group, as `{"role": "member"}` or `steward`."""
    _limit()
    role = groups_forms.read_member_role(json_api.body())
    with db.committing() as session:
        group = groups_service.set_member(session, login.current_viewer(), group_id, handle, role)
    return _show(group)


@blueprint.delete("/groups/<group_id>/members/<handle>")
def remove_member(group_id: str, handle: str) -> ResponseReturnValue:
    """Take somebody out of one's group."""
    with db.committing() as session:
        groups_service.remove_member(session, login.current_viewer(), group_id, handle)
    return "", HTTPStatus.NO_CONTENT


def _limit() -> None:
    parts().limits.hit(RATE, "groups", login.current_viewer().id or "")


def _show(group: Group) -> dict[str, Any]:
    session, viewer = db.session(), login.current_viewer()
    members = groups_queries.count_members(session, [group.id])
    roles = groups_queries.list_own_roles(session, viewer, [group.id])
    return group_json(group, members=members.get(group.id, 0), mine=roles.get(group.id))
