"""The page that shows what there is, and what to go on with after an episode."""

from flask import Blueprint, render_template

from mediashare.accounts import login
from mediashare.explore import queries as explore_queries
from mediashare.library import queries as library_queries
from mediashare.web import db
from mediashare.web.error_pages import is_for_fragment
from mediashare.web.parts import parts

blueprint = Blueprint("explore", __name__)


@blueprint.get("/explore")
def index() -> str:
    """Topics, groups and people, and what has helped most lately."""
    overview = explore_queries.get_overview(db.session(), login.current_viewer())
    return render_template("explore/index.html", overview=overview)


@blueprint.get("/e/<slug>/related")
def related(slug: str) -> str:
    """What to go on with after an episode; the part of its page that is fetched once somebody has
    come so far, or a page of its own."""
    session, viewer = db.session(), login.current_viewer()
    episode = library_queries.get_episode_by_slug(session, viewer, slug)
    found = explore_queries.list_related(session, viewer, episode, parts().finder)
    if is_for_fragment():
        return render_template("explore/_related.html", related=found)
    return render_template("explore/related.html", episode=episode, related=found)
