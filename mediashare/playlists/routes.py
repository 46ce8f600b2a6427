"""Pages of playlists: one's own, one with what is in it, and which of them have an episode."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mediashare.accounts import login
from mediashare.accounts.policy import Viewer
from mediashare.errors import ConflictError, InvalidInputError, MediashareError
from mediashare.groups import queries as groups_queries
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.playlists import forms, policy, views
from mediashare.playlists import queries as playlists_queries
from mediashare.playlists import service as playlists_service
from mediashare.playlists.models import Playlist
from mediashare.playlists.queries import Queue, Summary
from mediashare.playlists.service import Span
from mediashare.sentences import said, said_many
from mediashare.web import db
from mediashare.web.error_pages import is_for_fragment, status_of
from mediashare.web.languages import flash, translated
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("playlists", __name__)
blueprint.add_app_template_global(views.seen_by, "playlist_seen_by")


FIELDS = ("title", "description", "audience", "group")


@blueprint.app_template_global("playing_queue")
def find_queue(episode: Episode) -> Queue | None:
    """The playlist in which the address says that this episode is played, if that is so."""
    playlist_id, item_id = forms.find_place(request.args)
    if not playlist_id:
        return None
    session, viewer = db.session(), login.current_viewer()
    return playlists_queries.find_queue(
        session, viewer, playlist_id, item_id=item_id, episode_id=episode.id
    )


@blueprint.get("/playlists")
def index() -> ResponseReturnValue:
    """One's own playlists, and the form that starts one."""
    return _index({}, {})


@blueprint.post("/playlists")
def create() -> ResponseReturnValue:
    """Start a playlist."""
    viewer = _limited()
    try:
        details = forms.read_details(request.form)
        with db.committing() as session:
            started = playlists_service.start(session, viewer, details)
    except InvalidInputError as error:
        return _index(_typed(), error.errors), status_of(error)
    flash(said("“%(title)s” is started.", title=started.title), "good")
    return redirect(started.path, 303)


@blueprint.get("/pl/<playlist_id>")
def show(playlist_id: str) -> ResponseReturnValue:
    """A playlist: what is in it, in order, and how to change it."""
    return _show(playlist_id, {}, {})


@blueprint.post("/pl/<playlist_id>")
def change(playlist_id: str) -> ResponseReturnValue:
    """Say something else about it, or show it to others."""
    viewer = _limited()
    try:
        with db.committing() as session:
            found = playlists_queries.get_playlist(session, viewer, playlist_id)
            details = forms.read_change(request.form, found)
            playlists_service.change(session, viewer, playlist_id, details)
    except InvalidInputError as error:
        return _show(playlist_id, _typed(), error.errors), status_of(error)
    flash(said("Your changes are saved."), "good")
    return redirect(f"/pl/{playlist_id}", 303)


@blueprint.post("/pl/<playlist_id>/delete")
def remove(playlist_id: str) -> ResponseReturnValue:
    """Delete it for good."""
    viewer = _limited()
    with db.committing() as session:
        gone = playlists_service.remove(session, viewer, playlist_id)
    flash(said("“%(title)s” is deleted.", title=gone.title), "good")
    return redirect("/playlists", 303)


@blueprint.post("/pl/<playlist_id>/items/<item_id>/move")
def move(playlist_id: str, item_id: str) -> ResponseReturnValue:
    """Let an item go up or down by one place."""
    step = forms.read_step(request.form)
    return _act(
        lambda session, viewer: playlists_service.move(session, viewer, playlist_id, item_id, step),
        f"/pl/{playlist_id}#item-{item_id}",
    )


@blueprint.post("/pl/<playlist_id>/items/<item_id>/note")
def annotate(playlist_id: str, item_id: str) -> ResponseReturnValue:
    """Say why it is there."""
    note = forms.read_note(request.form)
    return _act(
        lambda session, viewer: playlists_service.annotate(
            session, viewer, playlist_id, item_id, note
        ),
        f"/pl/{playlist_id}#item-{item_id}",
    )


@blueprint.post("/pl/<playlist_id>/items/<item_id>/delete")
def take_out(playlist_id: str, item_id: str) -> ResponseReturnValue:
    """Take it out."""
    return _act(
        lambda session, viewer: playlists_service.take_out(session, viewer, playlist_id, item_id),
        f"/pl/{playlist_id}",
    )


