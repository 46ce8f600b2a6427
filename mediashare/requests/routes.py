"""Pages of requests: what is asked for, one request with its answers, and their forms."""

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mediashare.accounts import login
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.errors import InvalidInputError
from mediashare.groups import queries as groups_queries
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library.errors import NotYourEpisodeError
from mediashare.library.models import Episode
from mediashare.requests import forms as requests_forms
from mediashare.requests import policy
from mediashare.requests import queries as requests_queries
from mediashare.requests import service as requests_service
from mediashare.requests.models import Request, RequestState
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.error_pages import status_of
from mediashare.web.languages import flash
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("requests", __name__)

NEW = ("title", "details", "group")


@blueprint.get("/requests")
def index() -> ResponseReturnValue:
    """What people ask for, newest first, and the form that asks; `q` fills in the question."""
    return _index({"title": request.args.get("q", "")[: requests_forms.MAX_TITLE]}, {})


@blueprint.post("/requests")
def create() -> ResponseReturnValue:
    """Ask for a clip."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.ASK_LIMIT, "ask", str(viewer.id))
    try:
        new = requests_forms.read_new(request.form)
        with db.committing() as session:
            asked = requests_service.ask(session, viewer, new)
    except InvalidInputError as error:
        typed = {name: request.form.get(name, "") for name in NEW}
        return _index(typed, error.errors), status_of(error)
    flash(said("Your request is there. You are told when somebody offers a clip."), "good")
    return redirect(asked.path, 303)


@blueprint.get("/r/<request_id>")
def show(request_id: str) -> ResponseReturnValue:
    """One request: what is offered for it, and how to offer something."""
    return _show(request_id, "", {})


@blueprint.post("/r/<request_id>/want")
def want(request_id: str) -> ResponseReturnValue:
    """Want it too, or not any more with the button named `clear`."""
    if "clear" in request.form:
        return _act(requests_service.stop_wanting, request_id)
    return _act(requests_service.want, request_id)


@blueprint.post("/r/<request_id>/close")
def close(request_id: str) -> ResponseReturnValue:
    """Nobody needs to answer it any more."""
    return _act(requests_service.close, request_id)


@blueprint.post("/r/<request_id>/reopen")
def reopen(request_id: str) -> ResponseReturnValue:
    """It is not answered after all."""
    return _act(requests_service.reopen, request_id)


@blueprint.post("/r/<request_id>/answers")
def offer(request_id: str) -> ResponseReturnValue:
    """Offer a clip: its pasted address, or one of one's own."""
    viewer = _limited()
    try:
        offered = requests_forms.read_offer(request.form)
        with db.committing() as session:
            requests_service.offer(session, viewer, request_id, offered)
    except InvalidInputError as error:
        page = _show(request_id, request.form.get("link", ""), error.errors)
        return page, status_of(error)
    flash(said("Your clip is offered. Those who want it are told."), "good")
    return redirect(f"/r/{request_id}", 303)


@blueprint.post("/r/<request_id>/answers/<answer_id>/accept")
def accept(request_id: str, answer_id: str) -> ResponseReturnValue:
    """Say that this is what was asked for."""
    return _act(
        lambda session, viewer, ident: requests_service.accept(session, viewer, ident, answer_id),
        request_id,
    )


@blueprint.post("/r/<request_id>/answers/<answer_id>/delete")
def withdraw(request_id: str, answer_id: str) -> ResponseReturnValue:
    """Take back what one has offered."""
    return _act(
        lambda session, viewer, ident: requests_service.withdraw(session, viewer, ident, answer_id),
        request_id,
    )


@blueprint.post("/e/<slug>/answer")
def offer_planned(slug: str) -> ResponseReturnValue:
    """Offer an episode for the request that it was made for, or not, with the button `drop`."""
    viewer = _limited()
    with db.committing() as session:
        episode = library_queries.get_episode_by_slug(session, viewer, slug)
        if not library_policy.may_edit(viewer, episode):
            raise NotYourEpisodeError
        if "drop" in request.form:
            requests_service.forget_plan(session, episode)
            return redirect(episode.path, 303)
        answer = requests_service.offer_planned(session, viewer, episode)
    flash(said("Your clip is offered. Those who want it are told."), "good")
    return redirect(f"/r/{answer.request_id}", 303)


@blueprint.app_template_global("planned_request")
def planned_request(episode: Episode) -> Request | None:
    """The open request that an episode of the viewer's was made for; their pages ask."""
    viewer = login.current_viewer()
    if not library_policy.may_edit(viewer, episode):
        return None
    return requests_queries.find_planned(db.session(), viewer, episode.id)


@blueprint.app_template_global("asked_request")
def asked_request() -> Request | None:
    """The open request that the address of this page names, for which something is to be made."""
    ident = request.values.get("request", "")
    return requests_queries.find_open(db.session(), login.current_viewer(), ident)


def _act(verb: Callable[[Session, Viewer, str], Request], request_id: str) -> ResponseReturnValue:
    viewer = _limited()
    with db.committing() as session:
        verb(session, viewer, request_id)
    return redirect(f"/r/{request_id}", 303)


def _limited() -> Viewer:
    viewer = login.current_viewer()
    parts().limits.hit(policy.ACT_LIMIT, "request", str(viewer.id))
    return viewer


def _index(form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    session, viewer = db.session(), login.current_viewer()
    state = requests_forms.read_state(request.args.get("state"))
    page = requests_queries.list_requests(session, viewer, asked_page(), state=state)
    idents = [each.id for each in page.items]
    return render_template(
        "requests/index.html",
        page=page,
        state=state,
        states=list(RequestState),
        counts=requests_queries.count_answers(session, viewer, idents),
        groups=groups_queries.list_own(session, viewer),
        asks_all=accounts_policy.is_member(viewer),
        form={**dict.fromkeys(NEW, ""), **form},
        errors=errors,
    )


def _show(request_id: str, link: str, errors: Mapping[str, str]) -> str:
    session, viewer = db.session(), login.current_viewer()
    found = requests_queries.get_request(session, viewer, request_id)
    membership = (
        groups_queries.find_membership(session, found.group_id, viewer.id)
        if found.group_id
        else None
    )
    return render_template(
        "requests/show.html",
        wanted=found,
        is_wanted=found.id in requests_queries.list_wanted(session, viewer, [found.id]),
        may_want=policy.may_want(viewer, found),
        may_settle=policy.may_settle(viewer, found, membership),
        answers=requests_queries.list_answers(session, viewer, found.id),
        may_withdraw=policy.may_withdraw,
        own=requests_queries.list_offerable(session, viewer),
        link=link,
        errors=errors,
    )
