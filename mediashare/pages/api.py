"""Episodes as a whole, and people, for programs."""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mediashare.accounts import login
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.chapters import forms as chapters_forms
from mediashare.chapters.models import Part
from mediashare.checks import policy as checks_policy
from mediashare.checks import service as checks_service
from mediashare.checks.policy import Policy
from mediashare.db.paging import Page, PageRequest
from mediashare.edits import forms as edits_forms
from mediashare.errors import InvalidInputError
from mediashare.expertise import queries as expertise_queries
from mediashare.expertise import views as expertise_views
from mediashare.groups import queries as groups_queries
from mediashare.jobs import steps as job_steps
from mediashare.jobs.steps import Step
from mediashare.library import forms as library_forms
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library import views as library_views
from mediashare.library.models import Episode, EpisodeState
from mediashare.library.service import EpisodeDetails
from mediashare.media import queries as media_queries
from mediashare.media import views as media_views
from mediashare.pages import service as pages_service
from mediashare.pages.service import Brought
from mediashare.ratings import queries as ratings_queries
from mediashare.ratings import views as ratings_views
from mediashare.ratings.queries import Mine
from mediashare.sentences import said
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts import views as transcripts_views
from mediashare.transcripts.models import Transcript, TranscriptState
from mediashare.web import db, json_api
from mediashare.web.languages import translated
from mediashare.web.parts import parts

blueprint = Blueprint("episodes_api", __name__)

description = Blueprint("openapi", __name__)

# In a filter, this is whoever asks; they see what they have made in every state.
ME = "me"
OPENAPI = Path(__file__).parent / "openapi"


@blueprint.get("/episodes")
def index() -> Response:
    """What is published and listed for the viewer, newest first; or all that is their own."""
    session, viewer, page = db.session(), login.current_viewer(), json_api.page_request()
    found = _list(viewer, page)
    mine = ratings_queries.list_mine(session, viewer, [episode.id for episode in found.items])
    return json_api.listing(found, lambda episode: _card(episode, mine[episode.id]))


@blueprint.post("/episodes")
def create() -> ResponseReturnValue:
    """A finished upload becomes an episode, once; asking again gives the same one."""
    viewer, body = login.current_viewer(), json_api.body()
    upload_id = body.get("upload_id")
    errors: dict[str, str] = {}
    if not isinstance(upload_id, str) or not upload_id:
        errors["upload_id"] = said("Say which upload this is.")
    details, publish = _details(body, errors), _read_publish(body)
    brought = _brought(body)
    with db.committing() as session:
        episode = pages_service.create_episode(
            session,
            viewer,
            upload_id=str(upload_id),
            details=details,
            publish=publish is not False,
            brought=brought,
        )
        checks_service.hold_if_required(session, episode, _policy())
    answer = jsonify(_episode(viewer, episode.id))
    answer.headers["Location"] = f"/api/v1/episodes/{episode.id}"
    return answer, HTTPStatus.CREATED


@blueprint.get("/episodes/<episode_id>")
def show(episode_id: str) -> dict[str, Any]:
    """Everything about one episode that the viewer may see."""
    return _episode(login.current_viewer(), episode_id)


@blueprint.patch("/episodes/<episode_id>")
def update(episode_id: str) -> dict[str, Any]:
    """Change what is sent and leave the rest."""
    viewer, body = login.current_viewer(), json_api.body()
    with db.committing() as session:
        episode = pages_service.get_own_episode(session, viewer, episode_id)
        publish, details = _read_publish(body), None
        sent = _as_sent(session, episode)
        if body.keys() & sent.keys():
            details = _details({**sent, **body}, {})
        pages_service.edit_episode(
            session, viewer, episode_id, details, publish=publish, policy=_policy()
        )
    db.session().expire_all()
    return _episode(viewer, episode_id)


