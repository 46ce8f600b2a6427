"""The back office: people, jobs, health. For everybody but admins it does not exist."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from mediashare.accounts import forms as accounts_forms
from mediashare.accounts import login
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts import queries as accounts_queries
from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import Role
from mediashare.admin import forms as admin_forms
from mediashare.admin import queries as admin_queries
from mediashare.admin import service as admin_service
from mediashare.admin import views as admin_views
from mediashare.jobs import reports as worker_reports
from mediashare.search.queries.demand import LEAST_DAYS, LEAST_SEARCHES, list_demand
from mediashare.sentences import said_many
from mediashare.web import db
from mediashare.web.languages import flash
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("admin", __name__)
admin_only = login.role_required(accounts_policy.is_admin)


@blueprint.get("/admin")
@admin_only
def index() -> ResponseReturnValue:
    """The back office opens on its people."""
    return redirect("/admin/people")


@blueprint.get("/admin/people")
@admin_only
def people() -> ResponseReturnValue:
    """Everybody with an account, newest first."""
    words = request.args.get("q", "")[:200].replace("\0", "")
    page = accounts_queries.list_people(db.session(), asked_page(), words=words)
    return render_template(
        "admin/people.html",
        page=page,
        words=words,
        roles=list(Role),
    )


@blueprint.post("/admin/people/<ident>/role")
@admin_only
def change_role(ident: str) -> ResponseReturnValue:
    """Give somebody another role."""
    role = accounts_forms.read_role(request.form)
    with db.committing() as session:
        accounts_service.change_role(
            session, login.current_viewer(), ident, role, address=login.client_address()
        )
    return redirect("/admin/people")


@blueprint.post("/admin/people/<ident>/disable")
@admin_only
def disable(ident: str) -> ResponseReturnValue:
    """Put somebody out at once."""
    with db.committing() as session:
        accounts_service.disable(
            session, login.current_viewer(), ident, address=login.client_address()
        )
    return redirect("/admin/people")


@blueprint.post("/admin/people/<ident>/enable")
@admin_only
def enable(ident: str) -> ResponseReturnValue:
    """Let somebody in again."""
    with db.committing() as session:
        accounts_service.enable(
            session, login.current_viewer(), ident, address=login.client_address()
        )
    return redirect("/admin/people")


@blueprint.post("/admin/people/<ident>/sign-out")
@admin_only
def end_sessions(ident: str) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    with db.committing() as session:
        user = accounts_service.get_user(session, ident)
        accounts_service.end_all_sessions(
            session, login.current_viewer(), user.id, address=login.client_address()
        )
    return redirect("/admin/people")


@blueprint.get("/admin/jobs")
@admin_only
def jobs() -> ResponseReturnValue:
    """How the queues go, who works, what failed why; and all jobs, newest first."""
    session, wanted = db.session(), admin_forms.read_filter(request.args)
    depths, done = admin_queries.list_queue_depths(session), admin_queries.list_throughput(session)
    present, running = worker_reports.list_present(session), admin_queries.list_running(session)
    return render_template(
        "admin/jobs.html",
        queues=admin_views.queue_lines(depths, done),
        workers=admin_views.worker_lines(present, running),
        reasons=admin_queries.list_reasons(session),
        page=admin_queries.list_jobs(session, wanted, asked_page()),
        wanted=wanted,
        states=admin_views.STATES,
        kinds=admin_queries.list_kinds(session),
    )


@blueprint.post("/admin/jobs/retry-failed")
@admin_only
def retry_failed() -> ResponseReturnValue:
    """Start all jobs from the beginning that failed for one reason."""
    kind, reason = admin_forms.read_failure(request.form)
    with db.committing() as session:
        count = admin_service.retry_failures(
            session, login.current_viewer(), kind, reason, address=login.client_address()
        )
    flash(said_many("%(num)s job is tried again.", "%(num)s jobs are tried again.", count), "good")
    return redirect("/admin/jobs", 303)


@blueprint.post("/admin/jobs/<ident>/retry")
@admin_only
def retry(ident: str) -> ResponseReturnValue:
    """Start a failed job from the beginning."""
    with db.committing() as session:
        admin_service.retry_job(
            session, login.current_viewer(), ident, address=login.client_address()
        )
    return redirect("/admin/jobs")


@blueprint.post("/admin/jobs/<ident>/cancel")
@admin_only
def cancel(ident: str) -> ResponseReturnValue:
    """Stop the work on what the job is about."""
    with db.committing() as session:
        admin_service.cancel_job(
            session, login.current_viewer(), ident, address=login.client_address()
        )
    return redirect("/admin/jobs")


@blueprint.get("/admin/demand")
@admin_only
def demand() -> ResponseReturnValue:
    """What people search for and do not find."""
    return render_template(
        "admin/demand.html",
        demand=list_demand(db.session()),
        days=parts().settings.search_log_days,
        least_days=LEAST_DAYS,
        least_searches=LEAST_SEARCHES,
    )


@blueprint.get("/admin/health")
@admin_only
def health() -> ResponseReturnValue:
    """What the house is made of, and whether each part does its work."""
    reports = worker_reports.list_reports(db.session())
    present = worker_reports.present(reports)
    depths = admin_queries.list_queue_depths(db.session())
    ready = admin_views.readiness(parts().database, parts().storage)
    return render_template(
        "admin/health.html",
        ready=ready,
        parts=admin_views.PARTS,
        depths=depths,
        facts=admin_views.facts(parts().settings, parts().database),
        reports=reports,
        without_room=worker_reports.count_without_room(db.session(), present),
        silence=admin_views.minutes_of_silence(reports) if reports else None,
    )
