"""Search for programs."""

from functools import partial
from typing import Any

from flask import Blueprint, request

from mediashare.accounts import login
from mediashare.library import queries as library_queries
from mediashare.search import queries as search_queries
from mediashare.search import service as search_service
from mediashare.search import views
from mediashare.search.forms import read_request, read_words
from mediashare.search.policy import RATE_LIMIT
from mediashare.web import db, json_api
from mediashare.web.afterwards import when_sent
from mediashare.web.parts import parts

blueprint = Blueprint("search_api", __name__)


@blueprint.get("/search")
def index() -> dict[str, Any]:
    """What the viewer may see and that answers the question, with the moments that do."""
    viewer = login.current_viewer()
    parts().limits.hit(RATE_LIMIT, "search", str(viewer.id))
    asked = read_request(request.args, viewer, json_api.page_request())
    found = search_queries.search(db.session(), viewer, asked, parts().finder)
    if parts().settings.search_log_days:
        when_sent(partial(search_service.note_asked, parts().database, asked, found))
    return views.page_json(found, asked)


@blueprint.get("/episodes/<episode_id>/moments")
def moments(episode_id: str) -> dict[str, Any]:
    """Every moment of one episode that answers, best first."""
    session, viewer = db.session(), login.current_viewer()
    parts().limits.hit(RATE_LIMIT, "search", str(viewer.id))
    episode = library_queries.get_episode(session, viewer, episode_id)
    asked = read_words(request.args)
    found = search_queries.list_all_moments(session, viewer, episode.id, asked)
    return views.moments_json(episode, found, asked)
