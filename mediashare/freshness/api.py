"""The same for programs."""

from typing import Any

from flask import Blueprint

from mediashare.accounts import login
from mediashare.freshness import policy, views
from mediashare.freshness import service as freshness_service
from mediashare.web import db
from mediashare.web.parts import parts

blueprint = Blueprint("freshness_api", __name__)


@blueprint.post("/episodes/<episode_id>/still-true")
def confirm(episode_id: str) -> dict[str, Any]:
    """All of it is still true."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.CONFIRM_LIMIT, "confirm", str(viewer.id))
    with db.committing() as session:
        episode = freshness_service.confirm(session, viewer, episode_id)
        return views.freshness_json(episode)
