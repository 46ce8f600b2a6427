"""Bodies that are no JSON object, or hold what no database keeps, are refused everywhere."""

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from tests import factories
from tests.api.caller import Caller

BAD = [
    b"",
    b"{",
    b"[]",
    b'"text"',
    b"null",
    b"\xff\xfe",
    b'{"title": "\xff"}',
    b'{"title": NaN}',
    b'{"title": Infinity}',
    b'{"title": 1e400}',
    b'{"title": ' + b"9" * 5000 + b"}",
    b'{"title": "\\u0000"}',
    b'{"tags": [{"a": "\\u0000"}]}',
    b'{"\\u0000": 1}',
    b'{"title": "\\ud800"}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
]


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_a_body_that_is_no_usable_json_object_is_refused(
    body: bytes, session: Session, ada: User, as_ada: Caller
) -> None:
    episode = factories.make_episode(session, ada)

    answers = [
        as_ada.send(method, path, data=body, content_type="application/json")
        for method, path in [
            ("POST", "/episodes"),
            ("PATCH", f"/episodes/{episode.id}"),
            ("PUT", f"/episodes/{episode.id}/rating"),
        ]
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert [answer.content_type for answer in answers] == ["application/problem+json"] * 3


def test_text_about_nul_is_only_text(session: Session, ada: User, as_ada: Caller) -> None:
    episode = factories.make_episode(session, ada)

    answer = as_ada.patch(f"/episodes/{episode.id}", {"title": r"What \u0000 does"})

    assert (answer.json or {})["title"] == r"What \u0000 does"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_refused(kind: str, as_ada: Caller) -> None:
    answer = as_ada.send("POST", "/episodes", data=b'{"title": "T"}', content_type=kind)

    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/episodes/%00", "/episodes/a%00b", "/people/%00"])
def test_nothing_is_found_at_an_address_with_a_nul(path: str, as_ada: Caller) -> None:
    assert as_ada.send("GET", path).status_code == 404


def test_a_query_with_a_nul_is_refused(as_ada: Caller) -> None:
    answer = as_ada.send("GET", "/episodes?author=%00&tag=a%00")

    assert (answer.status_code, set((answer.json or {})["errors"])) == (422, {"author", "tag"})
