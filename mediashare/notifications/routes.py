"""The inbox."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.notifications import queries as notifications_queries
from mediashare.notifications import service as notifications_service
from mediashare.web import db
from mediashare.web.paging import asked_page

blueprint = Blueprint("notifications", __name__)


@blueprint.app_template_global("count_unread")
def count_unread() -> int:
    """What the bell in the header shows; asked once for each page."""
    return notifications_queries.count_unread(db.session(), login.current_viewer())


@blueprint.get("/inbox")
def index() -> ResponseReturnValue:
    """What people were told, newest first."""
    page = notifications_queries.list_notifications(
        db.session(), login.current_viewer(), asked_page()
    )
    return render_template("notifications/index.html", page=page)


@blueprint.post("/inbox/<ident>/read")
def read(ident: str) -> ResponseReturnValue:
    """Tick one note off and go to what it is about."""
    with db.committing() as session:
        note = notifications_service.mark_read(session, login.current_viewer(), ident)
    return redirect(note.path or "/inbox")


@blueprint.post("/inbox/read")
def read_all() -> ResponseReturnValue:
    """Tick everything off."""
    with db.committing() as session:
        notifications_service.mark_all_read(session, login.current_viewer())
    return redirect("/inbox")
