"""The two forms on the page of an episode: stars, and what came of it.

Each leads back to the page, or, where a script has asked, answers with the form alone.
"""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.ratings import forms, policy
from mediashare.ratings import queries as ratings_queries
from mediashare.ratings import service as ratings_service
from mediashare.web import db
from mediashare.web.error_pages import is_for_fragment
from mediashare.web.parts import parts

blueprint = Blueprint("ratings", __name__)
# The partials are shown by the page of the episode too, which knows nothing of this rule.
blueprint.add_app_template_global(library_policy.may_rate, "may_rate")


@blueprint.post("/e/<slug>/rating")
def rate(slug: str) -> ResponseReturnValue:
    """Give stars, or take them back with the button named `clear`."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE_LIMIT, "rate", str(viewer.id))
    with db.committing() as session:
        episode = library_queries.get_episode_by_slug(session, viewer, slug)
        if "clear" in request.form:
            ratings_service.unrate(session, viewer, episode)
        else:
            ratings_service.rate(session, viewer, episode, forms.read_stars(request.form))
    if not is_for_fragment():
        return redirect(episode.path, 303)
    mine = ratings_queries.find_mine(db.session(), viewer, episode.id)
    return render_template("ratings/_stars.html", episode=episode, mine=mine)


@blueprint.post("/e/<slug>/outcome")
def outcome(slug: str) -> ResponseReturnValue:
    """Say what came of it, or take it back with the button named `clear`."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.RATE_LIMIT, "rate", str(viewer.id))
    with db.committing() as session:
        episode = library_queries.get_episode_by_slug(session, viewer, slug)
        if "clear" in request.form:
            ratings_service.clear_outcome(session, viewer, episode)
        else:
            verdict, note = forms.read_verdict(request.form), forms.read_note(request.form)
            ratings_service.set_outcome(session, viewer, episode, verdict, note)
    if not is_for_fragment():
        return redirect(episode.path, 303)
    mine = ratings_queries.find_mine(db.session(), viewer, episode.id)
    return render_template("ratings/_outcome.html", episode=episode, mine=mine)
