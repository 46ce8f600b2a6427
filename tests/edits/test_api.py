"""Edits for programs: saved, listed, gone back to, replaced, let go."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare.media.policy import Edit
from tests import factories
from tests.api.caller import Caller
from tests.counting import count_statements
from tests.edits.conftest import House

# Who may see and do what is decided by services that other tests run on both databases.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

WHOLE: dict[str, Any] = {"start": 0, "end": None, "muted": [], "blurred": []}


@pytest.fixture
def as_author(client: FlaskClient, session: Session, house: House) -> Caller:
    return Caller(client, session, house.author)


@pytest.fixture
def as_reader(client: FlaskClient, session: Session) -> Caller:
    return Caller(client, session, factories.make_user(session))


def test_an_edit_is_read_and_saved_in_seconds_of_the_recording(
    house: House, as_author: Caller
) -> None:
    path = f"/episodes/{house.ident}/edit"
    before = as_author.get(path).json
    edit = {"start": 1.5, "end": 59.25, "muted": [[5, 6], [2, 3.5]], "blurred": [[7, 8]]}

    answer = as_author.send("PUT", path, json=edit)

    assert before is not None
    assert {name: before[name] for name in WHOLE} == WHOLE
    assert (before["version"], before["state"]) == (1, "current")
    assert before["recording"]["duration"] == 60.0
    assert before["recording"]["kept_until"] is not None
    made = answer.json
    assert answer.status_code == 202
    assert made is not None
    assert (made["number"], made["state"], made["muted"]) == (2, "making", [[2.0, 3.5], [5.0, 6.0]])
    assert made["made_by"] == {"handle": house.author.handle, "name": house.author.name}
    after = as_author.get(path).json
    assert after is not None
    assert {name: after[name] for name in ("start", "end", "blurred")} == {
        "start": 1.5,
        "end": 59.25,
        "blurred": [[7.0, 8.0]],
    }
    assert after["recording"]["kept_until"] is None


def test_what_is_left_out_is_as_it_was_recorded(house: House, as_author: Caller) -> None:
    house.edit(Edit(start_ms=5000))

    answer = as_author.send("PUT", f"/episodes/{house.ident}/edit", json={})

    assert answer.json is not None
    assert {name: answer.json[name] for name in WHOLE} == WHOLE


def test_what_can_not_be_made_is_refused_by_field(house: House, as_author: Caller) -> None:
    body = {"start": 5, "end": 5.5, "muted": [[n, n + 0.5] for n in range(101)]}

    answer = as_author.send("PUT", f"/episodes/{house.ident}/edit", json=body)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"] == {
        "end": "At least one second must be left.",
        "muted": "At most 100 spans.",
    }


def test_versions_are_listed_newest_first_and_gone_back_to(house: House, as_author: Caller) -> None:
    house.edit(Edit(start_ms=5000))
    path = f"/episodes/{house.ident}/versions"

    answer = as_author.post(f"{path}/1/use", {})

    assert answer.status_code == 202
    first = as_author.get(path, limit=2).json
    assert first is not None
    rest = as_author.get(path, limit=2, cursor=first["next_cursor"]).json
    assert rest is not None
    listed = [(v["number"], v["state"], v["start"]) for v in [*first["items"], *rest["items"]]]
    assert listed == [(3, "making", 0.0), (2, "current", 5.0), (1, "former", 0.0)]
    assert as_author.post(f"{path}/77/use", {}).status_code == 404


def test_the_list_takes_as_many_statements_for_three_versions_as_for_one(
    house: House, as_author: Caller
) -> None:
    path = f"/episodes/{house.ident}/versions"
    as_author.get(path)
    one = count_statements(house.database, lambda: as_author.get(path))
    house.edit(Edit(start_ms=5000))
    house.edit(Edit(start_ms=6000))

    assert count_statements(house.database, lambda: as_author.get(path)) == one


def test_an_upload_replaces_the_recording_once(
    house: House, as_author: Caller, make_upload: Callable[[], str]
) -> None:
    path, upload_id = f"/episodes/{house.ident}/recording", make_upload()

    first = as_author.post(path, {"upload_id": upload_id})
    again = as_author.post(path, {"upload_id": upload_id})

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json == again.json
    assert first.json is not None
    assert (first.json["number"], first.json["recording"]["filename"]) == (2, "talk.mp4")
    assert house.jobs() == [("probe", 2)]


@pytest.mark.parametrize("body", [{}, {"upload_id": 7}, {"upload_id": ""}])
def test_without_an_upload_nothing_is_replaced(
    house: House, as_author: Caller, body: dict[str, Any]
) -> None:
    answer = as_author.post(f"/episodes/{house.ident}/recording", body)

    assert answer.json is not None
    assert answer.json["errors"] == {"upload_id": "Say which upload this is."}


def test_an_upload_that_is_an_episode_already_replaces_nothing(
    house: House, as_author: Caller, make_upload: Callable[[], str]
) -> None:
    upload_id = make_upload()
    made = as_author.post("/episodes", {"upload_id": upload_id, "title": "Another"})
    assert made.status_code == 201

    answer = as_author.post(f"/episodes/{house.ident}/recording", {"upload_id": upload_id})

    assert answer.status_code == 409
    assert house.states() == {1: "current"}


def test_the_original_is_removed_and_then_nothing_can_be_edited(
    house: House, as_author: Caller
) -> None:
    path = f"/episodes/{house.ident}"

    removed = as_author.delete(f"{path}/recording")

    edit = as_author.get(f"{path}/edit").json
    refused = as_author.send("PUT", f"{path}/edit", json={"start": 1})
    assert removed.status_code == 204
    assert edit is not None
    assert edit["recording"]["removed_at"] is not None
    assert refused.status_code == 409
    assert refused.json is not None
    assert refused.json["detail"].startswith("The original was removed on ")


def test_comments_say_why_their_moment_is_not_played(house: House, as_reader: Caller) -> None:
    cut, kept = house.comment(3000), house.comment(9000)
    house.edit(Edit(start_ms=5000))

    answer = as_reader.get(f"/episodes/{house.ident}/comments").json

    assert answer is not None
    shown = {item["id"]: (item["start"], item["note"]) for item in answer["items"]}
    assert shown == {
        cut: (None, "About a part that was cut, 0:03 in the recording"),
        kept: (4.0, None),
    }


def test_others_learn_nothing_of_versions(house: House, as_reader: Caller) -> None:
    for method, path in (
        ("GET", "edit"),
        ("PUT", "edit"),
        ("GET", "versions"),
        ("POST", "versions/1/use"),
        ("DELETE", "recording"),
    ):
        answer = as_reader.send(method, f"/episodes/{house.ident}/{path}", json={})
        assert answer.status_code == 403
