"""Report something; look through what was reported; decide."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.discussion import queries as discussion_queries
from mediashare.discussion.models import Comment
from mediashare.errors import InvalidInputError
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.moderation import forms, policy, views
from mediashare.moderation import queries as moderation_queries
from mediashare.moderation import service as moderation_service
from mediashare.moderation.models import TargetType
from mediashare.moderation.service import Target
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.error_pages import is_for_fragment
from mediashare.web.languages import flash
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("moderation", __name__)


@blueprint.route("/e/<slug>/report", methods=["GET", "POST"])
def report(slug: str) -> ResponseReturnValue:
    """Report an episode, perhaps at a moment."""
    viewer = login.current_viewer()
    episode = library_queries.get_episode_by_slug(db.session(), viewer, slug)
    return _report(Target(TargetType.EPISODE, episode.id), episode, None)


@blueprint.route("/comments/<comment_id>/report", methods=["GET", "POST"])
def report_comment(comment_id: str) -> ResponseReturnValue:
    """Report a comment."""
    viewer = login.current_viewer()
    comment = discussion_queries.get_comment(db.session(), viewer, comment_id)
    return _report(Target(TargetType.COMMENT, comment.id), comment.episode, comment)


@blueprint.get("/moderation")
@login.role_required(policy.may_moderate)
def index() -> ResponseReturnValue:
    """The queue, the longest waiting first."""
    session, viewer = db.session(), login.current_viewer()
    return render_template(
        "moderation/index.html",
        cases=moderation_queries.list_cases(session, viewer, asked_page()),
        reasons=views.REASONS,
        may_judge_own=moderation_queries.may_judge_own(session, viewer),
    )


@blueprint.get("/moderation/hidden")
@login.role_required(policy.may_moderate)
def hidden() -> ResponseReturnValue:
    """What is hidden now, and the way back."""
    session, viewer = db.session(), login.current_viewer()
    return render_template(
        "moderation/hidden.html",
        hidden=moderation_queries.list_hidden(session, viewer, asked_page()),
        may_judge_own=moderation_queries.may_judge_own(session, viewer),
    )


@blueprint.post("/moderation/reports/<report_id>/decision")
@login.role_required(policy.may_moderate)
def decide(report_id: str) -> ResponseReturnValue:
    """Hide, restore or dismiss, with a reason; back to the list that it was decided on."""
    ruling = forms.read_ruling(request.form)
    with db.committing() as session:
        decision = moderation_service.decide(
            session, login.current_viewer(), report_id, ruling, address=login.client_address()
        )
    sentence = views.DECIDED[decision.action]
    if is_for_fragment():
        return render_template("moderation/_decided.html", sentence=sentence)
    flash(sentence)
    return redirect(url_for(".hidden" if decision.action == "restore" else ".index"), 303)


def _report(target: Target, episode: Episode, comment: Comment | None) -> ResponseReturnValue:
    shown = {"episode": episode, "comment": comment, "reasons": views.REASONS}
    if request.method != "POST":
        typed = {"at": request.args.get("t", "")}
        return render_template("moderation/report.html", **shown, typed=typed, errors={})
    viewer, address = login.current_viewer(), episode.path
    parts().limits.hit(policy.REPORT_LIMIT, "report", str(viewer.id))
    try:
        complaint = forms.read_complaint(request.form)
        with db.committing() as session:
            moderation_service.report(session, viewer, target, complaint)
    except InvalidInputError as error:
        page = render_template(
            "moderation/report.html", **shown, typed=request.form, errors=error.errors
        )
        return page, 422
    flash(said("Thank you. A moderator will look at it, and you will be told."))
    return redirect(address, 303)
