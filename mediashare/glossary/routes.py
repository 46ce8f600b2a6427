"""Pages of the glossaries: which there are, what is in one, and the forms of those who keep it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.accounts.policy import Viewer
from mediashare.errors import InvalidInputError
from mediashare.glossary import forms as glossary_forms
from mediashare.glossary import policy
from mediashare.glossary import queries as glossary_queries
from mediashare.glossary import service as glossary_service
from mediashare.glossary import views as glossary_views
from mediashare.glossary.errors import NotKeeperError
from mediashare.glossary.models import GlossaryEntry
from mediashare.glossary.policy import Place
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.error_pages import status_of
from mediashare.web.languages import flash
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("glossary", __name__)

RATE = "60 per minute"
EMPTY: Mapping[str, str] = {"term": "", "sounds_like": "", "language": "", "note": ""}


@blueprint.get("/glossary")
def index() -> ResponseReturnValue:
    """The glossaries that one may read."""
    session, viewer = db.session(), login.current_viewer()
    places = glossary_queries.list_places(session, viewer)
    counts = glossary_queries.count_entries(session, places)
    return render_template("glossary/index.html", places=places, counts=counts)


@blueprint.get("/glossary/<place_id>")
def show(place_id: str) -> ResponseReturnValue:
    """What is in a glossary, and for its keepers what is proposed and a form."""
    return _page(place_id)


@blueprint.post("/glossary/<place_id>")
def add(place_id: str) -> ResponseReturnValue:
    """Add a term."""
    viewer = _limited()
    try:
        new = glossary_forms.read_entry(request.form)
        with db.committing() as session:
            place = glossary_queries.get_place(session, viewer, place_id)
            entry = glossary_service.add_entry(session, viewer, place, new)
    except InvalidInputError as error:
        page = _page(place_id, form=_typed(), errors=error.errors, for_keepers=True)
        return page, status_of(error)
    return _done(place_id, entry, said("“%(term)s” is in the glossary.", term=entry.term))


@blueprint.route("/glossary/<place_id>/<entry_id>", methods=["GET", "POST"])
def change(place_id: str, entry_id: str) -> ResponseReturnValue:
    """Say something else about a term."""
    if request.method != "POST":
        return _entry_page(place_id, entry_id)
    viewer = _limited()
    try:
        new = glossary_forms.read_entry(request.form)
        with db.committing() as session:
            place = glossary_queries.get_place(session, viewer, place_id)
            entry = glossary_service.change_entry(session, viewer, place, entry_id, new)
    except InvalidInputError as error:
        return _entry_page(place_id, entry_id, _typed(), error.errors), status_of(error)
    return _done(place_id, entry, said("“%(term)s” is changed.", term=entry.term))


@blueprint.post("/glossary/<place_id>/<entry_id>/delete")
def remove(place_id: str, entry_id: str) -> ResponseReturnValue:
    """Take a term out."""
    viewer = _limited()
    with db.committing() as session:
        place = glossary_queries.get_place(session, viewer, place_id)
        glossary_service.remove_entry(session, viewer, place, entry_id)
    flash(said("The entry is removed. What it has replaced stays as it is."), "good")
    return redirect(url_for("glossary.show", place_id=place_id), 303)


@blueprint.post("/glossary/<place_id>/proposals/<proposal_id>/accept")
def accept(place_id: str, proposal_id: str) -> ResponseReturnValue:
    """Make an entry of what people have corrected."""
    viewer = _limited()
    with db.committing() as session:
        place = glossary_queries.get_place(session, viewer, place_id)
        entry = glossary_service.accept(session, viewer, place, proposal_id)
    return _done(place_id, entry, said("“%(term)s” is in the glossary.", term=entry.term))


@blueprint.post("/glossary/<place_id>/proposals/<proposal_id>/dismiss")
def dismiss(place_id: str, proposal_id: str) -> ResponseReturnValue:
    """Never propose this again."""
    viewer = _limited()
    with db.committing() as session:
        place = glossary_queries.get_place(session, viewer, place_id)
        glossary_service.dismiss(session, viewer, place, proposal_id)
    flash(said("That is not proposed again."), "good")
    return redirect(url_for("glossary.show", place_id=place_id), 303)


def _page(
    place_id: str,
    *,
    form: Mapping[str, Any] = EMPTY,
    errors: Mapping[str, str] | None = None,
    for_keepers: bool = False,
) -> str:
    session, viewer = db.session(), login.current_viewer()
    place = _place(viewer, place_id, for_keepers=for_keepers)
    may_keep = policy.may_keep(viewer, place)
    return render_template(
        "glossary/show.html",
        place=place,
        page=glossary_queries.list_entries(session, place, asked_page()),
        proposals=glossary_queries.list_proposals(session, place) if may_keep else (),
        may_keep=may_keep,
        warnings=glossary_views.warnings,
        form=form,
        errors=errors or {},
    )


def _entry_page(
    place_id: str,
    entry_id: str,
    form: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    place = _place(login.current_viewer(), place_id, for_keepers=True)
    entry = glossary_queries.get_entry(db.session(), place, entry_id)
    return render_template(
        "glossary/entry.html",
        place=place,
        entry=entry,
        form=form or _form_of(entry),
        errors=errors or {},
    )


def _place(viewer: Viewer, place_id: str, *, for_keepers: bool) -> Place:
    place = glossary_queries.get_place(db.session(), viewer, place_id)
    if for_keepers and not policy.may_keep(viewer, place):
        raise NotKeeperError
    return place


def _form_of(entry: GlossaryEntry) -> Mapping[str, str]:
    return {
        "term": entry.term,
        "sounds_like": "\n".join(entry.sounds_like),
        "language": entry.language or "",
        "note": entry.note,
    }


def _typed() -> Mapping[str, str]:
    return {name: request.form.get(name, "") for name in EMPTY}


def _done(place_id: str, entry: GlossaryEntry, sentence: str) -> ResponseReturnValue:
    flash(sentence, "good")
    for warning in glossary_views.warnings(entry):
        flash(warning, "error")
    return redirect(url_for("glossary.show", place_id=place_id), 303)


def _limited() -> Viewer:
    viewer = login.current_viewer()
    parts().limits.hit(RATE, "glossary", str(viewer.id))
    return viewer
