"""Forms about transcripts on an episode's page, for browsers without JavaScript too."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mediashare.accounts.login import current_viewer
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library.errors import NotYourEpisodeError
from mediashare.library.models import Episode
from mediashare.transcripts import forms as transcripts_forms
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.errors import CaptionsInvalidError
from mediashare.transcripts.queries import Replaced
from mediashare.web import db

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
    file = request.files.get("captions")
    if file is None:
        raise CaptionsInvalidError("Choose a caption file, WebVTT or SubRip.")
    text = transcripts_forms.read_body(file.read(transcripts_forms.MAX_BYTES + 1))
    captions = transcripts_service.read_captions(text)
    with db.committing() as session:
        episode = _own(session, slug)
        transcripts_service.import_captions(session, episode, captions, language=language)
    return redirect(episode.path)


@blueprint.post("/e/<slug>/transcript/take-back")
def take_back(slug: str) -> ResponseReturnValue:
    """What the glossary has put into a transcript is taken out of it."""
    heard, text = transcripts_forms.read_replaced(request.form)
    with db.committing() as session:
        episode = _own(session, slug)
        transcripts_service.take_back(session, episode, heard, text)
    flash("That stands as it was heard again.", "good")
    return redirect(f"{episode.path}/edit#replaced", 303)


def _list_replaced(episode: Episode) -> Sequence[Replaced]:
    session = db.session()
    transcript = transcripts_queries.find_transcript(session, episode.id)
    return transcripts_queries.list_replaced(session, transcript.id) if transcript else ()


# The partial stands on the page that edits an episode, which knows nothing of glossaries.
blueprint.add_app_template_global(_list_replaced, "list_replaced")


def _own(session: Session, slug: str) -> Episode:
    viewer = current_viewer()
    episode = library_queries.get_episode_by_slug(session, viewer, slug)
    if not library_policy.may_edit(viewer, episode):
        raise NotYourEpisodeError
    return episode