@blueprint.get("/e/<slug>/playlists")
def choice(slug: str) -> ResponseReturnValue:
    """Which of one's playlists have an episode, or the span that `t` and `end` name; for a script
    as a part of the page that is open."""
    return _choice(slug, forms.find_span(request.args))


@blueprint.post("/e/<slug>/playlists")
def choose(slug: str) -> ResponseReturnValue:
    """Put it into those that are ticked, and take it out of the others."""
    viewer = _limited()
    try:
        wanted = forms.read_choice(
            request.form, request.form.getlist("shown"), request.form.getlist("list")
        )
        with db.committing() as session:
            episode = library_queries.get_episode_by_slug(session, viewer, slug)
            count = playlists_service.choose(session, viewer, episode, wanted)
    except (InvalidInputError, ConflictError) as error:
        span = forms.find_span(request.form)
        return _choice(slug, span, sentence=_sentence(error)), status_of(error)
    saved = said_many("It is in %(num)s playlist.", "It is in %(num)s playlists.", count)
    if is_for_fragment():
        return _choice(slug, wanted.span, sentence=saved, is_saved=True)
    flash(saved, "good")
    return redirect(episode.path, 303)


def _act(verb: Callable[[Session, Viewer], object], address: str) -> ResponseReturnValue:
    viewer = _limited()
    with db.committing() as session:
        verb(session, viewer)
    return redirect(address, 303)


def _limited() -> Viewer:
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE, "playlists", str(viewer.id))
    return viewer


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _sentence(error: MediashareError) -> str:
    """What is wrong, as it was said: str(error) would forget how."""
    named = error.errors if isinstance(error, InvalidInputError) else {}
    return next(iter(named.values()), error.args[0])


def _describing(form: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    """What the form shows in which a playlist is described."""
    viewer = login.current_viewer()
    shown_to = [each.value for each in policy.AUDIENCES if policy.may_show_to(viewer, each)]
    return {
        "form": {**dict.fromkeys(FIELDS, ""), **form},
        "errors": {name: translated(sentence) for name, sentence in errors.items()},
        "audiences": [(each, translated(views.AUDIENCES[each])) for each in shown_to],
        "groups": groups_queries.list_own(db.session(), viewer),
    }


def _index(form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    session, viewer = db.session(), login.current_viewer()
    page = playlists_queries.list_own(session, viewer, asked_page())
    idents = [each.id for each in page.items]
    return render_template(
        "playlists/index.html",
        page=page,
        summaries=playlists_queries.list_summaries(session, viewer, idents),
        nothing=Summary(),
        **_describing(form, errors),
    )


def _show(playlist_id: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    session, viewer = db.session(), login.current_viewer()
    found = playlists_queries.get_playlist(session, viewer, playlist_id)
    items = playlists_queries.list_items(session, viewer, found.id)
    may_change = policy.may_change(viewer, found)
    form = {**_form_of(found), **typed}
    return render_template(
        "playlists/show.html",
        playlist=found,
        items=items,
        length=sum(item.length_ms for item in items) / 1000,
        may_change=may_change,
        **(_describing(form, errors) if may_change else {}),
    )


def _form_of(playlist: Playlist) -> dict[str, str]:
    return {
        "title": playlist.title,
        "description": playlist.description,
        "audience": playlist.audience.value,
        "group": playlist.group_id or "",
    }


def _choice(slug: str, span: Span, *, sentence: str = "", is_saved: bool = False) -> str:
    session, viewer = db.session(), login.current_viewer()
    episode = library_queries.get_episode_by_slug(session, viewer, slug)
    whole = (span.start_ms, span.end_ms)
    own: Sequence[Playlist] = playlists_queries.list_all_own(session, viewer)
    shown = {
        "episode": episode,
        "span": span,
        "own": own,
        "held": playlists_queries.list_holding(session, viewer, episode.id, whole),
        "sentence": sentence,
        "is_saved": is_saved,
    }
    if is_for_fragment():
        return render_template("playlists/_choose.html", **shown)
    return render_template("playlists/choose.html", **shown)
