"""What a browser needs to install the site is there for everybody and says nothing of anybody."""

import json
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.web.rendering import DIST
from tests.factories import Browser, make_user


def test_the_manifest_names_icons_that_are_there(client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest")

    assert answer.mimetype == "application/manifest+json"
    icons = json.loads(answer.data)["icons"]
    for icon in icons:
        with client.get(icon["src"]) as file:
            assert (file.status_code, file.mimetype) == (200, icon["type"])
    assert [(icon["sizes"], icon["purpose"]) for icon in icons] == [
        ("any", "any"),
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]


def test_other_apps_share_sound_and_pictures_into_it(client: FlaskClient) -> None:
    target = json.loads(client.get("/manifest.webmanifest").data)["share_target"]

    assert (target["method"], target["enctype"]) == ("POST", "multipart/form-data")
    assert target["params"]["files"] == [{"name": "files", "accept": ["audio/*", "video/*"]}]


def test_the_service_worker_is_asked_for_anew_each_time_and_sees_to_all_pages(
    client: FlaskClient,
) -> None:
    with client.get("/service-worker.js") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
        assert answer.headers["Cache-Control"] == "no-cache"


def test_the_service_worker_keeps_only_files_that_are_the_same_for_everybody() -> None:
    first = (DIST / "service-worker.js").read_text().splitlines()[0]
    shell = json.loads(first.removeprefix("const SHELL=").removesuffix(";"))

    assert all((DIST / address.removeprefix("/static/")).is_file() for address in shell)


def test_the_offline_page_is_nobodys(client: FlaskClient) -> None:
    page = client.get("/offline")

    assert page.status_code == 200
    assert "No connection" in page.text
    assert "Sign out" not in page.text


def test_who_comes_without_a_service_worker_chooses_files_by_hand(
    session: Session, browse: Callable[[User], Browser]
) -> None:
    answer = browse(make_user(session)).get("/share")

    assert (answer.status_code, answer.location) == (303, "/upload")


def test_what_was_shared_before_the_service_worker_was_there_is_said_to_be_lost(
    session: Session, client: FlaskClient, browse: Callable[[User], Browser]
) -> None:
    # More than any form may be.
    sent = b"x" * (5 * 1024 * 1024)
    kind = "multipart/form-data; boundary=x"

    answer = client.post("/share", data=sent, content_type=kind, headers={"Origin": "null"})
    page = browse(make_user(session)).get(answer.location).text

    assert (answer.status_code, answer.location) == (303, "/upload?shared=lost")
    assert "What another app has shared did not arrive" in page
    assert "did not arrive" not in browse(make_user(session)).get("/upload").text
