"""The page that shows what there is."""

from flask import Blueprint, render_template

from mediashare.accounts import login
from mediashare.explore import queries as explore_queries
from mediashare.web import db

blueprint = Blueprint("explore", __name__)


@blueprint.get("/explore")
def index() -> str:
    """Topics, groups and people, and what has helped most lately."""
    overview = explore_queries.get_overview(db.session(), login.current_viewer())
    return render_template("explore/index.html", overview=overview)
