"""The button that says that an episode is still true."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.freshness import policy
from mediashare.freshness import service as freshness_service
from mediashare.library import queries as library_queries
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.languages import flash
from mediashare.web.parts import parts

blueprint = Blueprint("freshness", __name__)

CHECKED = said("Thank you. It is marked as checked today.")

blueprint.add_app_template_global(policy.is_due, "is_review_due")
blueprint.add_app_template_global(policy.is_worth_asking, "is_worth_asking")


@blueprint.post("/e/<slug>/still-true")
def confirm(slug: str) -> ResponseReturnValue:
    """All of it is still true."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.CONFIRM_LIMIT, "confirm", str(viewer.id))
    with db.committing() as session:
        found = library_queries.get_episode_by_slug(session, viewer, slug)
        freshness_service.confirm(session, viewer, found.id)
    flash(CHECKED, "good")
    return redirect(found.path, 303)
