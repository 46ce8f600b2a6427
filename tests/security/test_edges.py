"""S-52, S-62, R-47, R-54: made-up hosts and paths, and requests that are meant to hurt."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.login import OPEN_ENDPOINTS
from mediashare.accounts.models import Role
from mediashare.audit.models import AuditEntry
from tests.factories import PASSWORD, Browser, make_user
from tests.security.test_access_matrix import path_of, routes
from tests.security.world import NOWHERE
from tests.visitors import Visitor

Browse = Callable[[Any], Browser]
SPOOFED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
}


def test_links_are_made_of_the_configured_address_whatever_the_host_header_says(
    session: Session, browse: Browse
) -> None:
    admin = browse(make_user(session, role=Role.ADMIN))

    page = admin.post("/invitations", {"email": "", "role": "member"}, headers=SPOOFED).text

    assert 'value="http://localhost:8000/join/' in page
    assert "evil.example" not in page


def test_ways_back_stay_on_this_site_whatever_the_host_header_says(
    app: Flask, session: Session
) -> None:
    make_user(session, email="ada@example.com")

    answer = app.test_client().get("/settings", headers={"Host": "evil.example", **SPOOFED})

    assert answer.location == "/sign-in?next=/settings"


def test_the_record_holds_the_true_address(app: Flask, session: Session) -> None:
    make_user(session, email="ada@example.com")

    Visitor(app).sign_in("ada@example.com", PASSWORD, headers=SPOOFED)

    assert session.scalars(select(AuditEntry.address)).all() == ["127.0.0.1"]


@pytest.mark.parametrize(
    "suffix", ["?x=/sign-in", "?next=/static/app.js", "#/healthz", ";x=/sign-in", "?/healthz"]
)
def test_no_decoration_of_a_path_opens_it_to_visitors(app: Flask, suffix: str) -> None:
    client = app.test_client()

    statuses = {
        path: client.get(path + suffix).status_code
        for (method, endpoint), path in _paths(app)
        if method == "GET" and endpoint not in OPEN_ENDPOINTS
    }

    assert len(statuses) > 20
    # 405 where the whole is the address of something that is only written to.
    assert set(statuses.values()) <= {302, 401, 404, 405}
    assert {s for path, s in statuses.items() if path == "/settings"} <= {302, 404}


@pytest.mark.parametrize(
    "path",
    [
        "/.git/HEAD",
        "/.env",
        "/static/",
        "/static/../pyproject.toml",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/metrics",
        "/debug",
        "/console",
        "/openapi.json",
    ],
)
def test_nothing_lies_around_for_visitors(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 404


def test_trace_is_not_answered(app: Flask) -> None:
    assert app.test_client().open("/sign-in", method="TRACE").status_code == 405


@pytest.mark.parametrize("path", ["/settings", "/upload"])
def test_a_form_of_a_hundred_thousand_parts_is_too_large(
    session: Session, browse: Browse, path: str
) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'

    answer = browse(make_user(session)).send(
        "POST",
        path,
        data=part * 100_000 + b"--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )

    assert answer.status_code == 413


def test_a_body_of_line_ends_alone_is_too_large(session: Session, browse: Browse) -> None:
    answer = browse(make_user(session)).send(
        "POST", "/settings", data=b"\r" * 50_000_000, content_type="multipart/form-data; boundary=x"
    )

    assert answer.status_code == 413


def test_a_field_that_fills_memory_is_too_large(session: Session, browse: Browse) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n'

    answer = browse(make_user(session)).send(
        "POST",
        "/upload",
        data=head + b"x" * 3_000_000 + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("value", ["%00", "a%00b", "%ff", "%F0%9F%92%A9", "x" * 5000])
def test_odd_text_in_paths_and_queries_is_never_our_failure(
    app: Flask, session: Session, browse: Browse, value: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    admin = browse(make_user(session, role=Role.ADMIN))

    statuses = {
        path: admin.get(path).status_code
        for path in (
            f"/e/{value}",
            f"/p/{value}",
            f"/join/{value}",
            f"/search?q={value}",
            f"/admin/people?q={value}",
            f"/admin/people?cursor={value}",
            f"/admin/jobs?state={value}",
            f"/api/v1/groups/{value}",
            f"/api/v1/episodes?cursor={value}",
            f"/api/v1/people/{value}",
        )
    }

    assert {path: status for path, status in statuses.items() if status >= 500} == {}


def test_deeply_nested_json_is_refused_not_followed(
    app: Flask, session: Session, browse: Browse
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    body = b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}"

    answer = browse(make_user(session)).send(
        "POST", "/api/v1/groups", data=io.BytesIO(body), content_type="application/json"
    )

    assert answer.status_code == 422


def _paths(app: Flask) -> list[tuple[tuple[str, str], str]]:
    odd = {"name": "waveform.json", "kind": "vtt"}
    return [
        (key, path_of(app, rule, {name: odd.get(name, NOWHERE) for name in rule.arguments}))
        for key, rule in routes(app)
    ]
