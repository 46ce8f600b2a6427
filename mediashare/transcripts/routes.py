"""Forms about transcripts on an episode's page, for browsers without JavaScript too."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mediashare.accounts.login import current_viewer
from mediashare.errors import InvalidInputError
from mediashare.library import forms as library_forms
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library.errors import NotYourEpisodeError
from mediashare.library.models import Episode
from mediashare.sentences import said, said_many
from mediashare.transcripts import forms as transcripts_forms
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts import views as transcripts_views
from mediashare.transcripts.errors import CaptionsInvalidError, TranscriptNotFoundError
from mediashare.transcripts.models import Transcript
from mediashare.transcripts.policy import ENGLISH
from mediashare.transcripts.queries import Replaced
from mediashare.transcripts.service import Caption
from mediashare.web import db
from mediashare.web.error_pages import status_of
from mediashare.web.languages import flash
from mediashare.web.parts import parts

blueprint = Blueprint("transcripts", __name__)


@blueprint.post("/e/<slug>/transcript/retry")
def retry(slug: str) -> ResponseReturnValue:
    """Try recognition again where it failed, left gaps, found nothing or was rough."""
    with db.committing() as session:
        episode = _own(session, slug)
        transcripts_service.retry(session, episode)
    return redirect(episode.path)


@blueprint.post("/e/<slug>/transcript")
def replace(slug: str) -> ResponseReturnValue:
    """The author's own captions, as a file, take the transcript's place."""
    language = transcripts_forms.read_language(request.form.get("language"))
    captions = _read_captions()
    with db.committing() as session:
        episode = _own(session, slug)
        transcripts_service.import_captions(session, episode, captions, language=language)
    return redirect(episode.path)


@blueprint.post("/e/<slug>/captions")
def add_language(slug: str) -> ResponseReturnValue:
    """The author's own captions in another language than the spoken one, as a file."""
    language = transcripts_forms.require_language(request.form.get("language"))
    captions = _read_captions()
    with db.committing() as session:
        transcripts_service.import_beside(session, _own(session, slug), captions, language)
    flash(said("Your captions are there."), "good")
    return _to_languages(slug)


@blueprint.post("/e/<slug>/captions/remove")
def remove_language(slug: str) -> ResponseReturnValue:
    """A translation, or captions in another language than the spoken one, go for good."""
    language = transcripts_forms.require_language(request.form.get("language"))
    with db.committing() as session:
        transcripts_service.remove_language(session, _own(session, slug), language)
    flash(said("They are removed."), "good")
    return _to_languages(slug)


@blueprint.post("/e/<slug>/translation")
def translate(slug: str) -> ResponseReturnValue:
    """Have what is said put into English by machine, or try that again where it is not whole."""
    choice = transcripts_policy.choose_engine(parts().settings)
    with db.committing() as session:
        transcripts_service.request_translation(session, _own(session, slug), choice)
    flash(said("The translation into English is on its way."), "good")
    return _to_languages(slug)


@blueprint.post("/e/<slug>/transcript/take-back")
def take_back(slug: str) -> ResponseReturnValue:
    """What the glossary has put into a transcript is taken out of it."""
    heard, text = transcripts_forms.read_replaced(request.form)
    with db.committing() as session:
        episode = _own(session, slug)
        transcripts_service.take_back(session, episode, heard, text)
    flash(said("That stands as it was heard again."), "good")
    return redirect(f"{episode.path}/edit#replaced", 303)


def _read_captions() -> Sequence[Caption]:
    file = request.files.get("captions")
    if file is None:
        raise CaptionsInvalidError(said("Choose a caption file, WebVTT or SubRip."))
    text = transcripts_forms.read_body(file.read(transcripts_forms.MAX_BYTES + 1))
    return transcripts_service.read_captions(text)


def _to_languages(slug: str) -> ResponseReturnValue:
    return redirect(url_for("pages.edit", slug=slug, _anchor="languages"), 303)


def _list_languages(episode: Episode) -> Sequence[Transcript]:
    return transcripts_queries.list_transcripts(db.session(), episode.id)


