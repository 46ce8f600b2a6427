"""Pages and forms about fixes: one line, the same words everywhere, the list to look through.

They work without a script; on the page of an episode a script does the same in place, through the
API.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.errors import ConflictError, InvalidInputError
from mediashare.library import forms as library_forms
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.repairs import forms, policy, views
from mediashare.repairs import queries as repairs_queries
from mediashare.repairs import service as repairs_service
from mediashare.repairs.errors import ClashError, FixingClosedError
from mediashare.repairs.models import Fix, FixState
from mediashare.repairs.service import Place
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.errors import SegmentNotFoundError
from mediashare.transcripts.queries import SaidSegment
from mediashare.web import db
from mediashare.web.error_pages import status_of
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("repairs", __name__)
# The panel of an episode's page offers fixing too, and knows nothing of these rules.
blueprint.add_app_template_global(policy.may_suggest, "may_suggest_fix")
blueprint.add_app_template_global(views.differences, "differences")
blueprint.add_app_template_global(views.credit, "credit_of_fix")

SAVED = "Saved."
SUGGESTED = "Thank you. The author looks at your suggestion."
ACCEPTED = "The fix is in the transcript now."
REJECTED = "The transcript stays as it is."
UNDONE = "The fix is undone."
LEFT = " {count} lines stay as they are, because somebody has changed them since."
SHOWN_AROUND = 2
SHOWN_PLACES = 50


@blueprint.get("/e/<slug>/transcript/fix")
def edit(slug: str) -> ResponseReturnValue:
    """One line of the transcript to be put right: the one that `line` names, or that is heard at
    `t`."""
    return _line_page(_fixable(slug))


@blueprint.post("/e/<slug>/transcript/fix")
def save(slug: str) -> ResponseReturnValue:
    """Put one line right, or suggest it."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.FIX_LIMIT, "fix", str(viewer.id))
    try:
        new = forms.read_fix(request.form)
        with db.committing() as session:
            episode = library_queries.get_episode_by_slug(session, viewer, slug)
            fix = repairs_service.save_fix(session, viewer, episode, new)
    except ClashError as error:
        action = url_for("repairs.save", slug=slug)
        return _clash(_fixable(slug), error, action, {"segment": request.form["segment"]})
    except (InvalidInputError, ConflictError, SegmentNotFoundError) as error:
        errors = error.errors if isinstance(error, InvalidInputError) else {}
        page = _line_page(_fixable(slug), typed=request.form, errors=errors or {"text": str(error)})
        return page, status_of(error)
    flash(SAVED if fix.state is FixState.APPLIED else SUGGESTED, "good")
    return redirect(url_for("repairs.edit", slug=slug, line=new.segment_id), 303)


@blueprint.get("/e/<slug>/transcript/fixes")
def index(slug: str) -> ResponseReturnValue:
    """Suggestions to look through, and who has fixed what."""
    session, viewer = db.session(), login.current_viewer()
    episode = library_queries.get_episode_by_slug(session, viewer, slug)
    return render_template(
        "repairs/index.html",
        episode=episode,
        is_fixer=repairs_queries.is_fixer(session, viewer, episode),
        waiting=repairs_queries.list_fixes(session, viewer, episode, waiting=True),
        decided=repairs_queries.list_fixes(session, viewer, episode, asked_page(), waiting=False),
    )


@blueprint.get("/e/<slug>/transcript/everywhere")
def look_everywhere(slug: str) -> ResponseReturnValue:
    """Words that are wrong in many places: first where they stand, then put right at once."""
    episode = _fixable(slug)
    if "wanted" not in request.args:
        return _everywhere_page(episode, {}, {})
    try:
        everywhere = forms.read_everywhere(request.args)
    except InvalidInputError as error:
        return _everywhere_page(episode, request.args, error.errors), status_of(error)
    places = repairs_service.find_places(db.session(), episode.id, everywhere)
    return _everywhere_page(episode, request.args, {}, places=places)


@blueprint.post("/e/<slug>/transcript/everywhere")
def fix_everywhere(slug: str) -> ResponseReturnValue:
    """Put the same words right in all lines."""
    viewer = login.current_viewer()
    parts().limits.hit(policy.EVERYWHERE_LIMIT, "fix everywhere", str(viewer.id))
    try:
        everywhere = forms.read_everywhere(request.form)
        with db.committing() as session:
            episode = library_queries.get_episode_by_slug(session, viewer, slug)
            fix = repairs_service.fix_everywhere(session, viewer, episode, everywhere)
    except (InvalidInputError, ConflictError) as error:
        errors = error.errors if isinstance(error, InvalidInputError) else {"wanted": str(error)}
        return _everywhere_page(_fixable(slug), request.form, errors), status_of(error)
    flash(SAVED if fix.state is FixState.APPLIED else SUGGESTED, "good")
    return redirect(url_for("repairs.index", slug=slug), 303)


