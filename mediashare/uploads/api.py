"""Resumable uploads by tus 1.0.0: creation, creation-with-upload, creation-defer-length,
termination, expiration, checksum."""

import time

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import (
    ClientDisconnected,
    MethodNotAllowed,
    PreconditionFailed,
    UnsupportedMediaType,
)

from mediashare import clock
from mediashare.accounts import login
from mediashare.sentences import said
from mediashare.uploads import forms as uploads_forms
from mediashare.uploads import policy as uploads_policy
from mediashare.uploads import queries as uploads_queries
from mediashare.uploads import service as uploads_service
from mediashare.uploads import views as uploads_views
from mediashare.uploads.errors import ChecksumMismatchError, ProtocolError, UploadTooLargeError
from mediashare.uploads.models import Upload
from mediashare.uploads.service import Body
from mediashare.web import db
from mediashare.web.error_pages import problem
from mediashare.web.parts import parts

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,creation-defer-length,termination,expiration,checksum"
CONTENT_TYPE = "application/offset+octet-stream"
CREATION_RATE = "120 per 10 minutes"
# How long a client that comes back waits for its former request to end.
PATIENCE_S, POLL_S = 5.0, 0.1

blueprint = Blueprint("uploads_api", __name__)


@blueprint.before_request
def require_version() -> None:
    """A client that speaks another version is told so, and nothing else happens."""
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        raise PreconditionFailed(said("Send Tus-Resumable: %(version)s.", version=VERSION))


@blueprint.after_request
def say_version(response: Response) -> Response:
    """Every answer names the protocol."""
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Tus-Version"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(ProtocolError)
def refuse(error: ProtocolError) -> Response:
    """The protocol wants 400 where our API otherwise says 422."""
    return problem(400, error.sentence)


@blueprint.errorhandler(ChecksumMismatchError)
def refuse_damaged(error: ChecksumMismatchError) -> Response:
    """The protocol has a status of its own for this, which HTTP does not know."""
    response = problem(400, error.sentence)
    response.status = "460 Checksum Mismatch"
    return response


@blueprint.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@blueprint.route("/uploads/<upload_id>", methods=["OPTIONS"], provide_automatic_options=False)
def describe(**_ids: str) -> ResponseReturnValue:
    """What this server can do."""
    return (
        "",
        204,
        {
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(parts().settings.max_upload_bytes),
            "Tus-Checksum-Algorithm": ",".join(uploads_service.CHECKSUMS),
        },
    )


@blueprint.route("/uploads", methods=["POST"], provide_automatic_options=False)
def create() -> ResponseReturnValue:
    """Announce an upload, and send as much of it as the client likes."""
    announced = uploads_forms.read_creation(request.headers)
    body = _read_body() if request.mimetype == CONTENT_TYPE else Body.empty()
    viewer, settings, storage = login.current_viewer(), parts().settings, parts().storage
    parts().limits.hit(CREATION_RATE, "uploads", viewer.id or "")
    upload = uploads_service.begin(viewer, storage, settings, announced.length)
    upload.filename, upload.content_type = announced.filename, announced.content_type
    upload.metadata_header = announced.metadata_header
    try:
        if request.mimetype == CONTENT_TYPE:
            _require_fit(upload)
        with db.committing() as session:
            uploads_service.announce(session, upload, quota=settings.quota_bytes)
    except BaseException:
        storage.abort(upload.storage_handle)
        raise
    _receive(upload, body)
    location = url_for("uploads_api.show", upload_id=upload.id)
    return "", 201, {"Location": location, **uploads_views.tus_headers(upload)}


@blueprint.route("/uploads/<upload_id>", methods=["HEAD"], provide_automatic_options=False)
def show(upload_id: str) -> ResponseReturnValue:
    """Where to go on. Whoever asks is back, so a former request of theirs is given the time to
    save what it has; and one that died right before the end is ended here."""
    upload = _wait_until_free(upload_id)
    if uploads_policy.is_unfinished(upload, clock.now()):
        upload = _lease(upload_id, upload.offset, None)
        _receive(upload, Body.empty())
    return "", 200, uploads_views.tus_headers(upload)


@blueprint.route("/uploads/<upload_id>", methods=["PATCH"], provide_automatic_options=False)
def append(upload_id: str) -> ResponseReturnValue:
    """Send the bytes that follow on what has arrived."""
    if request.mimetype != CONTENT_TYPE:
        raise UnsupportedMediaType
    offset = uploads_forms.read_offset(request.headers)
    length = uploads_forms.find_number(request.headers, "Upload-Length")
    body = _read_body()
    upload = _lease(upload_id, offset, length)
    _receive(upload, body)
    return "", 204, uploads_views.tus_headers(upload)


@blueprint.route("/uploads/<upload_id>", methods=["DELETE"], provide_automatic_options=False)
def remove(upload_id: str) -> ResponseReturnValue:
    """Take the upload back, finished or not."""
    with db.committing() as session:
        upload = uploads_service.give_up(session, login.current_viewer(), upload_id)
    db.release()
    uploads_service.remove(parts().database, parts().storage, upload)
    return "", 204


@blueprint.route("/uploads/<upload_id>", methods=["POST"], provide_automatic_options=False)
def override(upload_id: str) -> ResponseReturnValue:
    """For clients whose network lets only GET and POST through."""
    views = {"HEAD": show, "PATCH": append, "DELETE": remove}
    view = views.get(request.headers.get("X-HTTP-Method-Override", "").upper())
    if view is None:
        raise MethodNotAllowed(valid_methods=[*views, "OPTIONS"])
    return view(upload_id)


def _lease(upload_id: str, offset: int, length: int | None) -> Upload:
    settings = parts().settings
    with db.committing() as session:
        upload = uploads_service.lease(
            session, login.current_viewer(), upload_id, offset=offset, days=settings.upload_days
        )
        if length is not None:
            uploads_service.set_length(session, upload, length, settings)
        _require_fit(upload)
    return upload


def _require_fit(upload: Upload) -> None:
    end = upload.offset + (request.content_length or 0)
    most = parts().settings.max_upload_bytes if upload.length is None else upload.length
    if end > most:
        raise UploadTooLargeError


def _receive(upload: Upload, body: Body) -> None:
    # Bytes may take hours; no connection of the pool waits for them.
    db.release()
    uploads_service.receive(parts().database, parts().storage, parts().settings, upload, body)


def _read_body() -> Body:
    checksum = uploads_forms.find_checksum(request.headers)
    return Body(_read, length=request.content_length, checksum=checksum)


def _read(size: int) -> bytes:
    try:
        return request.stream.read(size)
    except (OSError, ClientDisconnected):
        # The client is gone; what it has sent until then counts.
        return b""


def _wait_until_free(upload_id: str) -> Upload:
    viewer, end = login.current_viewer(), time.monotonic() + PATIENCE_S
    db.release()
    while True:
        with parts().database.reading() as session:
            upload = uploads_queries.get_upload(session, viewer, upload_id)
        if not uploads_policy.is_busy(upload, clock.now()) or time.monotonic() > end:
            return upload
        time.sleep(POLL_S)