def _offers_translation(transcripts: Sequence[Transcript]) -> bool:
    if transcripts_policy.choose(transcripts, ENGLISH) is not None:
        return False
    spoken = transcripts_policy.choose(transcripts, None)
    return transcripts_policy.may_translate(
        spoken, transcripts_policy.choose_engine(parts().settings)
    )


def _misheard(episode: Episode) -> Transcript | None:
    spoken = transcripts_queries.find_transcript(db.session(), episode.id)
    is_so = spoken is not None and transcripts_policy.is_misheard(spoken, episode.language)
    return spoken if is_so else None


def _list_replaced(episode: Episode) -> Sequence[Replaced]:
    session = db.session()
    transcript = transcripts_queries.find_transcript(session, episode.id)
    return transcripts_queries.list_replaced(session, transcript.id) if transcript else ()


def _speech_goes_to() -> str | None:
    return transcripts_policy.choose_engine(parts().settings).sent_to


# The partials stand on pages that know nothing of glossaries and recognisers.
blueprint.add_app_template_global(_list_replaced, "list_replaced")
blueprint.add_app_template_global(_list_languages, "list_languages")
blueprint.add_app_template_global(_misheard, "misheard")
blueprint.add_app_template_global(_offers_translation, "offers_translation")
blueprint.add_app_template_global(transcripts_views.label, "language_label")
blueprint.add_app_template_global(transcripts_views.name_language, "name_language")
blueprint.add_app_template_global(_speech_goes_to, "speech_goes_to")


@blueprint.get("/e/<slug>/speakers")
def speakers(slug: str) -> ResponseReturnValue:
    """Who speaks, and in which lines; `?t=` of the address chooses one of them."""
    return _speakers_page(slug)


@blueprint.post("/e/<slug>/speakers")
def name_speaker(slug: str) -> ResponseReturnValue:
    """Say who speaks in a line, from it on, or in all lines of a voice."""
    viewer = current_viewer()
    parts().limits.hit(transcripts_policy.SPEAKER_LIMIT, "speakers", str(viewer.id))
    try:
        naming = transcripts_forms.read_naming(request.form)
        with db.committing() as session:
            episode = library_queries.get_episode_by_slug(session, viewer, slug)
            count = transcripts_service.name_speaker(session, viewer, episode, naming)
    except InvalidInputError as error:
        return _speakers_page(slug, errors=error.errors), status_of(error)
    flash(_named(naming.name, count), "good")
    return redirect(url_for("transcripts.speakers", slug=slug), 303)


def _named(name: str | None, count: int) -> str:
    if not count:
        return said("Nothing that is shown has changed.")
    if name is None:
        return said_many(
            "%(num)s line has no speaker now.", "%(num)s lines have no speaker now.", count
        )
    return said_many(
        "%(num)s line is spoken by %(name)s now.",
        "%(num)s lines are spoken by %(name)s now.",
        count,
        name=name,
    )


def _speakers_page(slug: str, *, errors: Mapping[str, str] | None = None) -> str:
    session, viewer = db.session(), current_viewer()
    episode = library_queries.get_episode_by_slug(session, viewer, slug)
    transcripts_service.require_naming(session, viewer, episode)
    transcript = transcripts_queries.find_transcript(session, episode.id)
    if transcript is None:
        raise TranscriptNotFoundError
    at_ms = library_forms.read_time(request.values, "t", {})
    line = None
    if at_ms is not None:
        line = transcripts_queries.find_line(session, transcript.id, at_ms)
    begins = library_forms.write_time(line.start_ms) if line else ""
    return render_template(
        "transcripts/speakers.html",
        episode=episode,
        voices=transcripts_queries.list_voices(session, transcript.id),
        line=line,
        at=request.form.get("t") or begins,
        typed=request.form,
        errors=errors or {},
    )


def _own(session: Session, slug: str) -> Episode:
    viewer = current_viewer()
    episode = library_queries.get_episode_by_slug(session, viewer, slug)
    if not library_policy.may_edit(viewer, episode):
        raise NotYourEpisodeError
    return episode
