"""Media bytes, playlists and pictures: each request is authorised, then served from the store.

Nothing here is for visitors, caches in between, or other sites.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from mediashare.accounts.login import client_address, current_viewer
from mediashare.accounts.policy import Viewer
from mediashare.media import policy as media_policy
from mediashare.media import queries as media_queries
from mediashare.media import views as media_views
from mediashare.media.errors import MediaNotFoundError, StreamNotReadyError
from mediashare.web import db
from mediashare.web.downloads import attachment
from mediashare.web.parts import parts
from mediashare.web.ranges import RangeNotSatisfiableError, find_span
from mediashare.web.streams import Blocks

blueprint = Blueprint("media", __name__)

NAME = re.compile(r"[a-z0-9_-]+\.(m3u8|m4a|mp4|weba|webm|jpg|webp|vtt|json)")
EPISODE_ID = re.compile(r"[0-9a-f]{32}")
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
STORYBOARD_TYPE = "text/vtt; charset=utf-8"
DOWNLOAD_TYPE = "application/octet-stream"
# How long a lost right to see an episode may go on giving bytes; of streams, web.streams knows.
PRESIGNED_S = 60
KEEP_S = 60


@dataclass(frozen=True)
class Stored:
    """An object of an episode that the viewer may have; `filename` makes it a download."""

    episode_id: str
    key: str
    size: int
    etag: str
    content_type: str
    filename: str | None = None


@blueprint.get("/media/<episode_id>/<name>")
def show(episode_id: str, name: str) -> ResponseReturnValue:
    """A rendition, playlist, picture or waveform of an episode that the viewer may see."""
    if not NAME.fullmatch(name) or not EPISODE_ID.fullmatch(episode_id):
        raise MediaNotFoundError
    viewer = current_viewer()
    stem, _, kind = name.partition(".")
    if kind == "m3u8":
        return _playlist(viewer, episode_id, stem)
    if name == "waveform.json":
        waveform = media_queries.get_readable_waveform(db.session(), viewer, episode_id)
        return _guard(jsonify(peaks=waveform.peaks))
    if kind == "vtt":
        return _storyboard(viewer, episode_id, stem)
    if kind in {"jpg", "webp"}:
        return _send(_picture(viewer, episode_id, name))
    return _send(_rendition(viewer, episode_id, stem, name))


@blueprint.get("/media/<episode_id>/original")
def original(episode_id: str) -> ResponseReturnValue:
    """The recording as it came, for its author to save."""
    if not EPISODE_ID.fullmatch(episode_id):
        raise MediaNotFoundError
    recording = media_queries.get_own_recording(db.session(), current_viewer(), episode_id)
    return _send(
        Stored(
            episode_id,
            recording.storage_key,
            recording.size,
            recording.sha256 or recording.id,
            DOWNLOAD_TYPE,
            recording.filename or "recording",
        )
    )


def _rendition(viewer: Viewer, episode_id: str, stem: str, name: str) -> Stored:
    found = media_queries.get_readable_rendition(db.session(), viewer, episode_id, stem)
    if found.filename != name:
        raise MediaNotFoundError
    return Stored(episode_id, found.storage_key, found.size, found.sha256, found.mime_type)


def _picture(viewer: Viewer, episode_id: str, name: str) -> Stored:
    found = media_queries.get_readable_picture(db.session(), viewer, episode_id, name)
    return Stored(episode_id, found.storage_key, found.size, found.name, found.mime_type)


def _storyboard(viewer: Viewer, episode_id: str, stem: str) -> Response:
    found = media_queries.get_readable_storyboard(db.session(), viewer, episode_id, stem)
    text = media_views.storyboard_vtt(found)
    return _guard(Response(text, content_type=STORYBOARD_TYPE))


def _playlist(viewer: Viewer, episode_id: str, stem: str) -> Response:
    if stem == "master":
        found = media_queries.list_readable_renditions(db.session(), viewer, episode_id)
        streamed = media_policy.list_streamed(found)
        if not streamed:
            raise StreamNotReadyError
        text = media_views.master_playlist(streamed)
    else:
        found = media_queries.list_readable_companions(db.session(), viewer, episode_id, stem)
        streamed = media_policy.list_streamed(found)
        asked = next((rendition for rendition in streamed if rendition.id == stem), None)
        if asked is None:
            raise MediaNotFoundError
        text = media_views.rendition_playlist(asked, streamed)
    response = _guard(Response(text, content_type=PLAYLIST_TYPE))
    # Files come and go: who asks for the list wants to know which there are now.
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _send(stored: Stored) -> ResponseReturnValue:
    # A media answer can take as long as its clip; the connection goes back before it begins.
    db.release()
    # Who asks for a part will ask for another. Browsers' players then go on asking the address
    # that they were sent to, also when it has died, and seeking would end in an error.
    if request.method == "GET" and "Range" not in request.headers:
        address = parts().storage.presign(
            stored.key, PRESIGNED_S, content_type=stored.content_type, filename=stored.filename
        )
        if address is not None:
            response = redirect(address)
            response.headers["Cache-Control"] = "private, no-store"
            return response
    return _describe(_bytes(stored), stored)


def _bytes(stored: Stored) -> Response:
    if request.if_none_match.contains(stored.etag):
        return Response(status=HTTPStatus.NOT_MODIFIED)
    if parts().settings.accel_redirect and parts().settings.storage == "disk":
        location = parts().settings.accel_redirect.rstrip("/")
        return Response(headers={"X-Accel-Redirect": f"{location}/{stored.key}"})
    return _spans(stored)


def _spans(stored: Stored) -> Response:
    try:
        span = find_span(stored.size, stored.etag)
    except RangeNotSatisfiableError:
        refusal = Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        refusal.headers["Content-Range"] = f"bytes */{stored.size}"
        refusal.headers["Accept-Ranges"] = "bytes"
        return refusal
    start, end = (span.start, span.end) if span else (0, stored.size)
    blocks = () if request.method == "HEAD" else _stream(stored, start, end)
    response = Response(blocks, HTTPStatus.PARTIAL_CONTENT if span else HTTPStatus.OK)
    response.content_length = end - start
    # Said here, where the bytes are ours: nginx says it of its own, and both would stand there.
    response.headers["Accept-Ranges"] = "bytes"
    if span:
        response.headers["Content-Range"] = span.content_range
    return response


def _stream(stored: Stored, start: int, end: int) -> Blocks:
    viewer, streams = current_viewer(), parts().streams
    place = streams.enter(viewer.id or client_address())
    blocks = parts().storage.open(stored.key, start, end)
    return streams.send(blocks, place, _asker(viewer, stored))


def _asker(viewer: Viewer, stored: Stored) -> Callable[[], bool]:
    # Blocks flow after the request is over; what they need of it is kept here.
    database = parts().database

    def may_go_on() -> bool:
        with database.reading() as session:
            return media_queries.is_readable(session, viewer, stored.episode_id, stored.key)

    return may_go_on


def _describe(response: Response, stored: Stored) -> Response:
    response.content_type = stored.content_type
    response.set_etag(stored.etag)
    if stored.filename is not None:
        response.headers.set("Content-Disposition", attachment(stored.filename))
    return _guard(response)


def _guard(response: Response) -> Response:
    # Whatever the bytes are, a browser that opens them as a page runs nothing of them.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = f"private, max-age={KEEP_S}"
    return response
