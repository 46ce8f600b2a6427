"""Turns failures into answers, once: HTML for people, problem+json (RFC 9457) for programs."""

import logging
import secrets
from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from mediashare import errors
from mediashare.sentences import said
from mediashare.web.languages import translated

log = logging.getLogger(__name__)

STATUS_OF = {
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.NotSignedInError: HTTPStatus.UNAUTHORIZED,
    errors.NotAllowedError: HTTPStatus.FORBIDDEN,
    errors.TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.StorageFullError: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_AFTER_S = 5
SENTENCES = {
    HTTPStatus.NOT_FOUND: errors.NotFoundError.message,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: errors.TooLargeError.message,
    HTTPStatus.METHOD_NOT_ALLOWED: said("That can't be done here."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: said("This kind of content is not understood here."),
}


def install(app: Flask) -> None:
    """Handle the categories of mediashare/errors.py, HTTP errors, and whatever else is raised."""
    app.register_error_handler(errors.MediashareError, _expected)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IntegrityError, _clash)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(PoolTimeoutError, _database)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: errors.MediashareError) -> HTTPStatus:
    """The HTTP status of an expected failure: that of its nearest category."""
    for category in type(error).__mro__:
        if category in STATUS_OF:
            return STATUS_OF[category]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def is_for_programs() -> bool:
    """Whether this request wants JSON: everything under /api, and what speaks oEmbed."""
    return request.path.startswith("/api/") or request.endpoint == "embeds.oembed"


def is_for_fragment() -> bool:
    """Whether a script of our pages asks, which puts the answer into the page that is open."""
    return "HX-Request" in request.headers


def problem(status: int, detail: str, fields: dict[str, str] | None = None) -> Response:
    """A problem+json answer; `fields` names what is wrong with each input. Its sentences are in
    the language that the program asks for."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": translated(detail),
    }
    if fields:
        body["errors"] = {name: translated(sentence) for name, sentence in fields.items()}
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _expected(error: errors.MediashareError) -> Response:
    fields = error.errors if isinstance(error, errors.InvalidInputError) else None
    response = _answer(status_of(error), error.sentence, fields)
    if isinstance(error, errors.TooManyRequestsError):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.UnavailableError):
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    if isinstance(error, errors.NotSignedInError) and is_for_programs():
        response.headers["WWW-Authenticate"] = 'Bearer realm="mediashare"'
    return response


def _http(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        found = error.get_response()
        return Response(found.get_data(), status, found.headers)
    response = _answer(status, SENTENCES.get(status) or error.description or status.phrase)
    if "Allow" in error.get_response().headers:
        response.headers["Allow"] = error.get_response().headers["Allow"]
    return response


def _database(error: Exception) -> Response:
    log.error("the database does not answer", exc_info=error)
    response = _answer(HTTPStatus.SERVICE_UNAVAILABLE, errors.UnavailableError.message)
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _clash(error: Exception) -> Response:
    # Services lock before they decide, so this is seldom; trying again then goes well.
    log.error("two changes at once did not fit together", exc_info=error)
    return _answer(HTTPStatus.CONFLICT, errors.ConflictError.message)


def _unexpected(error: Exception) -> Response:
    number = secrets.token_hex(4)
    log.error("unexpected failure %s", number, exc_info=error)
    return _answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        said(
            "Something went wrong on our side. If it goes on, tell an admin the number %(number)s.",
            number=number,
        ),
    )


def _answer(status: int, sentence: str, fields: dict[str, str] | None = None) -> Response:
    if is_for_programs():
        return problem(status, sentence, fields)
    if is_for_fragment():
        return _announcement(status, sentence)
    page = render_template("error.html", status=int(status), sentence=sentence)
    return Response(page, status, mimetype="text/html")


def _announcement(status: int, sentence: str) -> Response:
    """The sentence alone, for the status region of base.html: the page stays as it is."""
    response = Response(
        render_template("_announcement.html", sentence=sentence), status, mimetype="text/html"
    )
    response.headers["HX-Retarget"] = "#status"
    # What a page asks by itself every few seconds must not say the same again each time; morphing
    # leaves equal content alone. What somebody does anew is answered anew.
    response.headers["HX-Reswap"] = "innerMorph" if request.method == "GET" else "innerHTML"
    return response
