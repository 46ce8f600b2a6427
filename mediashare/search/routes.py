"""The search page; it works without JavaScript."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.errors import InvalidInputError
from mediashare.media import queries as media_queries
from mediashare.search import queries as search_queries
from mediashare.search import views
from mediashare.search.forms import read_request
from mediashare.search.policy import RATE_LIMIT
from mediashare.search.queries.request import SearchPage, Sort
from mediashare.web import db
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("search", __name__)
blueprint.add_app_template_global(views.moment_path, "moment_path")


@blueprint.get("/search")
def index() -> ResponseReturnValue:
    """Results with their moments, each of which plays from its second."""
    viewer = login.current_viewer()
    parts().limits.hit(RATE_LIMIT, "search", str(viewer.id))
    page = asked_page()
    try:
        wanted = read_request(request.args, viewer, page)
        found = search_queries.search(db.session(), viewer, wanted, parts().finder)
    except InvalidInputError as error:
        return _page(SearchPage(), error.errors), 422
    return _page(found, {})


def _page(found: SearchPage, errors: dict[str, str]) -> str:
    audio = [result.episode.id for result in found.results if not result.episode.poster]
    return render_template(
        "search/index.html",
        found=found,
        errors=errors,
        asked=request.args.to_dict(),
        sorts=Sort,
        peaks=media_queries.list_peaks(db.session(), audio) if audio else {},
    )
