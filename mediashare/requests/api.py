"""Requests, for programs."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mediashare.accounts import login
from mediashare.accounts.policy import Viewer
from mediashare.requests import forms as requests_forms
from mediashare.requests import policy, views
from mediashare.requests import queries as requests_queries
from mediashare.requests import service as requests_service
from mediashare.requests.models import Request
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("requests_api", __name__)


@blueprint.get("/requests")
def index() -> Response:
    """Open requests that one may know of, newest first; `state` lists others."""
    session, viewer = db.session(), login.current_viewer()
    state = requests_forms.read_state(request.args.get("state"))
    page = requests_queries.list_requests(session, viewer, json_api.page_request(), state=state)
    idents = [each.id for each in page.items]
    counts = requests_queries.count_answers(session, viewer, idents)
    wanted = requests_queries.list_wanted(session, viewer, idents)

    def show(each: Request) -> dict[str, Any]:
        answers = counts.get(each.id, 0)
        return views.request_json(each, answers=answers, is_wanted=each.id in wanted)

    return json_api.listing(page, show)


@blueprint.post("/requests")
def create() -> ResponseReturnValue:
    """Ask for a clip."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.ASK_LIMIT, "ask", str(viewer.id))
    new = requests_forms.read_new(json_api.body())
    with db.committing() as session:
        asked = requests_service.ask(session, viewer, new)
    return _show(asked.id), HTTPStatus.CREATED


@blueprint.get("/requests/<request_id>")
def show(request_id: str) -> dict[str, Any]:
    """One request."""
    return _show(request_id)


@blueprint.put("/requests/<request_id>/want")
def want(request_id: str) -> dict[str, Any]:
    """Say that one wants it too."""
    return _act(requests_service.want, request_id)


@blueprint.delete("/requests/<request_id>/want")
def stop_wanting(request_id: str) -> dict[str, Any]:
    """Say that one does not need it any more."""
    return _act(requests_service.stop_wanting, request_id)


@blueprint.post("/requests/<request_id>/close")
def close(request_id: str) -> dict[str, Any]:
    """Nobody needs to answer it any more."""
    return _act(requests_service.close, request_id)


@blueprint.post("/requests/<request_id>/reopen")
def reopen(request_id: str) -> dict[str, Any]:
    """It is not answered after all."""
    return _act(requests_service.reopen, request_id)


@blueprint.get("/requests/<request_id>/answers")
def answers(request_id: str) -> Response:
    """What is offered, as far as one may see it."""
    session, viewer = db.session(), login.current_viewer()
    requests_queries.get_request(session, viewer, request_id)
    found = requests_queries.list_answers(session, viewer, request_id)
    return jsonify(items=[views.answer_json(answer) for answer in found])


@blueprint.post("/requests/<request_id>/answers")
def offer(request_id: str) -> ResponseReturnValue:
    """Offer a clip or a moment of it."""
    viewer = _limited()
    offered = requests_forms.read_offer(json_api.body())
    with db.committing() as session:
        answer = requests_service.offer(session, viewer, request_id, offered)
    found = requests_queries.list_answers(db.session(), viewer, request_id)
    shown = next(each for each in found if each.id == answer.id)
    return views.answer_json(shown), HTTPStatus.CREATED


@blueprint.post("/requests/<request_id>/answers/<answer_id>/accept")
def accept(request_id: str, answer_id: str) -> dict[str, Any]:
    """Say that this is what was asked for."""
    viewer = _limited()
    with db.committing() as session:
        requests_service.accept(session, viewer, request_id, answer_id)
    return _show(request_id)


@blueprint.delete("/requests/<request_id>/answers/<answer_id>")
def withdraw(request_id: str, answer_id: str) -> ResponseReturnValue:
    """Take back what one has offered."""
    viewer = _limited()
    with db.committing() as session:
        requests_service.withdraw(session, viewer, request_id, answer_id)
    return "", HTTPStatus.NO_CONTENT


def _act(verb: Callable[[Session, Viewer, str], Request], request_id: str) -> dict[str, Any]:
    viewer = _limited()
    with db.committing() as session:
        verb(session, viewer, request_id)
    return _show(request_id)


def _limited() -> Viewer:
    viewer = login.current_viewer()
    parts().limits.hit(policy.ACT_LIMIT, "request", str(viewer.id))
    return viewer


def _show(request_id: str) -> dict[str, Any]:
    session, viewer = db.session(), login.current_viewer()
    found = requests_queries.get_request(session, viewer, request_id)
    counts = requests_queries.count_answers(session, viewer, [found.id])
    wanted = requests_queries.list_wanted(session, viewer, [found.id])
    return views.request_json(found, answers=counts.get(found.id, 0), is_wanted=found.id in wanted)
