"""Glossaries for programs: `house`, or the id of a group."""

from http import HTTPStatus

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.accounts.policy import Viewer
from mediashare.glossary import forms as glossary_forms
from mediashare.glossary import policy
from mediashare.glossary import queries as glossary_queries
from mediashare.glossary import service as glossary_service
from mediashare.glossary import views as glossary_views
from mediashare.glossary.errors import NotKeeperError
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("glossary_api", __name__)

RATE = "120 per minute"


@blueprint.get("/glossaries/<place_id>")
def show(place_id: str) -> ResponseReturnValue:
    """The entries of a glossary, by term."""
    session, viewer = db.session(), login.current_viewer()
    place = glossary_queries.get_place(session, viewer, place_id)
    page = glossary_queries.list_entries(session, place, json_api.page_request())
    return json_api.listing(page, glossary_views.entry_json)


@blueprint.post("/glossaries/<place_id>")
def add(place_id: str) -> ResponseReturnValue:
    """Add a term."""
    viewer = _limited()
    new = glossary_forms.read_entry(json_api.body())
    with db.committing() as session:
        place = glossary_queries.get_place(session, viewer, place_id)
        entry = glossary_service.add_entry(session, viewer, place, new)
    return jsonify(glossary_views.entry_json(entry)), HTTPStatus.CREATED


@blueprint.put("/glossaries/<place_id>/<entry_id>")
def change(place_id: str, entry_id: str) -> ResponseReturnValue:
    """Say something else about a term; what is not sent is empty afterwards."""
    viewer = _limited()
    new = glossary_forms.read_entry(json_api.body())
    with db.committing() as session:
        place = glossary_queries.get_place(session, viewer, place_id)
        entry = glossary_service.change_entry(session, viewer, place, entry_id, new)
    return jsonify(glossary_views.entry_json(entry))


@blueprint.delete("/glossaries/<place_id>/<entry_id>")
def remove(place_id: str, entry_id: str) -> ResponseReturnValue:
    """Take a term out."""
    viewer = _limited()
    with db.committing() as session:
        place = glossary_queries.get_place(session, viewer, place_id)
        glossary_service.remove_entry(session, viewer, place, entry_id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("/glossaries/<place_id>/proposals")
def proposals(place_id: str) -> ResponseReturnValue:
    """What people have corrected more than once, for those who decide about it."""
    session, viewer = db.session(), login.current_viewer()
    place = glossary_queries.get_place(session, viewer, place_id)
    if not policy.may_keep(viewer, place):
        raise NotKeeperError
    found = glossary_queries.list_proposals(session, place)
    return jsonify(items=[glossary_views.proposal_json(one) for one in found])


@blueprint.post("/glossaries/<place_id>/proposals/<proposal_id>")
def accept(place_id: str, proposal_id: str) -> ResponseReturnValue:
    """Make an entry of a proposal, or one more sound of the entry that is there."""
    viewer = _limited()
    with db.committing() as session:
        place = glossary_queries.get_place(session, viewer, place_id)
        entry = glossary_service.accept(session, viewer, place, proposal_id)
    return jsonify(glossary_views.entry_json(entry)), HTTPStatus.CREATED


@blueprint.delete("/glossaries/<place_id>/proposals/<proposal_id>")
def dismiss(place_id: str, proposal_id: str) -> ResponseReturnValue:
    """Dismiss a proposal for good."""
    viewer = _limited()
    with db.committing() as session:
        place = glossary_queries.get_place(session, viewer, place_id)
        glossary_service.dismiss(session, viewer, place, proposal_id)
    return "", HTTPStatus.NO_CONTENT


def _limited() -> Viewer:
    viewer = login.current_viewer()
    parts().limits.hit(RATE, "glossary", str(viewer.id))
    return viewer
