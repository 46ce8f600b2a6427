"""The inbox, for programs."""

from flask import Blueprint, Response, request

from mediashare.accounts import login
from mediashare.notifications import queries as notifications_queries
from mediashare.notifications.views import notification_json
from mediashare.web import db, json_api

blueprint = Blueprint("notifications_api", __name__)


@blueprint.get("/notifications")
def index() -> Response:
    """One's own notes, newest first; `unread=1` leaves out those that were read."""
    page = notifications_queries.list_notifications(
        db.session(),
        login.current_viewer(),
        json_api.page_request(),
        only_unread=request.args.get("unread") == "1",
    )
    return json_api.listing(page, notification_json)
