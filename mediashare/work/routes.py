"""What the home page says of one's open work, and the button by which newcomers join groups."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.groups import service as groups_service
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.languages import flash
from mediashare.web.parts import parts
from mediashare.work import policy
from mediashare.work import queries as work_queries
from mediashare.work.queries import Work

blueprint = Blueprint("work", __name__)


@blueprint.app_template_global("open_work")
def open_work(*, has_clips: bool) -> Work:
    """What the viewer can do next; the home page asks."""
    return work_queries.get_work(db.session(), login.current_viewer(), has_clips=has_clips)


@blueprint.post("/welcome/groups/<group_id>")
def join(group_id: str) -> ResponseReturnValue:
    """Join an open group, and go on at home."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.JOIN_LIMIT, "groups", str(viewer.id))
    with db.committing() as session:
        group = groups_service.join(session, viewer, group_id)
    flash(said("You are in “%(group)s” now.", group=group.name), "good")
    return redirect("/", 303)
