"""The check before publishing, and watched words, for programs."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.checks import forms, views
from mediashare.checks import policy as checks_policy
from mediashare.checks import queries as checks_queries
from mediashare.checks import service as checks_service
from mediashare.checks.policy import Policy
from mediashare.edits import policy as edits_policy
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("checks_api", __name__)


@blueprint.get("/episodes/<episode_id>/check")
def show(episode_id: str) -> dict[str, Any]:
    """How far the check is and what it has found, for those who may decide about it."""
    return _status(episode_id)


@blueprint.post("/episodes/<episode_id>/check")
def again(episode_id: str) -> ResponseReturnValue:
    """Have what is said looked through once more."""
    viewer = login.current_viewer()
    parts().limits.hit(edits_policy.RATE_LIMIT, "check", str(viewer.id))
    with db.committing() as session:
        checks_service.look_again(session, viewer, episode_id)
    return _status(episode_id), HTTPStatus.ACCEPTED


@blueprint.post("/episodes/<episode_id>/findings/<finding_id>/keep")
def keep(episode_id: str, finding_id: str) -> dict[str, Any]:
    """Others may hear this."""
    with db.committing() as session:
        checks_service.keep(
            session,
            login.current_viewer(),
            (episode_id, finding_id),
            _policy(),
            address=login.client_address(),
        )
    return _status(episode_id)


@blueprint.post("/episodes/<episode_id>/findings/<finding_id>/mute")
def mute(episode_id: str, finding_id: str) -> ResponseReturnValue:
    """Nobody is to hear this: another version is made without it."""
    viewer = login.current_viewer()
    parts().limits.hit(edits_policy.RATE_LIMIT, "edit", str(viewer.id))
    with db.committing() as session:
        checks_service.mute(
            session, viewer, (episode_id, finding_id), address=login.client_address()
        )
    return _status(episode_id), HTTPStatus.ACCEPTED


@blueprint.get("/moderation/words")
@login.role_required(checks_policy.may_watch)
def words() -> dict[str, Any]:
    """The words that moderators want to know of; there are never more than fit in one answer."""
    watched = checks_queries.list_words(db.session())
    return {"items": [views.word_json(word) for word in watched]}


@blueprint.post("/moderation/words")
@login.role_required(checks_policy.may_watch)
def add_word() -> ResponseReturnValue:
    """Look for another word from now on."""
    word = forms.read_word(json_api.body())
    with db.committing() as session:
        made = checks_service.add_word(
            session, login.current_viewer(), word, address=login.client_address()
        )
    return views.word_json(made), HTTPStatus.CREATED


@blueprint.delete("/moderation/words/<ident>")
@login.role_required(checks_policy.may_watch)
def remove_word(ident: str) -> ResponseReturnValue:
    """Do not look for a word any more."""
    with db.committing() as session:
        checks_service.remove_word(
            session, login.current_viewer(), ident, address=login.client_address()
        )
    return "", HTTPStatus.NO_CONTENT


def _policy() -> Policy:
    return checks_policy.policy_of(parts().settings)


def _status(episode_id: str) -> dict[str, Any]:
    session = db.session()
    session.expire_all()
    episode = checks_queries.get_own_by_id(session, login.current_viewer(), episode_id)
    return views.status_json(episode, checks_queries.get_status(session, episode.id), _policy())
