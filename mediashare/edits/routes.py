"""The forms about what is played: trim, mute, blur, replace, go back, let the original go.

They stand on the page that edits an episode; what can't be saved comes back on a page of its own.
"""

from typing import BinaryIO, cast

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mediashare.accounts import login
from mediashare.edits import forms, policy, views
from mediashare.edits import queries as edits_queries
from mediashare.edits import service as edits_service
from mediashare.edits.forms import EditForm
from mediashare.errors import ConflictError, InvalidInputError, StorageFullError
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library.errors import NotYourEpisodeError
from mediashare.library.models import Episode, EpisodeState
from mediashare.media.models import Version, VersionState
from mediashare.media.policy import Edit
from mediashare.sentences import said
from mediashare.uploads import service as uploads_service
from mediashare.web import db
from mediashare.web.error_pages import is_for_fragment, status_of
from mediashare.web.languages import flash
from mediashare.web.parts import parts

blueprint = Blueprint("edits", __name__)
# The partials are shown by the page that edits an episode, which knows nothing of these.
blueprint.add_app_template_global(views.state_words, "version_state")
blueprint.add_app_template_global(views.describe, "describe_version")
blueprint.add_app_template_filter(policy.clock, "exact")

SAVED = said("Saved. What was there before plays until the new version is made.")
WITHHELD = said("Saved. Nobody but you sees this episode until what you took back is gone from it.")
PLAYED = said("This is what is played already.")
REPLACED = said("The new recording is on its way. What was there before plays until it is ready.")
REMOVED = said("The original is removed. What was made from it goes on playing.")


@blueprint.get("/e/<slug>/versions")
def index(slug: str) -> ResponseReturnValue:
    """What is played of an episode, on a page of its own; for a script, its versions alone."""
    episode = _own(db.session(), slug)
    if not is_for_fragment():
        return _page(episode)
    editor = edits_queries.find_editor(
        db.session(), episode.id, days=parts().settings.original_days
    )
    return render_template("edits/_versions.html", episode=episode, editor=editor)


@blueprint.post("/e/<slug>/cut")
def save(slug: str) -> ResponseReturnValue:
    """Have the recording played otherwise; the buttons `more` and `whole` add a row to the form,
    and play all of it."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE_LIMIT, "edit", str(viewer.id))
    form = _typed()
    if "more" in request.form:
        return _page(_own(db.session(), slug), form=form)
    try:
        edit = Edit() if "whole" in request.form else form.read()
        with db.committing() as session:
            episode = _own(session, slug)
            version = edits_service.save_edit(
                session, viewer, episode.id, edit, address=login.client_address()
            )
    except (InvalidInputError, ConflictError) as error:
        errors = error.errors if isinstance(error, InvalidInputError) else {"cut": error.sentence}
        return _page(_own(db.session(), slug), form=form, errors=errors), status_of(error)
    return _done(episode, _sentence(episode, version))


@blueprint.post("/e/<slug>/versions/<int:number>/use")
def use(slug: str, number: int) -> ResponseReturnValue:
    """Go back to a version."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE_LIMIT, "edit", str(viewer.id))
    with db.committing() as session:
        episode = _own(session, slug)
        version = edits_service.use_version(
            session, viewer, episode.id, number, address=login.client_address()
        )
    return _done(episode, _sentence(episode, version))


@blueprint.post("/e/<slug>/recording")
def replace(slug: str) -> ResponseReturnValue:
    """Another file takes the place of the recording. Scripts upload in pieces and call the API."""
    try:
        episode = _replace(slug)
    except (InvalidInputError, StorageFullError) as error:
        named = error.errors if isinstance(error, InvalidInputError) else {}
        errors = named or {"file": error.sentence}
        return _page(_own(db.session(), slug), errors=errors), status_of(error)
    return _done(episode, REPLACED)


@blueprint.post("/e/<slug>/recording/remove")
def remove(slug: str) -> ResponseReturnValue:
    """Let the originals go now."""
    with db.committing() as session:
        episode = _own(session, slug)
        edits_service.remove_originals(
            session, login.current_viewer(), episode.id, address=login.client_address()
        )
    return _done(episode, REMOVED)


def _replace(slug: str) -> Episode:
    viewer, tools = login.current_viewer(), parts()
    episode = _own(db.session(), slug)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidInputError(errors={"file": said("Choose a file first.")})
    db.release()
    with (
        uploads_service.whole_file(
            *(tools.database, tools.storage, tools.settings, viewer),
            cast(BinaryIO, file.stream),
            filename=file.filename,
        ) as stored,
        db.committing() as session,
    ):
        edits_service.replace_recording(
            session, viewer, episode.id, stored.id, address=login.client_address()
        )
    return episode


def _typed() -> EditForm:
    columns = (
        request.form.getlist("from"),
        request.form.getlist("to"),
        request.form.getlist("kind"),
    )
    return EditForm.typed(request.form, columns)


def _sentence(episode: Episode, version: Version) -> str:
    if version.state is not VersionState.MAKING:
        return PLAYED
    return SAVED if episode.state is EpisodeState.READY else WITHHELD


def _page(
    episode: Episode, *, form: EditForm | None = None, errors: dict[str, str] | None = None
) -> str:
    editor = edits_queries.find_editor(
        db.session(), episode.id, days=parts().settings.original_days
    )
    cut = forms.form_of(editor.wanted) if editor else None
    return render_template(
        "edits/index.html",
        episode=episode,
        editor=editor,
        cut=forms.with_empty_row(form) if form else cut,
        errors=errors or {},
        max_bytes=parts().settings.max_upload_bytes,
    )


def _done(episode: Episode, sentence: str) -> ResponseReturnValue:
    flash(sentence, "good")
    return redirect(f"{episode.path}/edit#versions", 303)


def _own(session: Session, slug: str) -> Episode:
    viewer = login.current_viewer()
    found = library_queries.get_episode_by_slug(session, viewer, slug)
    if not library_policy.may_edit(viewer, found):
        raise NotYourEpisodeError
    return found