@blueprint.post("/fixes/<fix_id>/accept")
def accept(fix_id: str) -> ResponseReturnValue:
    """Take a suggestion over, as it is or in other words."""
    viewer = login.current_viewer()
    wording = forms.read_wording(request.form)
    try:
        with db.committing() as session:
            fix = repairs_queries.get_fix(session, viewer, fix_id)
            episode = fix.episode
            left = repairs_service.accept_fix(session, viewer, fix, wording)
    except ClashError as error:
        episode = _episode_of(fix_id)
        return _clash(episode, error, url_for("repairs.accept", fix_id=fix_id), {})
    return _done(episode, ACCEPTED, left)


@blueprint.post("/fixes/<fix_id>/reject")
def reject(fix_id: str) -> ResponseReturnValue:
    """Leave the transcript as it is."""
    with db.committing() as session:
        fix = repairs_queries.get_fix(session, login.current_viewer(), fix_id)
        repairs_service.reject_fix(session, login.current_viewer(), fix)
    return _done(fix.episode, REJECTED)


@blueprint.post("/fixes/<fix_id>/undo")
def undo(fix_id: str) -> ResponseReturnValue:
    """Give back what a fix has changed."""
    viewer = login.current_viewer()
    try:
        with db.committing() as session:
            fix = repairs_queries.get_fix(session, viewer, fix_id)
            episode = fix.episode
            left = repairs_service.undo_fix(session, viewer, fix)
    except ClashError as error:
        return _undo_clash(fix_id, error)
    return _done(episode, UNDONE, left)


def _fixable(slug: str) -> Episode:
    viewer = login.current_viewer()
    episode = library_queries.get_episode_by_slug(db.session(), viewer, slug)
    is_fixer = repairs_queries.is_fixer(db.session(), viewer, episode)
    if not is_fixer and not policy.may_suggest(viewer, episode):
        raise FixingClosedError
    return episode


def _episode_of(fix_id: str) -> Episode:
    return repairs_queries.get_fix(db.session(), login.current_viewer(), fix_id).episode


def _line_page(
    episode: Episode,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    session, viewer = db.session(), login.current_viewer()
    transcript = transcripts_queries.get_readable(session, viewer, episode.id)
    lines = transcripts_queries.list_segments(session, transcript.id, with_words=False)
    number = _chosen(lines, typed)
    first = max(0, (number or 0) - SHOWN_AROUND)
    return render_template(
        "repairs/fix.html",
        episode=episode,
        spoken=transcript.language,
        line=None if number is None else lines[number],
        around=lines[first : first + 2 * SHOWN_AROUND + 1],
        before=lines[number - 1] if number else None,
        after=lines[number + 1] if number is not None and number + 1 < len(lines) else None,
        is_fixer=repairs_queries.is_fixer(session, viewer, episode),
        typed=typed or {},
        errors=errors or {},
    )


def _chosen(lines: Sequence[SaidSegment], typed: Mapping[str, str] | None) -> int | None:
    """The position of the line that is asked for; None where it is gone or there is none."""
    asked = (typed or {}).get("segment") or request.args.get("line")
    if asked:
        found = [number for number, line in enumerate(lines) if str(line.ident) == asked]
        return found[0] if found else None
    at_ms = library_forms.read_time(request.args, "t", {}) or 0
    heard = [number for number, line in enumerate(lines) if line.start_ms <= at_ms]
    return heard[-1] if heard else (0 if lines else None)


def _everywhere_page(
    episode: Episode,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    places: Sequence[Place] | None = None,
) -> str:
    """The form, and once it was filled in the places that it is about."""
    return render_template(
        "repairs/everywhere.html",
        episode=episode,
        typed=typed,
        errors=errors,
        places=None if places is None else places[:SHOWN_PLACES],
        lines=0 if places is None else len(places),
        count=0 if places is None else sum(count for _line, _text, count in places),
    )


def _clash(
    episode: Episode, error: ClashError, action: str, hidden: Mapping[str, str]
) -> ResponseReturnValue:
    page = render_template(
        "repairs/clash.html", episode=episode, error=error, action=action, hidden=hidden
    )
    return page, HTTPStatus.CONFLICT


def _undo_clash(fix_id: str, error: ClashError) -> ResponseReturnValue:
    """Others have built on the fix: the line is put right by hand."""
    session = db.session()
    shown = repairs_queries.get_shown(session, login.current_viewer(), fix_id)
    fix: Fix = shown.fix
    segments = [line.segment for line in shown.lines]
    hidden = {"segment": str(next((one.id for one in segments if one), ""))}
    action = url_for("repairs.save", slug=fix.episode.slug)
    return _clash(fix.episode, error, action, hidden)


def _done(episode: Episode, sentence: str, left: int = 0) -> ResponseReturnValue:
    flash(sentence + (LEFT.format(count=left) if left else ""), "good")
    return redirect(url_for("repairs.index", slug=episode.slug), 303)
