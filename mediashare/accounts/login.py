"""Who makes this request: the only user of flask-login."""

import ipaddress
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import flask_login
from flask import Flask, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from mediashare import clock
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts import queries as accounts_queries
from mediashare.accounts import service as accounts_service
from mediashare.accounts.policy import VISITOR, Viewer
from mediashare.config import Settings
from mediashare.errors import NotAllowedError, NotFoundError, NotSignedInError
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.csrf import SAFE_METHODS
from mediashare.web.error_pages import is_for_fragment, is_for_programs
from mediashare.web.parts import parts

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)

IPV6_HOUSEHOLD = 64

# Everything else asks for a signed-in person. By endpoint name, never by the text of the path
# a path can be dressed up, an endpoint can not.
OPEN_ENDPOINTS = frozenset(
    {
        "static",
        "accounts.sign_in",
        "accounts.create_session",
        "accounts.accept",
        "accounts.create_account",
        "health.healthz",
        "health.readyz",
        "openapi.show",
        "shell.choose_language",
        "shell.manifest",
        "shell.offline",
        "shell.service_worker",
        # It only leads to the upload page, which asks who comes.
        "shell.take_share",
        # How browsers search here, and feeds, which know their readers by the token in the address.
        "search.opensearch",
        "saved.feed",
        # In frames of other sites nobody is signed in: there it says so itself, and nothing else.
        "embeds.show",
    }
)


class _SignedIn(flask_login.UserMixin):  # type: ignore[misc]  # flask-login has no types
    """What flask-login knows of a person: the token of the session, and the viewer it names."""

    def __init__(self, token: str, viewer: Viewer) -> None:
        self.id = token
        self.viewer = viewer


class InvalidTokenError(NotSignedInError):
    """Unknown, revoked or expired, or its owner is disabled."""

    message = said("This token is not valid.")


class ReadOnlyTokenError(NotAllowedError):
    """A token with the scope `read` alone."""

    message = said("This token may only read. Make one with the scope `write`.")


class BlindTokenError(NotAllowedError):
    """A token without the scope `read`."""

    message = said("This token may not read. Make one with the scope `read`.")


def install(app: Flask, settings: Settings) -> None:
    """Recognise people by session cookie or bearer token, and turn visitors away."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if settings.is_https else "session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.session_days),
        # Sent when it changes, not with every answer: a cache that wrongly keeps an answer must
        # not keep somebody's session with it.
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    manager = flask_login.LoginManager(app)
    manager.session_protection = None  # the session lives on the server; addresses may change

    @manager.user_loader  # type: ignore[untyped-decorator]  # flask-login has no types
    def load(token: str) -> _SignedIn | None:
        found = accounts_queries.find_sign_in(db.session(), token)
        if found is None:
            return None
        if _is_stale(found.seen_at):
            days, idle_days = settings.session_days, settings.session_idle_days
            with parts().database.transaction() as session:
                accounts_service.renew(session, token, days=days, idle_days=idle_days)
        return _SignedIn(token, accounts_queries.viewer_of(found.user))

    app.before_request(_recognise)
    app.jinja_env.globals.update(
        current_viewer=current_viewer,
        is_moderator=accounts_policy.is_moderator,
        is_admin=accounts_policy.is_admin,
    )


def install_gate(app: Flask) -> None:
    """Turn visitors away from everything that is not open to them; runs after the CSRF check."""
    app.before_request(_gate)


def current_viewer() -> Viewer:
    """Whoever makes this request; VISITOR when nobody is signed in."""
    viewer: Viewer = g.get("viewer", VISITOR)
    return viewer


def current_token() -> str | None:
    """The token of this browser's session."""
    return cast(str | None, session.get("_user_id"))


def client_address() -> str:
    """Who is counted and put on record for this request: the address that it came from.

    Of IPv6 the network alone counts, because one household has all addresses in it. Headers that
    a client can set itself are believed only from the proxies that the settings name.
    """
    address = request.remote_addr or ""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004 - the Internet Protocol's own number
        return address
    return str(ipaddress.ip_network((address, IPV6_HOUSEHOLD), strict=False))


def remember(token: str) -> None:
    """Make this browser the one that holds `token`; whatever it held before is forgotten."""
    session.clear()
    session.permanent = True
    # flask-login reads the id of the session from here on the next request.
    session["_user_id"] = token
    session["_fresh"] = True


def forget() -> str | None:
    """Forget who this browser is; the token it held."""
    token = current_token()
    session.clear()
    return token


def role_required(
    may: Callable[[Viewer], bool],
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A view for those whom `may` (of accounts.policy) lets; for others it does not exist."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not may(current_viewer()):
                log.warning("refused %s to person %s", request.endpoint, current_viewer().id)
                raise NotFoundError
            return view(*args, **kwargs)

        return guarded

    return decorate


def _is_stale(last_seen: datetime | None) -> bool:
    return last_seen is None or clock.now() - last_seen > accounts_service.RENEW_AFTER


def _recognise() -> None:
    if request.endpoint == "static":
        return
    header = request.headers.get("Authorization", "")
    # Programs fetch the media that the API has told them of with the same token.
    if header and (is_for_programs() or request.blueprint == "media"):
        g.viewer, g.by_token = _viewer_by_token(header), True
        return
    user = flask_login.current_user
    g.viewer = user.viewer if user.is_authenticated else VISITOR


def _viewer_by_token(header: str) -> Viewer:
    scheme, _, rest = header.partition(" ")
    token = rest.strip()
    found = accounts_queries.find_token(db.session(), token)
    if scheme.lower() != "bearer" or found is None:
        raise InvalidTokenError
    if _is_stale(found.used_at):
        with parts().database.transaction() as session:
            accounts_service.note_token_use(session, token)
    return accounts_queries.viewer_of(found.user, found.scopes)


def _gate() -> Response | None:
    viewer = current_viewer()
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None
    if not viewer.is_signed_in:
        if is_for_programs() or is_for_fragment() or request.method not in SAFE_METHODS:
            raise NotSignedInError
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    # Every answer shows something, also the one to a write.
    if not accounts_policy.may_read(viewer):
        raise BlindTokenError
    if request.method not in SAFE_METHODS and not accounts_policy.may_write(viewer):
        raise ReadOnlyTokenError
    return None
