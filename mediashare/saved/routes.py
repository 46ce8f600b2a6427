"""Pages of saved searches, and the feed of one."""

from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from mediashare import clock
from mediashare.accounts import login
from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import ApiToken
from mediashare.accounts.policy import Viewer
from mediashare.errors import InvalidInputError
from mediashare.saved import forms as saved_forms
from mediashare.saved import policy, views
from mediashare.saved import queries as saved_queries
from mediashare.saved import service as saved_service
from mediashare.saved.errors import FeedNotFoundError
from mediashare.saved.models import Alert, SavedSearch
from mediashare.search.queries.around import list_group_names
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.error_pages import status_of
from mediashare.web.languages import flash
from mediashare.web.parts import parts

blueprint = Blueprint("saved", __name__)


def find_same() -> SavedSearch | None:
    """The search of this page, if the viewer has saved it; the page of results asks."""
    viewer, errors = login.current_viewer(), dict[str, str]()
    query = request.query_string.decode("utf-8", "replace")
    kept = saved_forms.read_query({"query": query}, viewer, errors)
    return None if errors else saved_queries.find_same(db.session(), viewer, kept)


blueprint.add_app_template_global(find_same, "saved_as")


@blueprint.get("/searches")
def index() -> ResponseReturnValue:
    """One's saved searches, and how much is new in each."""
    return _index()


@blueprint.post("/searches")
def save() -> ResponseReturnValue:
    """Save a search."""
    viewer = _limited()
    try:
        new = saved_forms.read_new(request.form, viewer)
        with db.committing() as session:
            # The form comes with an alert, whether somebody has chosen it or not.
            chosen, new = new.alert or Alert.NONE, replace(new, alert=None)
            saved, is_new = saved_service.save(session, viewer, new, unsaid=chosen)
    except InvalidInputError as error:
        return _index(errors=error.errors), status_of(error)
    if is_new:
        flash(said("“%(name)s” is saved.", name=saved.name), "good")
    else:
        flash(said("You keep this search already, as “%(name)s”.", name=saved.name), "good")
    return redirect("/searches", 303)


@blueprint.post("/searches/<search_id>/run")
def run(search_id: str) -> ResponseReturnValue:
    """Run a saved search: its results, of which none is new any more."""
    with db.committing() as session:
        saved = saved_service.mark_seen(session, login.current_viewer(), search_id)
    return redirect(saved.path, 303)


@blueprint.post("/searches/<search_id>")
def change(search_id: str) -> ResponseReturnValue:
    """Rename it, or be told of it in another way."""
    viewer = _limited()
    try:
        with db.committing() as session:
            saved = saved_queries.get_saved(session, viewer, search_id)
            name, alert = saved_forms.read_change(request.form, name=saved.name, alert=saved.alert)
            saved_service.change(session, viewer, search_id, name=name, alert=alert)
    except InvalidInputError as error:
        return _index(errors=error.errors), status_of(error)
    flash(said("“%(name)s” is changed.", name=name), "good")
    return redirect("/searches", 303)


@blueprint.post("/searches/<search_id>/delete")
def remove(search_id: str) -> ResponseReturnValue:
    """Keep it no more."""
    viewer = _limited()
    with db.committing() as session:
        saved_service.remove(session, viewer, search_id)
    flash(said("The search is removed, and its feed with it."), "good")
    return redirect("/searches", 303)


@blueprint.post("/searches/<search_id>/feed")
def make_feed(search_id: str) -> ResponseReturnValue:
    """Make the address of its feed, which is shown this once, or end it with the button named
    `end`."""
    viewer = _limited()
    if "end" in request.form:
        with db.committing() as session:
            saved_service.end_feed(session, viewer, search_id)
        flash(said("The feed is ended: its address shows nothing any more."), "good")
        return redirect("/searches", 303)
    with db.committing() as session:
        token = saved_service.make_feed(session, viewer, search_id)
    return _index(feed=views.feed_address(token))


@blueprint.get("/feeds/search.xml")
def feed() -> ResponseReturnValue:
    """What a saved search finds, for feed readers, which show by a token of this feed whose it is.

    What they have already is not sent again.
    """
    session, token = db.session(), request.args.get("token", "")
    found = saved_queries.find_feed(session, token)
    if found is None:
        raise FeedNotFoundError
    saved, row = found
    parts().limits.hit(policy.FEED_LIMIT, "feed", row.id)
    _note_use(row, token)
    text = views.feed_xml(saved, saved_queries.list_feed(session, saved))
    response = Response(text, mimetype="application/rss+xml")
    # The address is a secret, and what it shows is one person's: no cache in between keeps it.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.add_etag()
    return response.make_conditional(request)


def _note_use(row: ApiToken, token: str) -> None:
    is_stale = row.used_at is None or clock.now() - row.used_at > accounts_service.RENEW_AFTER
    if is_stale:
        with parts().database.transaction() as session:
            accounts_service.note_token_use(session, token)


def _limited() -> Viewer:
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE, "saved", str(viewer.id))
    return viewer


def _index(*, feed: str = "", errors: dict[str, str] | None = None) -> str:
    session, viewer = db.session(), login.current_viewer()
    searches = saved_queries.list_saved(session, viewer)
    asked = {saved.id: saved_queries.read_parts(saved.query) for saved in searches}
    groups = {parts["group"] for parts in asked.values() if "group" in parts}
    return render_template(
        "saved/index.html",
        searches=searches,
        asked=asked,
        groups=list_group_names(session, viewer, groups) if groups else {},
        new=saved_queries.count_new(session, viewer),
        alerts=list(Alert),
        feed=feed,
        errors=errors or {},
    )
