"""Refuses writes that another site may have caused: a token in every form, and the Origin."""

from urllib.parse import urlsplit

from flask import Flask, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from mediashare.errors import NotAllowedError
from mediashare.sentences import said
from mediashare.web.parts import parts

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# By endpoint: what changes nothing and keeps nothing of what is sent. Other apps send here.
HARMLESS = frozenset({"shell.take_share"})


class CrossSiteRequestError(NotAllowedError):
    """The request does not come from one of our own pages, or the page is too old."""

    message = said("This page has expired or was sent from elsewhere. Reload it and try again.")


def install(app: Flask) -> None:
    """Check every request that changes something.

    Requests by bearer token need no check: no browser adds that header by itself.
    """
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = False
    csrf = CSRFProtect(app)

    @app.before_request
    def check() -> None:
        is_harmless = request.method in SAFE_METHODS or request.endpoint in HARMLESS
        if is_harmless or g.get("by_token", False):
            return
        _check_origin()
        try:
            csrf.protect()
        except CSRFError as error:
            raise CrossSiteRequestError from error


def _check_origin() -> None:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise CrossSiteRequestError
    origin = request.headers.get("Origin")
    if origin is None:
        return
    own = {urlsplit(parts().settings.base_url).netloc, request.host}
    try:
        is_own = urlsplit(origin).netloc in own
    except ValueError:
        is_own = False
    if not is_own:
        raise CrossSiteRequestError
