"""One log line for each request, and an id that all lines written on its behalf share."""

import logging
import secrets
import time

from flask import Flask, Response, g, request

from mediashare import logs

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"


def install(app: Flask) -> None:
    """Name, time and log every request; the id also goes to whoever asked."""

    @app.before_request
    def begin() -> None:
        g.request_began = time.monotonic()
        g.request_id = secrets.token_hex(8)
        logs.current_id.set(g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers[HEADER] = g.request_id
        if request.endpoint != "static":
            # The rule instead of the path: paths hold invitations, queries what people look for.
            rule = request.url_rule.rule if request.url_rule else "(no such page)"
            spent = 1000 * (time.monotonic() - g.request_began)
            log.info("%s %s %d in %d ms", request.method, rule, response.status_code, spent)
        return response

    @app.teardown_appcontext
    def forget(_error: BaseException | None) -> None:
        logs.current_id.set("")
