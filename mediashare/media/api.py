"""Posters in the API: what an author can choose from, the choice, and a picture of their own."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnsupportedMediaType

from mediashare.accounts.login import current_viewer
from mediashare.errors import InvalidInputError
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library.errors import NotYourEpisodeError
from mediashare.library.models import Episode
from mediashare.media import forms as media_forms
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media import views as media_views
from mediashare.media.policy import PICTURE_LIMIT
from mediashare.sentences import said
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("media_api", __name__)


@blueprint.get("/episodes/<episode_id>/posters")
def posters(episode_id: str) -> dict[str, Any]:
    """The pictures that can stand for an episode, for its author."""
    return _posters(_own(db.session(), episode_id))


@blueprint.put("/episodes/<episode_id>/poster")
def choose_poster(episode_id: str) -> dict[str, Any]:
    """Another of its pictures stands for the episode."""
    picture_id = json_api.body().get("picture_id")
    if not isinstance(picture_id, str):
        raise InvalidInputError(errors={"picture_id": said("Say which picture this is.")})
    with db.committing() as session:
        episode = _own(session, episode_id)
        media_service.choose_poster(session, episode.id, picture_id)
        return _posters(episode)


@blueprint.post("/episodes/<episode_id>/posters")
def send_poster(episode_id: str) -> ResponseReturnValue:
    """A picture of the author's own, as the file `picture`, stands for the episode as soon as a
    worker has made it fit."""
    viewer = current_viewer()
    _own(db.session(), episode_id)
    parts().limits.hit(PICTURE_LIMIT, "picture", str(viewer.id))
    file = request.files.get("picture")
    data = file.read(media_forms.MAX_BYTES + 1) if file else b""
    if data and not media_forms.is_picture(data):
        raise UnsupportedMediaType
    picture = media_forms.read_picture(data)
    db.release()
    with (
        media_service.sent_picture(parts().storage, episode_id, picture) as key,
        db.committing() as session,
    ):
        episode = _own(session, episode_id)
        media_service.prepare_poster(session, episode, key)
        return _posters(episode), HTTPStatus.ACCEPTED


def _posters(episode: Episode) -> dict[str, Any]:
    found = media_queries.list_posters(db.session(), episode.id)
    return media_views.posters_json(episode, found)


def _own(session: Session, episode_id: str) -> Episode:
    episode = library_queries.get_episode(session, current_viewer(), episode_id)
    if not library_policy.may_edit(current_viewer(), episode):
        raise NotYourEpisodeError
    return episode
