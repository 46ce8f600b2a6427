"""How one wants to play, on a page of the settings; and what one does not want to go on with."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.library import queries as library_queries
from mediashare.listening import forms
from mediashare.listening import queries as listening_queries
from mediashare.listening import service as listening_service
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.error_pages import is_for_fragment
from mediashare.web.languages import flash

blueprint = Blueprint("listening", __name__)


@blueprint.get("/settings/playback")
def settings() -> ResponseReturnValue:
    """Captions, single keys, and whether it is kept where one has stopped."""
    playback = login.current_viewer().playback
    return render_template("listening/settings.html", playback=playback)


@blueprint.post("/settings/playback")
def change() -> ResponseReturnValue:
    """Keep how one wants to play."""
    wanted = forms.read_playback(request.form)
    with db.committing() as session:
        listening_service.change_playback(session, login.current_viewer(), wanted)
    flash(said("Your choice is saved."), "good")
    return redirect("/settings/playback", 303)


@blueprint.post("/settings/playback/clear")
def clear() -> ResponseReturnValue:
    """Forget where one has stopped, everywhere."""
    with db.committing() as session:
        listening_service.forget_all(session, login.current_viewer())
    flash(said("Forgotten: nothing is left of where you have stopped."), "good")
    return redirect("/settings/playback", 303)


@blueprint.post("/e/<slug>/forget")
def forget(slug: str) -> ResponseReturnValue:
    """Take an episode off what one may go on with."""
    viewer = login.current_viewer()
    with db.committing() as session:
        episode = library_queries.get_episode_by_slug(session, viewer, slug)
        listening_service.forget(session, viewer, episode.id)
    if not is_for_fragment():
        return redirect("/", 303)
    begun = listening_queries.list_latest_begun(db.session(), viewer)
    return render_template("listening/_continue.html", begun=begun, is_anew=True)
