"""Where one has stopped, and how one wants to play, for players and other programs."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.errors import TooManyRequestsError
from mediashare.library import queries as library_queries
from mediashare.listening import forms, views
from mediashare.listening import policy as listening_policy
from mediashare.listening import queries as listening_queries
from mediashare.listening import service as listening_service
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("listening_api", __name__)


@blueprint.get("/me/listening")
def index() -> Response:
    """What one has begun and not finished, last heard first."""
    found = listening_queries.list_begun(
        db.session(), login.current_viewer(), json_api.page_request()
    )
    return json_api.listing(found, views.begun_json)


@blueprint.delete("/me/listening")
def clear() -> ResponseReturnValue:
    """Forget all of it."""
    with db.committing() as session:
        listening_service.forget_all(session, login.current_viewer())
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("/me/playback")
def playback() -> dict[str, Any]:
    """How one wants to play, on every device."""
    return views.playback_json(login.current_viewer().playback)


@blueprint.patch("/me/playback")
def change() -> dict[str, Any]:
    """Change what is sent of it and leave the rest."""
    viewer = login.current_viewer()
    wanted = forms.read_changes(json_api.body(), viewer.playback)
    with db.committing() as session:
        listening_service.change_playback(session, viewer, wanted)
    return views.playback_json(wanted)


@blueprint.put("/episodes/<episode_id>/position")
def save(episode_id: str) -> ResponseReturnValue:
    """One is at this second now."""
    viewer = login.current_viewer()
    parts().limits.hit(listening_policy.SAVE_LIMIT, "position", str(viewer.id))
    position = forms.read_position(json_api.body())
    with db.committing() as session:
        episode = library_queries.get_episode(session, viewer, episode_id)
        listening_service.save_position(session, viewer, episode, position)
    return "", HTTPStatus.NO_CONTENT


@blueprint.delete("/episodes/<episode_id>/position")
def forget(episode_id: str) -> ResponseReturnValue:
    """One does not want to go on with it."""
    viewer = login.current_viewer()
    with db.committing() as session:
        episode = library_queries.get_episode(session, viewer, episode_id)
        listening_service.forget(session, viewer, episode.id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.post("/episodes/<episode_id>/plays")
def count_play(episode_id: str) -> ResponseReturnValue:
    """One has heard enough of it to count as a play; soon after another, nothing is counted."""
    viewer = login.current_viewer()
    episode = library_queries.get_episode(db.session(), viewer, episode_id)
    with suppress(TooManyRequestsError):
        parts().limits.hit(listening_policy.PLAY_LIMIT, "play", str(viewer.id), episode.id)
        with db.committing() as session:
            listening_service.count_play(session, viewer, episode)
    return "", HTTPStatus.NO_CONTENT
