"""The screens that are made of several slices: home, upload, episode, profile."""

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.checks import policy as checks_policy
from mediashare.checks import service as checks_service
from mediashare.checks.policy import Policy
from mediashare.edits import forms as edits_forms
from mediashare.edits import queries as edits_queries
from mediashare.edits import service as edits_service
from mediashare.errors import InvalidInputError, StorageFullError
from mediashare.groups import queries as groups_queries
from mediashare.jobs.steps import span
from mediashare.library import forms as library_forms
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library import service as library_service
from mediashare.library import views as library_views
from mediashare.library.errors import NotYourEpisodeError
from mediashare.library.models import Episode, EpisodeState
from mediashare.listening import queries as listening_queries
from mediashare.media import forms as media_forms
from mediashare.media import policy as media_policy
from mediashare.media import service as media_service
from mediashare.media import views as media_views
from mediashare.media.errors import PictureRefusedError
from mediashare.media.policy import PICTURE_LIMIT
from mediashare.pages import policy as pages_policy
from mediashare.pages import queries as pages_queries
from mediashare.pages import service as pages_service
from mediashare.pages import views
from mediashare.pages.forms import EpisodeForm, is_to_be_published, read_moment, read_place
from mediashare.pages.service import Brought
from mediashare.sentences import said
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts import views as transcripts_views
from mediashare.transcripts.forms import MAX_BYTES, find_language, read_body
from mediashare.transcripts.service import Caption
from mediashare.uploads import policy as uploads_policy
from mediashare.uploads import queries as uploads_queries
from mediashare.uploads import service as uploads_service
from mediashare.uploads.errors import UploadNotAllowedError
from mediashare.web import db, headers, languages
from mediashare.web.error_pages import status_of
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("pages", __name__)
for show in (
    views.brief_sentence,
    views.file_format,
    views.file_name,
    transcripts_views.paragraphs,
    views.following_steps,
    views.is_needed,
    views.picture_name,
    views.plain_sources,
    views.release_sentence,
    views.retry_reason,
    views.step_icon,
    views.step_name,
    views.step_status,
    views.wave_path,
):
    blueprint.add_app_template_global(show, show.__name__)
blueprint.add_app_template_global(library_policy.may_edit, "may_edit")
blueprint.add_app_template_global(library_policy.shown_plays, "shown_plays")
blueprint.add_app_template_global(library_views.poster_srcset, "poster_srcset")
blueprint.add_app_template_global(media_views.storyboard_url, "storyboard_url")
blueprint.add_app_template_global(transcripts_views.files_json, "transcript_files")
blueprint.add_app_template_global(pages_policy.may_see_steps, "may_see_steps")
blueprint.add_app_template_global(media_policy.sort_best_first, "best_first")


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """What one has begun, what is new, and how one's own uploads are doing."""
    session, viewer = db.session(), login.current_viewer()
    cards = pages_queries.list_newest(session, viewer, asked_page())
    uploads = pages_queries.list_uploads(session, viewer)
    begun = listening_queries.list_latest_begun(session, viewer)
    return render_template("pages/home.html", cards=cards, uploads=uploads, begun=begun)


@blueprint.get("/uploads")
def uploads() -> ResponseReturnValue:
    """The part of the home page that keeps itself up to date while something is on its way."""
    found = pages_queries.list_uploads(db.session(), login.current_viewer())
    return render_template("pages/_uploads.html", uploads=found)


@blueprint.get("/uploads/tray")
def tray() -> ResponseReturnValue:
    """What is under way, for the tray in the header, which every page has."""
    session, viewer = db.session(), login.current_viewer()
    episodes = pages_queries.list_uploads(session, viewer)
    unfinished = uploads_queries.list_unfinished(session, viewer)
    return render_template("pages/_tray.html", episodes=episodes, unfinished=unfinished)


