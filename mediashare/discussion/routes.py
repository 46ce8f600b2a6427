"""The discussion below an episode: read on, post, edit, delete.

Posting leads back to the page, or, where a script has asked, answers with the discussion alone.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.accounts.policy import Viewer
from mediashare.discussion import forms, policy, views
from mediashare.discussion import queries as discussion_queries
from mediashare.discussion import service as discussion_service
from mediashare.discussion.errors import NotYourCommentError
from mediashare.discussion.models import Comment
from mediashare.errors import InvalidInputError
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.web import db
from mediashare.web.error_pages import is_for_fragment
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("discussion", __name__)
# The partials are shown by the page of the episode too, which knows nothing of these rules.
blueprint.add_app_template_global(library_policy.may_discuss, "may_discuss")
blueprint.add_app_template_global(policy.may_read_words, "may_read_words")
blueprint.add_app_template_global(policy.may_change, "may_change_comment")
blueprint.add_app_template_global(views.moment_note, "moment_note")


@blueprint.get("/e/<slug>/comments")
def index(slug: str) -> ResponseReturnValue:
    """The discussion on a page of its own, or, for a script, its next threads."""
    session, viewer = db.session(), login.current_viewer()
    episode = library_queries.get_episode_by_slug(session, viewer, slug)
    page = asked_page()
    threads = discussion_queries.list_threads(session, viewer, episode.id, page)
    if is_for_fragment():
        return render_template("discussion/_page.html", episode=episode, threads=threads)
    return render_template("discussion/index.html", episode=episode, threads=threads)


@blueprint.post("/e/<slug>/comments")
def create(slug: str) -> ResponseReturnValue:
    """Say something about an episode, a moment of it, or another comment."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.POST_LIMIT, "comment", str(viewer.id))
    try:
        with db.committing() as session:
            episode = library_queries.get_episode_by_slug(session, viewer, slug)
            new = forms.read_comment(request.form)
            comment = discussion_service.post_comment(session, viewer, episode, new)
    except InvalidInputError as error:
        return _show(viewer, slug, draft=request.form, errors=error.errors), 422
    if is_for_fragment():
        return _show(viewer, slug)
    return redirect(_address(episode, comment), 303)


@blueprint.route("/comments/<comment_id>/edit", methods=["GET", "POST"])
def edit(comment_id: str) -> ResponseReturnValue:
    """Put one's own words better."""
    viewer = login.current_viewer()
    if request.method != "POST":
        comment = _get_own(viewer, comment_id)
        return render_template("discussion/edit.html", comment=comment, body=comment.body, error="")
    try:
        with db.committing() as session:
            comment = discussion_queries.get_comment(session, viewer, comment_id)
            address = _address(comment.episode, comment)
            body = forms.read_body(request.form)
            discussion_service.edit_comment(session, viewer, comment, body)
    except InvalidInputError as error:
        comment = _get_own(viewer, comment_id)
        typed = request.form.get("body", "")
        page = render_template(
            "discussion/edit.html", comment=comment, body=typed, error=error.sentence
        )
        return page, 422
    return redirect(address, 303)


@blueprint.route("/comments/<comment_id>/delete", methods=["GET", "POST"])
def delete(comment_id: str) -> ResponseReturnValue:
    """Take one's own words back, after having been asked whether that is meant."""
    viewer = login.current_viewer()
    if request.method != "POST":
        return render_template("discussion/delete.html", comment=_get_own(viewer, comment_id))
    with db.committing() as session:
        comment = discussion_queries.get_comment(session, viewer, comment_id)
        address = f"{comment.episode.path}#talk"
        discussion_service.delete_comment(session, viewer, comment)
    return redirect(address, 303)


def _show(
    viewer: Viewer,
    slug: str,
    *,
    draft: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    session = db.session()
    episode = library_queries.get_episode_by_slug(session, viewer, slug)
    shown = {
        "episode": episode,
        "threads": discussion_queries.list_threads(session, viewer, episode.id),
        "draft": draft or {},
        "errors": errors or {},
    }
    if is_for_fragment():
        return render_template("discussion/_thread.html", **shown)
    return render_template("discussion/index.html", **shown)


def _get_own(viewer: Viewer, comment_id: str) -> Comment:
    comment = discussion_queries.get_comment(db.session(), viewer, comment_id)
    if not policy.may_change(viewer, comment):
        raise NotYourCommentError
    return comment


def _address(episode: Episode, comment: Comment) -> str:
    return f"{episode.path}#comment-{comment.id}"
