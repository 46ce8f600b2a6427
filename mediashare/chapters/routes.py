"""The forms about chapters and summary: keep what is proposed, write it anew, remove it.

They work without script: a button adds a row, another one takes a row away.
"""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.chapters import forms, policy
from mediashare.chapters import queries as chapters_queries
from mediashare.chapters import service as chapters_service
from mediashare.chapters.forms import PartForm
from mediashare.chapters.models import Part
from mediashare.errors import InvalidInputError
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library.errors import NotYourEpisodeError
from mediashare.library.models import Episode
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.error_pages import status_of
from mediashare.web.languages import flash
from mediashare.web.parts import parts

blueprint = Blueprint("chapters", __name__)

KEPT = {
    Part.CHAPTERS: said("The chapters are kept."),
    Part.SUMMARY: said("The summary is kept."),
}
REMOVED = {
    Part.CHAPTERS: said("The chapters are removed."),
    Part.SUMMARY: said("The summary is removed."),
}


@blueprint.get("/e/<slug>/chapters")
def edit(slug: str) -> ResponseReturnValue:
    """What can be said about the parts of an episode, on a page of its own."""
    return _page(_own(slug))


@blueprint.post("/e/<slug>/chapters")
def save(slug: str) -> ResponseReturnValue:
    """One part in the author's own words; the buttons `more` and `drop` change its rows."""
    _limit()
    form = _typed()
    if "more" in request.form:
        return _page(_own(slug), form=form.with_empty_row())
    if "drop" in request.form:
        return _page(_own(slug), form=form.without(request.form["drop"]).with_empty_row())
    try:
        lines = form.read()
        with db.committing() as session:
            episode = _own(slug)
            shown = chapters_queries.get_shown(session, episode.id)
            lines = forms.with_lengths(form.part, lines, shown)
            chapters_service.save(session, episode, form.part, lines)
    except InvalidInputError as error:
        return _page(_own(slug), form=form, errors=error.errors), status_of(error)
    return _done(episode, (KEPT if lines else REMOVED)[form.part])


@blueprint.post("/e/<slug>/chapters/keep")
def keep(slug: str) -> ResponseReturnValue:
    """What is proposed is good as it is."""
    _limit()
    part = forms.read_part(request.form.get("part"))
    with db.committing() as session:
        episode = _own(slug)
        chapters_service.keep(session, episode, part)
    return _done(episode, KEPT[part])


@blueprint.post("/e/<slug>/chapters/remove")
def remove(slug: str) -> ResponseReturnValue:
    """Nobody wants this part."""
    _limit()
    part = forms.read_part(request.form.get("part"))
    with db.committing() as session:
        episode = _own(slug)
        chapters_service.remove(session, episode, part)
    return _done(episode, REMOVED[part])


def _limit() -> None:
    parts().limits.hit(policy.RATE_LIMIT, "chapters", str(login.current_viewer().id))


def _typed() -> PartForm:
    return PartForm.typed(
        forms.read_part(request.form.get("part")),
        request.form.getlist("time"),
        request.form.getlist("words"),
    )


def _page(
    episode: Episode, *, form: PartForm | None = None, errors: Mapping[str, str] | None = None
) -> str:
    shown = chapters_queries.get_shown(db.session(), episode.id)
    shown_forms = {part.value: PartForm.of(shown, part) for part in Part}
    if form is not None:
        shown_forms[form.part.value] = form
    return render_template(
        "chapters/edit.html",
        episode=episode,
        shown=shown,
        forms=shown_forms,
        errors=errors or {},
        longest=forms.LONGEST,
    )


def _done(episode: Episode, sentence: str) -> ResponseReturnValue:
    flash(sentence, "good")
    return redirect(episode.path, 303)


def _own(slug: str) -> Episode:
    viewer = login.current_viewer()
    found = library_queries.get_episode_by_slug(db.session(), viewer, slug)
    if not library_policy.may_edit(viewer, found):
        raise NotYourEpisodeError
    return found