@blueprint.route("/upload", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """Choose files and describe them. Scripts upload in pieces; without, one form brings all."""
    if not uploads_policy.may_upload(login.current_viewer()):
        raise UploadNotAllowedError
    if request.method != "POST":
        return _upload_page(EpisodeForm(), {})
    try:
        made = _create_from_form()
    except (InvalidInputError, StorageFullError) as error:
        named = error.errors if isinstance(error, InvalidInputError) else {}
        return _upload_page(_typed(), named or {"file": error.sentence}), status_of(error)
    return redirect(made.path, 303)


@blueprint.get("/record")
def record() -> ResponseReturnValue:
    """Record here and now, with what the browser has; this page alone may use microphone, camera
    and screen."""
    if not uploads_policy.may_upload(login.current_viewer()):
        raise UploadNotAllowedError
    page = render_template("pages/record.html", **_describing(EpisodeForm(), {}))
    return page, {"Permissions-Policy": headers.OWN_DEVICES}


@blueprint.get("/p/<handle>")
def person(handle: str) -> ResponseReturnValue:
    """A person and what they have made."""
    session, viewer = db.session(), login.current_viewer()
    found = groups_queries.get_person(session, viewer, handle)
    cards = pages_queries.list_of_person(session, viewer, found, asked_page())
    return render_template("pages/person.html", person=found, cards=cards)


@blueprint.get("/e/<slug>")
def episode(slug: str) -> ResponseReturnValue:
    """An episode: play it, read along, rate and discuss it."""
    language = find_language(request.args.get("lang"))
    screen = pages_queries.get_episode_screen(db.session(), login.current_viewer(), slug, language)
    return render_template(
        "pages/episode.html",
        screen=screen,
        episode=screen.episode,
        play=media_views.play_json(
            screen.episode, screen.renditions, more_coming=screen.more_coming
        ),
        # Who follows a link to a moment wants that one, whatever they have heard before.
        start=read_moment(request.args) or screen.position,
    )


@blueprint.get("/e/<slug>/qr.svg")
def qr_code(slug: str) -> ResponseReturnValue:
    """The address of an episode, or of a moment or span of it, for the camera of a phone."""
    found = library_queries.get_episode_by_slug(db.session(), login.current_viewer(), slug)
    language = find_language(request.args.get("lang"))
    place = {**({"lang": language} if language else {}), **read_place(request.args)}
    return Response(views.qr_svg(found, place), mimetype="image/svg+xml")


@blueprint.get("/e/<slug>/progress")
def progress(slug: str) -> ResponseReturnValue:
    """How far processing is, as a part of the episode's page. One that could not play loads itself
    anew once it can; one that plays is left alone, and offers the transcript when it is there."""
    screen = pages_queries.get_progress_screen(db.session(), login.current_viewer(), slug)
    answer = render_template("pages/_progress.html", screen=screen, episode=screen.episode)
    was_playable = "playable" in request.args
    if not was_playable and screen.episode.state is not EpisodeState.PROCESSING:
        return answer, {"HX-Refresh": "true"}
    return answer


@blueprint.get("/e/<slug>/steps")
def steps(slug: str) -> ResponseReturnValue:
    """Every step of processing: how far it is, what it waits for, why it failed. Scripts ask for
    the part of the page that changes, or for a few lines to show among other uploads."""
    screen = pages_queries.get_steps_screen(db.session(), login.current_viewer(), slug)
    if "brief" in request.args:
        answer = render_template("pages/_brief.html", screen=screen, episode=screen.episode)
    elif "HX-Request" in request.headers:
        answer = render_template("pages/_steps.html", screen=screen, episode=screen.episode)
    else:
        answer = render_template("pages/steps.html", screen=screen, episode=screen.episode)
    return answer, {"Vary": "HX-Request"}


@blueprint.post("/e/<slug>/steps/<name>/retry")
def retry_step(slug: str, name: str) -> ResponseReturnValue:
    """Try one step again that has failed or was stopped."""
    with db.committing() as session:
        found = _own(slug)
        pages_service.retry_step(session, login.current_viewer(), found.id, name)
    return redirect(url_for("pages.steps", slug=slug), 303)


@blueprint.post("/e/<slug>/steps/<name>/cancel")
def cancel_step(slug: str, name: str) -> ResponseReturnValue:
    """Stop one step that waits or runs."""
    with db.committing() as session:
        found = _own(slug)
        pages_service.stop_step(session, login.current_viewer(), found.id, name)
    return redirect(url_for("pages.steps", slug=slug), 303)


@blueprint.post("/e/<slug>/retry")
def retry(slug: str) -> ResponseReturnValue:
    """Process an episode again that has failed."""
    viewer = login.current_viewer()
    with db.committing() as session:
        found = _own(slug)
        edits_service.make_again(session, viewer, found.id)
    return redirect(found.path, 303)


@blueprint.route("/e/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """Change what is said about an episode and who may see it."""
    found = _own(slug)
    if request.method != "POST":
        named = library_queries.list_group_ids(db.session(), found.id)
        return _edit_page(found, EpisodeForm.of(found, named), {})
    try:
        details = library_forms.read_details(_details())
        with db.committing() as session:
            found = _own(slug)
            viewer = login.current_viewer()
            pages_service.edit_episode(session, viewer, found.id, details, policy=_policy())
    except InvalidInputError as error:
        return _edit_page(found, _typed(), error.errors), 422
    languages.flash(said("Your changes are saved."), "good")
    return redirect(found.path, 303)


@blueprint.get("/e/<slug>/posters")
def posters(slug: str) -> ResponseReturnValue:
    """The part of the edit page that keeps itself up to date while a picture is made ready."""
    found = _own(slug)
    choice = pages_queries.get_poster_choice(db.session(), found)
    return render_template("pages/_posters.html", episode=found, choice=choice)


@blueprint.post("/e/<slug>/posters")
def send_poster(slug: str) -> ResponseReturnValue:
    """A picture of the author's own is to stand for the episode."""
    found, viewer = _own(slug), login.current_viewer()
    parts().limits.hit(PICTURE_LIMIT, "picture", str(viewer.id))
    try:
        file = request.files.get("picture")
        sent = file.read(media_forms.MAX_BYTES + 1) if file else b""
        picture = media_forms.read_picture(sent)
    except PictureRefusedError as error:
        named = library_queries.list_group_ids(db.session(), found.id)
        return _edit_page(found, EpisodeForm.of(found, named), error.errors), status_of(error)
    db.release()
    with (
        media_service.sent_picture(parts().storage, found.id, picture) as key,
        db.committing() as session,
    ):
        media_service.prepare_poster(session, _own(slug), key)
    return redirect(url_for("pages.edit", slug=slug, _anchor="posters"), 303)


@blueprint.post("/e/<slug>/poster")
def choose_poster(slug: str) -> ResponseReturnValue:
    """Another of its pictures stands for the episode."""
    with db.committing() as session:
        found = _own(slug)
        media_service.choose_poster(session, found.id, request.form.get("picture_id", ""))
    languages.flash(said("Your choice is saved."), "good")
    return redirect(url_for("pages.edit", slug=slug, _anchor="posters"), 303)


@blueprint.post("/e/<slug>/publish")
def publish(slug: str) -> ResponseReturnValue:
    """Let the audience see an episode, now or as soon as it is ready."""
    return _release(slug, publish=True)


@blueprint.post("/e/<slug>/take-back")
def take_back(slug: str) -> ResponseReturnValue:
    """Let nobody but its author see an episode any more."""
    return _release(slug, publish=False)


@blueprint.post("/e/<slug>/delete")
def delete(slug: str) -> ResponseReturnValue:
    """Take an episode back for good."""
    with db.committing() as session:
        found = _own(slug)
        pages_service.delete_episode(session, login.current_viewer(), found.id)
    languages.flash(said("“%(title)s” is deleted.", title=found.title), "good")
    return redirect(url_for("pages.home"), 303)


def _create_from_form() -> Episode:
    viewer, tools = login.current_viewer(), parts()
    details = library_forms.read_details(_details())
    captions = _captions()
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidInputError(errors={"file": said("Choose a file first.")})
    library_service.check_groups(db.session(), viewer, details)
    db.release()
    with (
        uploads_service.whole_file(
            *(tools.database, tools.storage, tools.settings, viewer),
            cast(BinaryIO, file.stream),
            filename=file.filename,
        ) as stored,
        db.committing() as session,
    ):
        made = pages_service.create_episode(
            session,
            viewer,
            upload_id=stored.id,
            details=details,
            publish=is_to_be_published(request.form),
            brought=Brought(captions=captions, request_id=request.form.get("request")),
        )
        checks_service.hold_if_required(session, made, _policy())
    return made


def _captions() -> Sequence[Caption] | None:
    file = request.files.get("captions")
    if file is None or not file.filename:
        return None
    return transcripts_service.read_captions(read_body(file.read(MAX_BYTES + 1)))


def _release(slug: str, *, publish: bool) -> ResponseReturnValue:
    viewer = login.current_viewer()
    with db.committing() as session:
        found = _own(slug)
        pages_service.release_episode(session, viewer, found.id, publish=publish, policy=_policy())
    languages.flash(views.release_sentence(found), "good")
    return redirect(found.path, 303)


def _policy() -> Policy:
    return checks_policy.policy_of(parts().settings)


def _upload_page(form: EpisodeForm, errors: Mapping[str, str]) -> str:
    settings, session, viewer = parts().settings, db.session(), login.current_viewer()
    taken = uploads_queries.count_reserved_bytes(session, viewer.id or "")
    return render_template(
        "pages/upload.html",
        max_bytes=settings.max_upload_bytes,
        max_seconds=settings.max_duration,
        max_words=span(settings.max_duration),
        room=max(0, settings.quota_bytes - taken),
        unfinished=uploads_queries.list_unfinished(session, viewer),
        days=settings.upload_days,
        **_describing(form, errors),
    )


def _describing(form: EpisodeForm, errors: Mapping[str, str]) -> dict[str, Any]:
    """What the form shows in which a new episode is described."""
    groups = pages_queries.list_group_choices(db.session(), login.current_viewer())
    return {"form": form, "errors": errors, "groups": groups, "audiences": views.AUDIENCES}


def _edit_page(found: Episode, form: EpisodeForm, errors: Mapping[str, str]) -> str:
    settings = parts().settings
    editor = edits_queries.find_editor(db.session(), found.id, days=settings.original_days)
    return render_template(
        "pages/edit.html",
        episode=found,
        choice=pages_queries.get_poster_choice(db.session(), found),
        form=form,
        errors=errors,
        groups=pages_queries.list_group_choices(db.session(), login.current_viewer(), found),
        audiences=views.AUDIENCES,
        editor=editor,
        cut=edits_forms.form_of(editor.wanted) if editor else None,
        max_bytes=settings.max_upload_bytes,
    )


def _own(slug: str) -> Episode:
    viewer = login.current_viewer()
    found = library_queries.get_episode_by_slug(db.session(), viewer, slug)
    if not library_policy.may_edit(viewer, found):
        raise NotYourEpisodeError
    return found


def _typed() -> EpisodeForm:
    return EpisodeForm.typed(request.form, request.form.getlist("group_ids"))


def _details() -> dict[str, Any]:
    return {**request.form, "group_ids": request.form.getlist("group_ids")}
