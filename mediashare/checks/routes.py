"""The page on which an author decides about what was found, and the list of watched words."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.checks import forms, views
from mediashare.checks import policy as checks_policy
from mediashare.checks import queries as checks_queries
from mediashare.checks import service as checks_service
from mediashare.checks.policy import Policy
from mediashare.edits import policy as edits_policy
from mediashare.errors import ConflictError, InvalidInputError
from mediashare.library.models import Episode
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.error_pages import status_of
from mediashare.web.languages import flash
from mediashare.web.parts import parts

blueprint = Blueprint("checks", __name__)
blueprint.add_app_template_global(views.is_undecided, "is_undecided")

KEPT = said("Kept: others hear it.")
PUBLISHED = said("Kept. All is decided, and the episode is published.")
MUTED = said("Muted. Nobody but you hears this part from now on, and its words are gone.")
AGAIN = said("What is said is being looked through again.")
ADDED = said("From now on this word is looked for in what people say.")
REMOVED = said("This word is not looked for any more.")


@blueprint.app_template_global("check_sentence")
def check_sentence(episode: Episode) -> str | None:
    """What the check has to say on the pages of an episode, to those who may decide."""
    if not checks_policy.may_decide(login.current_viewer(), episode):
        return None
    brief = checks_queries.get_brief(db.session(), episode.id)
    if brief.open:
        return views.found_sentence(episode, brief.open)
    if not episode.is_held:
        return None
    return views.WAITS_IN_VAIN if brief.has_failed else views.WAITS


@blueprint.get("/e/<slug>/check")
def show(slug: str) -> ResponseReturnValue:
    """What was found in an episode, and what can be done about it."""
    session = db.session()
    episode = checks_queries.get_own_by_slug(session, login.current_viewer(), slug)
    status = checks_queries.get_status(session, episode.id)
    segments = checks_queries.list_said(session, status, episode.id)
    return render_template(
        "checks/show.html",
        episode=episode,
        status=status,
        sentence=views.status_sentence(status),
        findings=views.shown_findings(status, segments),
        kinds=views.KINDS,
        states=views.STATES,
        is_off=_policy() is Policy.OFF,
        may_publish_now=views.may_publish_now(episode, status, _policy()),
    )


@blueprint.post("/e/<slug>/check")
def again(slug: str) -> ResponseReturnValue:
    """Have what is said looked through once more."""
    viewer = login.current_viewer()
    parts().limits.hit(edits_policy.RATE_LIMIT, "check", str(viewer.id))
    with db.committing() as session:
        episode = checks_queries.get_own_by_slug(session, viewer, slug)
        checks_service.look_again(session, viewer, episode.id)
    return _back(slug, AGAIN)


@blueprint.post("/e/<slug>/findings/<finding_id>/keep")
def keep(slug: str, finding_id: str) -> ResponseReturnValue:
    """Others may hear this."""
    viewer = login.current_viewer()
    with db.committing() as session:
        episode = checks_queries.get_own_by_slug(session, viewer, slug)
        was_held = episode.is_held
        checks_service.keep(
            session,
            viewer,
            (episode.id, finding_id),
            _policy(),
            address=login.client_address(),
        )
        is_published = was_held and episode.published_at is not None
    return _back(slug, PUBLISHED if is_published else KEPT)


@blueprint.post("/e/<slug>/findings/<finding_id>/mute")
def mute(slug: str, finding_id: str) -> ResponseReturnValue:
    """Nobody is to hear this."""
    viewer = login.current_viewer()
    parts().limits.hit(edits_policy.RATE_LIMIT, "edit", str(viewer.id))
    with db.committing() as session:
        episode = checks_queries.get_own_by_slug(session, viewer, slug)
        checks_service.mute(
            session, viewer, (episode.id, finding_id), address=login.client_address()
        )
    return _back(slug, MUTED)


@blueprint.get("/moderation/words")
@login.role_required(checks_policy.may_watch)
def words() -> ResponseReturnValue:
    """The words that moderators want to know of."""
    return _words_page()


@blueprint.post("/moderation/words")
@login.role_required(checks_policy.may_watch)
def add_word() -> ResponseReturnValue:
    """Look for another word from now on."""
    try:
        word = forms.read_word(request.form)
        with db.committing() as session:
            checks_service.add_word(
                session, login.current_viewer(), word, address=login.client_address()
            )
    except (InvalidInputError, ConflictError) as error:
        errors = error.errors if isinstance(error, InvalidInputError) else {"word": error.sentence}
        return _words_page(request.form.get("word", ""), errors["word"]), status_of(error)
    flash(ADDED, "good")
    return redirect(url_for(".words"), 303)


@blueprint.post("/moderation/words/<ident>/remove")
@login.role_required(checks_policy.may_watch)
def remove_word(ident: str) -> ResponseReturnValue:
    """Do not look for a word any more."""
    with db.committing() as session:
        checks_service.remove_word(
            session, login.current_viewer(), ident, address=login.client_address()
        )
    flash(REMOVED, "good")
    return redirect(url_for(".words"), 303)


def _words_page(typed: str = "", error: str = "") -> str:
    watched = checks_queries.list_words(db.session())
    return render_template("checks/words.html", words=watched, typed=typed, error=error)


def _policy() -> Policy:
    return checks_policy.policy_of(parts().settings)


def _back(slug: str, sentence: str) -> ResponseReturnValue:
    flash(sentence, "good")
    return redirect(url_for("checks.show", slug=slug), 303)
