"""Search for programs."""

from typing import Any

from flask import Blueprint, request

from mediashare.accounts import login
from mediashare.search import queries as search_queries
from mediashare.search import views
from mediashare.search.forms import read_request
from mediashare.search.policy import RATE_LIMIT
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("search_api", __name__)


@blueprint.get("/search")
def index() -> dict[str, Any]:
    """What the viewer may see and that answers the question, with the moments that do."""
    viewer = login.current_viewer()
    parts().limits.hit(RATE_LIMIT, "search", str(viewer.id))
    asked = read_request(request.args, viewer, json_api.page_request())
    return views.page_json(search_queries.search(db.session(), viewer, asked, parts().finder))
