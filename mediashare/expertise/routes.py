"""What a profile says of what somebody knows, and the buttons that hide a topic or show it."""

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mediashare.accounts import login
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.expertise import policy
from mediashare.expertise import queries as expertise_queries
from mediashare.expertise import service as expertise_service
from mediashare.expertise.forms import read_topic
from mediashare.expertise.queries import Expertise
from mediashare.web import db
from mediashare.web.parts import parts

blueprint = Blueprint("expertise", __name__)


@blueprint.app_template_global("expertise_of")
def expertise_of(person: User) -> Expertise:
    """What somebody talks about, as far as the viewer may know; their profile asks."""
    return expertise_queries.get_expertise(db.session(), login.current_viewer(), person)


@blueprint.post("/topics/hide")
def hide() -> ResponseReturnValue:
    """One's own profile does not name a topic any more."""
    return _act(expertise_service.hide)


@blueprint.post("/topics/show")
def show() -> ResponseReturnValue:
    """One's own profile may name a topic again."""
    return _act(expertise_service.show)


def _act(verb: Callable[[Session, Viewer, str], None]) -> ResponseReturnValue:
    viewer = login.current_viewer()
    parts().limits.hit(policy.ACT_LIMIT, "topics", str(viewer.id))
    topic = read_topic(request.form)
    with db.committing() as session:
        verb(session, viewer, topic)
    return redirect(url_for("pages.person", handle=viewer.handle, _anchor="talks"), 303)
