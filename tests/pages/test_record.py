"""The page on which people record: it alone may use microphone, camera and screen."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from mediashare.accounts.models import Role
from tests.factories import Browser, make_user

Browse = Callable[[Any], Browser]
NONE = "camera=(), microphone=(), display-capture=(), geolocation=()"
OWN = "camera=(self), microphone=(self), display-capture=(self), geolocation=()"


def test_no_other_page_may_use_the_devices(session: Session, browse: Browse) -> None:
    browser = browse(make_user(session))

    allowed = {path: browser.get(path).headers["Permissions-Policy"] for path in ("/", "/upload")}

    assert browser.get("/record").headers["Permissions-Policy"] == OWN
    assert allowed == {"/": NONE, "/upload": NONE}


def test_guests_are_told_that_they_can_not_record(session: Session, browse: Browse) -> None:
    answer = browse(make_user(session, role=Role.GUEST)).get("/record")

    assert answer.status_code == 403
    assert "Only members can upload." in answer.text
