"""Transcripts in the API: read as JSON or as files, replaced by the author's captions, retried."""

from collections.abc import Iterator
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnsupportedMediaType

from mediashare.accounts.login import client_address, current_viewer
from mediashare.chapters import queries as chapters_queries
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library import views as library_views
from mediashare.library.errors import NotYourEpisodeError
from mediashare.library.models import Episode
from mediashare.transcripts import forms as transcripts_forms
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts import views as transcripts_views
from mediashare.transcripts.models import Origin, Transcript
from mediashare.transcripts.views import Source
from mediashare.web import db, downloads, json_api
from mediashare.web.parts import parts
from mediashare.web.streams import Blocks

blueprint = Blueprint("transcripts_api", __name__)

CAPTION_TYPES = ("text/vtt", "application/x-subrip", "text/plain")


@blueprint.get("/episodes/<episode_id>/transcript")
def show(episode_id: str) -> ResponseReturnValue:
    """What is said in an episode: segments with words, times and confidence, and the gaps."""
    session = db.session()
    transcript = _readable(session, episode_id)
    segments = transcripts_queries.list_segments(session, transcript.id)
    gaps = transcripts_queries.list_gaps(session, transcript.id)
    return jsonify(transcripts_views.transcript_json(transcript, segments, gaps))


@blueprint.get("/episodes/<episode_id>/transcript.<any(vtt, srt, txt, json, md):kind>")
def download(episode_id: str, kind: str) -> ResponseReturnValue:
    """What is said in an episode, as a file for players and people."""
    source = _read_source(episode_id, kind)
    write, mime_type = transcripts_views.WRITERS[kind], transcripts_views.MIME_TYPES[kind]
    # It can take as long as its reader likes; the connection goes back before it begins.
    db.release()
    sent = () if request.method == "HEAD" else _stream(source.episode.id, write(source))
    answer = Response(sent, content_type=f"{mime_type}; charset=utf-8")
    beside = "" if source.transcript.is_primary else f"{source.transcript.language}."
    filename = downloads.file_name(source.episode.title, f"{beside}{kind}")
    answer.headers["Content-Disposition"] = downloads.attachment(filename)
    return answer


@blueprint.put("/episodes/<episode_id>/transcript")
def replace(episode_id: str) -> ResponseReturnValue:
    """The author's own captions, WebVTT or SubRip in the body, take the transcript's place."""
    if request.mimetype not in CAPTION_TYPES:
        raise UnsupportedMediaType
    language = transcripts_forms.read_language(request.args.get("language"))
    text = transcripts_forms.read_body(request.get_data())
    captions = transcripts_service.read_captions(text)
    with db.committing() as session:
        episode = _own(session, episode_id)
        transcript = transcripts_service.import_captions(
            session, episode, captions, language=language
        )
    return jsonify(transcripts_views.summary_json(transcript))


@blueprint.get("/episodes/<episode_id>/transcripts")
def index(episode_id: str) -> ResponseReturnValue:
    """In which languages what is said in an episode can be read: the spoken one first."""
    found = transcripts_queries.list_readable(db.session(), current_viewer(), episode_id)
    return jsonify(items=[transcripts_views.language_json(one) for one in found])


@blueprint.put("/episodes/<episode_id>/transcripts/<language>")
def replace_language(episode_id: str, language: str) -> ResponseReturnValue:
    """The author's own captions in another language than the spoken one, WebVTT or SubRip."""
    if request.mimetype not in CAPTION_TYPES:
        raise UnsupportedMediaType
    code = transcripts_forms.require_language(language)
    text = transcripts_forms.read_body(request.get_data())
    captions = transcripts_service.read_captions(text)
    with db.committing() as session:
        episode = _own(session, episode_id)
        transcript = transcripts_service.import_beside(session, episode, captions, code)
    return jsonify(transcripts_views.language_json(transcript))


@blueprint.delete("/episodes/<episode_id>/transcripts/<language>")
def remove_language(episode_id: str, language: str) -> ResponseReturnValue:
    """A translation, or captions in another language than the spoken one, go for good."""
    code = transcripts_forms.require_language(language)
    with db.committing() as session:
        transcripts_service.remove_language(session, _own(session, episode_id), code)
    return "", HTTPStatus.NO_CONTENT


@blueprint.post("/episodes/<episode_id>/translation")
def translate(episode_id: str) -> ResponseReturnValue:
    """Have what is said put into English by machine, or try that again where it is not whole."""
    choice = transcripts_policy.choose_engine(parts().settings)
    with db.committing() as session:
        episode = _own(session, episode_id)
        transcript = transcripts_service.request_translation(session, episode, choice)
    return jsonify(transcripts_views.language_json(transcript)), HTTPStatus.ACCEPTED


@blueprint.post("/episodes/<episode_id>/transcript/retry")
def retry(episode_id: str) -> ResponseReturnValue:
    """Try recognition again where it failed, left gaps, found nothing or was rough."""
    with db.committing() as session:
        transcript = transcripts_service.retry(session, _own(session, episode_id))
    return jsonify(transcripts_views.summary_json(transcript)), HTTPStatus.ACCEPTED


@blueprint.post("/episodes/<episode_id>/transcript/take-back")
def take_back(episode_id: str) -> ResponseReturnValue:
    """What the glossary has put into a transcript is taken out of it."""
    heard, text = transcripts_forms.read_replaced(json_api.body())
    with db.committing() as session:
        episode = _own(session, episode_id)
        count = transcripts_service.take_back(session, episode, heard, text)
    return jsonify(count=count)


def _read_source(episode_id: str, kind: str) -> Source:
    session = db.session()
    language = transcripts_forms.read_language(request.args.get("lang"))
    episode, transcript = transcripts_queries.get_readable_pair(
        session, current_viewer(), episode_id, language
    )
    # Captions of the author stay as they came, and plain text has no times at all.
    is_timed = transcript.origin is not Origin.AUTHOR and kind in {"vtt", "srt"}
    with_words = kind == "json" or is_timed
    return Source(
        episode=episode,
        address=library_views.episode_url(episode),
        transcript=transcript,
        segments=transcripts_queries.list_segments(session, transcript.id, with_words=with_words),
        gaps=transcripts_queries.list_gaps(session, transcript.id) if kind == "json" else (),
        chapters=chapters_queries.get_shown(session, episode.id).chapters if kind == "md" else (),
    )


def _stream(episode_id: str, pieces: Iterator[str]) -> Blocks:
    # Blocks flow after the request is over; what they need of it is kept here.
    viewer, streams, database = current_viewer(), parts().streams, parts().database

    def may_go_on() -> bool:
        with database.reading() as session:
            return library_queries.may_still_read(session, viewer, episode_id)

    place = streams.enter(viewer.id or client_address())
    return streams.send(transcripts_views.in_blocks(pieces), place, may_go_on)


def _readable(session: Session, episode_id: str) -> Transcript:
    """The transcript in the language that the address names, or as it is spoken."""
    language = transcripts_forms.read_language(request.args.get("lang"))
    return transcripts_queries.get_readable(session, current_viewer(), episode_id, language)


def _own(session: Session, episode_id: str) -> Episode:
    viewer = current_viewer()
    episode = library_queries.get_episode(session, viewer, episode_id)
    if not library_policy.may_edit(viewer, episode):
        raise NotYourEpisodeError
    return episode
