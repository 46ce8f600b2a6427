"""S-25, S-31, S-32, R-38: what every answer says to browsers and caches."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mediashare.app import create_app
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.storage.disk import DiskStorage
from mediashare.web.rendering import DIST
from tests.factories import Browser, make_user
from tests.fakes import RecordingWaker
from tests.visitors import Visitor

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
A_FILE = "/static/<a file>"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/e/no-such-clip", 404),
        ("GET", "/no/such/page", 404),
        ("GET", "/static/no-such-file.js", 404),
        ("GET", A_FILE, 200),
        ("GET", "/media/0/waveform.json", 404),
        ("GET", "/api/v1/me", 200),
        ("GET", "/api/v1/episodes/none", 404),
        ("PUT", "/", 405),
        ("POST", "/settings", 413),
        ("GET", "/boom", 500),
        ("GET", "/api/v1/boom", 500),
    ],
)
def test_every_answer_bears_the_security_headers(
    own_app: Flask,
    database: Database,
    session: Session,
    *,
    method: str,
    path: str,
    status: int,
) -> None:
    for rule in ("/boom", "/api/v1/boom"):
        own_app.add_url_rule(rule, rule, _boom)
    own_app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = Browser(own_app, database, make_user(session))
    body = b"x" * (5 * 1024 * 1024) if status == 413 else None

    answer = browser.send(method, path.replace(A_FILE, _built_file()), data=body)
    answer.close()

    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert "unsafe" not in policy
    assert {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(
        policy.split("; ")
    )


def test_an_unexpected_failure_tells_nothing_of_itself(
    own_app: Flask, database: Database, session: Session
) -> None:
    own_app.add_url_rule("/boom", "boom", _boom)
    own_app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = Browser(own_app, database, make_user(session)).get("/boom")

    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/settings"])
def test_what_a_person_sees_is_kept_by_no_cache(
    session: Session, browse: Callable[[Any], Browser], path: str
) -> None:
    answer = browse(make_user(session)).get(path)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_files_for_everybody_carry_nobodys_cookie(
    session: Session, browse: Callable[[Any], Browser]
) -> None:
    answer = browse(make_user(session)).get(_built_file())
    answer.close()

    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.vary


def test_on_https_the_cookie_is_bound_to_this_host_and_browsers_stay_on_https(
    settings: Settings, database: Database, storage: DiskStorage, waker: RecordingWaker
) -> None:
    secure = settings.model_copy(update={"url": "https://clips.example.com"})
    app = create_app(secure, database=database, storage=storage, waker=waker)

    answer = app.test_client().get("/sign-in", base_url="https://clips.example.com")

    cookie = answer.headers["Set-Cookie"]
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/me", "/media/0/waveform.json"])
def test_no_other_site_is_told_that_it_may_read(app: Flask, path: str) -> None:
    answer = app.test_client().get(path, headers={"Origin": "https://evil.example"})

    assert [name for name in dict(answer.headers) if name.startswith("Access-Control")] == []


def test_the_pages_of_visitors_bear_them_too(app: Flask) -> None:
    answer = Visitor(app).client.get("/sign-in")

    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS


def _built_file() -> str:
    return f"/static/{json.loads((DIST / 'manifest.json').read_text())['app.css']}"


def _boom() -> str:
    msg = "secret detail"
    raise RuntimeError(msg)
