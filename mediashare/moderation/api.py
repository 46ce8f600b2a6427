"""Reports and decisions, for programs."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.moderation import forms, policy, views
from mediashare.moderation import queries as moderation_queries
from mediashare.moderation import service as moderation_service
from mediashare.web import db, json_api
from mediashare.web.parts import parts

blueprint = Blueprint("moderation_api", __name__)


@blueprint.post("/reports")
def report() -> ResponseReturnValue:
    """Report an episode or a comment."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.REPORT_LIMIT, "report", str(viewer.id))
    body = json_api.body()
    target, complaint = forms.read_target(body), forms.read_complaint(body)
    with db.committing() as session:
        made = moderation_service.report(session, viewer, target, complaint)
    return views.report_json(made), 201


@blueprint.get("/moderation/reports")
@login.role_required(policy.may_moderate)
def index() -> Response:
    """The queue: one item for each thing that is reported, the longest waiting first."""
    page_request = json_api.page_request()
    page = moderation_queries.list_cases(db.session(), login.current_viewer(), page_request)
    return json_api.listing(page, views.case_json)


@blueprint.post("/moderation/reports/<report_id>/decision")
@login.role_required(policy.may_moderate)
def decide(report_id: str) -> ResponseReturnValue:
    """Hide, restore or dismiss, with a reason."""
    ruling = forms.read_ruling(json_api.body())
    with db.committing() as session:
        decision = moderation_service.decide(
            session, login.current_viewer(), report_id, ruling, address=login.client_address()
        )
    return views.decision_json(decision), 201