@blueprint.delete("/episodes/<episode_id>")
def delete(episode_id: str) -> ResponseReturnValue:
    """Take an episode back for good."""
    with db.committing() as session:
        pages_service.delete_episode(session, login.current_viewer(), episode_id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.post("/episodes/<episode_id>/steps/<name>/retry")
def retry_step(episode_id: str, name: str) -> dict[str, Any]:
    """Try one step again that has failed or was stopped."""
    viewer = login.current_viewer()
    with db.committing() as session:
        pages_service.retry_step(session, viewer, episode_id, name)
    db.session().expire_all()
    return _episode(viewer, episode_id)


@blueprint.post("/episodes/<episode_id>/steps/<name>/cancel")
def cancel_step(episode_id: str, name: str) -> dict[str, Any]:
    """Stop one step that waits or runs."""
    viewer = login.current_viewer()
    with db.committing() as session:
        pages_service.stop_step(session, viewer, episode_id, name)
    db.session().expire_all()
    return _episode(viewer, episode_id)


@description.get("/openapi.json", endpoint="show")
def describe() -> dict[str, Any]:
    """The description of the whole API, for programs that read such."""
    return _read_description()


@blueprint.get("/me")
def me() -> dict[str, Any]:
    """Who the token or session belongs to, and what it may do."""
    session, viewer = db.session(), login.current_viewer()
    person = groups_queries.get_person(session, viewer, viewer.handle)
    groups = groups_queries.list_own(session, viewer)
    scopes = None if viewer.scopes is None else sorted(viewer.scopes)
    return {
        **_person(person),
        "id": person.id,
        "email": person.email,
        "role": person.role.value,
        "scopes": scopes,
        "groups": [{"id": group.id, "slug": group.slug, "name": group.name} for group in groups],
    }


@blueprint.get("/people/<handle>")
def person(handle: str) -> dict[str, Any]:
    """What a person's page says about them."""
    session, viewer = db.session(), login.current_viewer()
    found = groups_queries.get_person(session, viewer, handle)
    known = expertise_queries.get_expertise(session, viewer, found)
    return {**_person(found), **expertise_views.expertise_json(known)}


@cache
def _read_description() -> dict[str, Any]:
    files = [
        # In C it takes a tenth of the time.
        yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
        for path in sorted(OPENAPI.glob("*.yaml"))
    ]
    (whole,) = (part for part in files if "openapi" in part)
    for part in files:
        whole["paths"].update(part["paths"])
        for kind, components in part.get("components", {}).items():
            whole["components"].setdefault(kind, {}).update(components)
    return dict(whole)


def _list(viewer: Viewer, page: PageRequest) -> Page[Episode]:
    session, author, tag = db.session(), request.args.get("author"), request.args.get("tag")
    tag = tag and library_forms.read_tag(tag)
    if author == ME and not tag:
        return library_queries.list_own(session, viewer, page)
    author = viewer.handle if author == ME else author
    author_id = groups_queries.get_person(session, viewer, author).id if author else None
    return library_queries.list_newest(session, viewer, page, author_id=author_id, tag=tag or None)


def _details(body: Mapping[str, Any], errors: dict[str, str]) -> EpisodeDetails:
    """The details in the body; raises InvalidInputError for these and all `errors` before."""
    try:
        details = library_forms.read_details(body)
    except InvalidInputError as error:
        raise InvalidInputError(errors={**errors, **error.errors}) from error
    if errors:
        raise InvalidInputError(errors=errors)
    return details


def _brought(body: Mapping[str, Any]) -> Brought:
    captions = body.get("captions")
    if captions is not None and not isinstance(captions, str):
        raise InvalidInputError(errors={"captions": said("Must be WebVTT or SubRip, as text.")})
    request_id = body.get("request")
    if request_id is not None and not isinstance(request_id, str):
        raise InvalidInputError(errors={"request": said("Must be the id of a request.")})
    outline = chapters_forms.read_outline({"chapters": body.get("chapters")})
    return Brought(
        captions=None if captions is None else transcripts_service.read_captions(captions),
        edit=edits_forms.read_trim(body.get("trim")),
        chapters=outline.get(Part.CHAPTERS, ()),
        request_id=request_id,
    )


def _read_publish(body: Mapping[str, Any]) -> bool | None:
    publish = body.get("publish")
    if publish is not None and not isinstance(publish, bool):
        raise InvalidInputError(errors={"publish": said("Must be true or false.")})
    return publish


def _policy() -> Policy:
    return checks_policy.policy_of(parts().settings)


def _as_sent(session: Session, episode: Episode) -> dict[str, Any]:
    return {
        "title": episode.title,
        "description": episode.description,
        "tags": [tag.name for tag in episode.tags],
        "language": episode.language,
        "audience": episode.audience.value,
        "group_ids": library_queries.list_group_ids(session, episode.id),
        "review_by": _day(episode),
    }


def _episode(viewer: Viewer, episode_id: str) -> dict[str, Any]:
    session = db.session()
    episode = library_queries.get_episode(session, viewer, episode_id)
    is_own = library_policy.is_author(viewer, episode)
    sees_steps = is_own or accounts_policy.is_moderator(viewer)
    transcript = transcripts_queries.find_transcript(session, episode.id)
    waits = TranscriptState.NONE if episode.state is EpisodeState.FAILED else TranscriptState.QUEUED
    return {
        **_card(episode, ratings_queries.find_mine(session, viewer, episode.id)),
        "failure": translated(episode.failure),
        "is_held": episode.is_held,
        "review_by": _day(episode),
        "checked_at": json_api.iso(episode.checked_at),
        "group_ids": list(library_queries.list_group_ids(session, episode.id)) if is_own else [],
        "media": media_views.media_json(episode, media_queries.get_media(session, episode.id)),
        "transcript": transcripts_views.summary_json(transcript)
        or transcripts_views.summary_json(Transcript(state=waits, is_draft=False)),
        "steps": [_step(step) for step in job_steps.list_steps(session, episode.id)]
        if sees_steps
        else [],
    }


def _day(episode: Episode) -> str | None:
    return episode.review_by.isoformat() if episode.review_by else None


def _card(episode: Episode, mine: Mine) -> dict[str, Any]:
    return {
        **library_views.episode_card(episode),
        "rating": ratings_views.rating_json(episode, mine),
        "outcomes": ratings_views.outcomes_json(episode, mine),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "state": step.state.value,
        "progress": step.progress,
        "error": translated(step.error),
        "attempts": step.attempts,
        "seconds_left": step.seconds_left,
        "waiting_for": translated(step.waiting_for),
    }


def _person(person: User) -> dict[str, Any]:
    return {
        **library_views.person_json(person),
        "team": person.team,
        "place": person.place,
        "about": person.about,
    }
