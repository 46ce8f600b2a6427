"""The button that follows somebody, on their profile, and the page of all whom one follows."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mediashare.accounts import login
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.follows import policy
from mediashare.follows import queries as follows_queries
from mediashare.follows import service as follows_service
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.languages import flash
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("follows", __name__)


@blueprint.get("/following")
def index() -> str:
    """Whom one follows, last followed first; nobody else sees it."""
    page = follows_queries.list_followed(db.session(), login.current_viewer(), asked_page())
    return render_template("follows/index.html", page=page)


@blueprint.post("/p/<handle>/follow")
def follow(handle: str) -> ResponseReturnValue:
    """Follow somebody, or not any more with the button named `clear`."""
    if "clear" in request.form:
        _stop(handle)
    else:
        person = _act(follows_service.follow, handle)
        flash(said("You follow %(name)s now. Nobody else sees it.", name=person.name), "good")
    return redirect(url_for("pages.person", handle=handle), 303)


@blueprint.post("/following/<handle>/stop")
def stop(handle: str) -> ResponseReturnValue:
    """Follow one of them no more, and see whom one still follows."""
    _stop(handle)
    return redirect(url_for("follows.index"), 303)


@blueprint.app_template_global("is_followed")
def is_followed(person: User) -> bool:
    """Whether the viewer follows this person; their profile asks."""
    return follows_queries.is_followed(db.session(), login.current_viewer(), person)


def _stop(handle: str) -> None:
    person = _act(follows_service.stop, handle)
    flash(said("You do not follow %(name)s any more.", name=person.name), "good")


def _act(verb: Callable[[Session, Viewer, str], User], handle: str) -> User:
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE, "follows", str(viewer.id))
    with db.committing() as session:
        return verb(session, viewer, handle)
