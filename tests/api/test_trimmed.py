"""Episodes whose author has trimmed and marked the recording before anybody has seen it."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.media.models import Version
from tests.api.caller import Caller, make_upload

CHAPTERS = [
    {"start": 0, "title": "Beginning"},
    {"start": 4, "title": "The cause"},
    {"start": 9.5, "title": "The fix"},
]


def make(as_ada: Caller, session: Session, ada: User, **brought: Any) -> Any:
    upload = make_upload(session, ada)
    return as_ada.post("/episodes", {"upload_id": upload.id, "title": "A clip", **brought})


def chapters_of(as_ada: Caller, answer: Any) -> list[tuple[float, str]]:
    outline = as_ada.get(f"/episodes/{answer.json['id']}/chapters").json or {}
    return [(one["start"], one["title"]) for one in outline["chapters"]]


def test_the_first_version_plays_only_what_its_author_wants(
    session: Session, ada: User, as_ada: Caller
) -> None:
    answer = make(as_ada, session, ada, trim={"start": 1.5, "end": 8})

    version = session.scalars(select(Version)).one()
    assert answer.status_code == 201
    assert (version.number, version.start_ms, version.end_ms) == (1, 1500, 8000)


def test_chapters_of_the_recording_stand_where_they_are_played(
    session: Session, ada: User, as_ada: Caller
) -> None:
    whole = make(as_ada, session, ada, chapters=CHAPTERS)
    trimmed = make(as_ada, session, ada, chapters=CHAPTERS, trim={"start": 1.5, "end": 8})

    assert chapters_of(as_ada, whole) == [(0, "Beginning"), (4, "The cause"), (9.5, "The fix")]
    # What is partly cut off begins with what is left of it.
    assert chapters_of(as_ada, trimmed) == [(0, "Beginning"), (2.5, "The cause")]


def test_asking_again_does_not_trim_again(session: Session, ada: User, as_ada: Caller) -> None:
    upload = make_upload(session, ada)
    body = {"upload_id": upload.id, "title": "A clip"}
    first = as_ada.post("/episodes", body)

    again = as_ada.post("/episodes", {**body, "trim": {"start": 3}, "chapters": CHAPTERS})

    assert (again.json or {})["id"] == (first.json or {})["id"]
    assert session.scalars(select(Version)).one().start_ms == 0
    assert chapters_of(as_ada, again) == []


@pytest.mark.parametrize(
    ("trim", "sentence"),
    [
        ([1, 2], "Must be an object with start and end in seconds."),
        ({"start": "soon"}, "Give a time in seconds, or as in 1:37."),
        ({"start": 3, "end": 3}, "The end must come after the start."),
        ({"start": 3, "end": 3.5}, "At least one second must be left."),
    ],
)
def test_what_can_not_be_played_is_refused(
    session: Session, ada: User, as_ada: Caller, trim: object, sentence: str
) -> None:
    answer = make(as_ada, session, ada, trim=trim)

    assert answer.status_code == 422
    assert answer.json["errors"] == {"trim": sentence}
