"""Episodes in the API: made from uploads, read, changed, deleted."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, Scope, User
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode, EpisodeState
from mediashare.media.models import Recording, Rendition, RenditionKind
from mediashare.ratings.models import Rating
from mediashare.schema import metadata
from mediashare.transcripts.models import Segment
from tests import factories
from tests.api.caller import Caller, make_upload

VTT = "WEBVTT\n\n00:01.000 --> 00:03.000\nThe broker restarts.\n"


NOTHING_YET: Any = {
    "poster": None,
    "waveform": None,
    "storyboard": None,
    "hls": None,
    "duration": None,
    "more_coming": True,
    "files": [],
    "silences": [],
}


def test_an_upload_becomes_an_episode_and_processing_starts(
    session: Session, ada: User, as_ada: Caller
) -> None:
    upload = make_upload(session, ada)

    answer = as_ada.post(
        "/episodes",
        {
            "upload_id": upload.id,
            "title": " Restarting  the broker ",
            "description": "What to check.",
            "tags": ["Kafka", "#on-call"],
            "language": "en",
        },
    )

    made = answer.json or {}
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/episodes/{made['id']}"
    assert {name: made[name] for name in ("title", "description", "tags", "language")} == {
        "title": "Restarting the broker",
        "description": "What to check.",
        "tags": ["kafka", "on-call"],
        "language": "en",
    }
    assert {name: made[name] for name in ("state", "kind", "duration", "author", "audience")} == {
        "state": "processing",
        "kind": None,
        "duration": None,
        "author": {"handle": "ada", "name": "Ada Lovelace"},
        "audience": "internal",
    }
    assert made["url"] == f"http://localhost:8000/e/{made['slug']}"
    assert made["rating"] == {"average": None, "count": 0, "mine": None}
    assert made["outcomes"] == {"solved": 0, "did_not_work": 0, "outdated": 0, "mine": None}
    assert made["media"] == NOTHING_YET
    assert made["transcript"]["state"] == "queued"
    assert [(step["name"], step["state"], step["waiting_for"]) for step in made["steps"]] == [
        ("probe", "queued", "no worker serves media at the moment")
    ]


def test_asking_again_gives_the_same_episode(session: Session, ada: User, as_ada: Caller) -> None:
    body = {"upload_id": make_upload(session, ada).id, "title": "Once"}

    first, second = as_ada.post("/episodes", body), as_ada.post("/episodes", body)

    assert second.status_code == 201
    assert (first.json or {})["id"] == (second.json or {})["id"]
    assert session.scalar(select(func.count()).select_from(Episode)) == 1
    assert session.scalar(select(func.count()).select_from(JobRow)) == 1


def test_asking_again_after_the_episode_was_deleted_makes_no_other(
    session: Session, ada: User, as_ada: Caller
) -> None:
    body = {"upload_id": make_upload(session, ada).id, "title": "Once"}
    made = as_ada.post("/episodes", body).json or {}
    as_ada.delete(f"/episodes/{made['id']}")

    again = as_ada.post("/episodes", body)

    assert again.status_code == 404
    assert session.scalar(select(func.count()).select_from(Episode)) == 0


def test_captions_that_come_along_are_the_transcript(
    session: Session, ada: User, as_ada: Caller
) -> None:
    upload = make_upload(session, ada)

    made = as_ada.post("/episodes", {"upload_id": upload.id, "title": "T", "captions": VTT}).json

    assert (made or {})["transcript"]["state"] == "ready"
    assert session.scalars(select(Segment.text)).all() == ["The broker restarts."]


def test_captions_that_can_not_be_read_stop_everything(
    session: Session, ada: User, as_ada: Caller
) -> None:
    upload = make_upload(session, ada)

    answer = as_ada.post("/episodes", {"upload_id": upload.id, "title": "T", "captions": "no"})

    assert answer.status_code == 422
    assert session.scalar(select(func.count()).select_from(Episode)) == 0


def test_somebody_elses_upload_can_not_be_taken(
    session: Session, ada: User, as_bob: Caller
) -> None:
    upload = make_upload(session, ada)

    others = as_bob.post("/episodes", {"upload_id": upload.id, "title": "Mine now"})
    missing = as_bob.post("/episodes", {"upload_id": "f" * 32, "title": "Mine now"})

    assert (others.status_code, others.data) == (404, missing.data)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"upload_id", "title"}),
        ({"upload_id": 7, "title": 7, "tags": 7, "language": [], "audience": {}}, None),
        ({"upload_id": "x", "title": "T", "publish": "yes"}, {"publish"}),
        ({"upload_id": "x", "title": "T", "captions": 3}, {"captions"}),
        ({"upload_id": "x", "title": "T" * 201}, {"title"}),
        (
            {"upload_id": "x", "title": "T", "language": "en-x-" + "abcdefg-" * 9 + "a"},
            {"language"},
        ),
        ({"upload_id": "x", "title": "T", "language": "klingonese"}, {"language"}),
        ({"upload_id": "x", "title": "T", "audience": "group"}, {"group_ids"}),
        ({"upload_id": "x", "title": "T", "audience": "public"}, {"audience"}),
        ({"upload_id": "x", "title": "T", "group_ids": "abc"}, {"group_ids"}),
        (
            {"upload_id": "x", "title": "T", "tags": ["t"] * 3 + [str(n) for n in range(20)]},
            {"tags"},
        ),
    ],
)
def test_each_field_that_can_not_be_used_is_named(
    body: dict[str, Any], fields: set[str] | None, as_ada: Caller
) -> None:
    answer = as_ada.post("/episodes", body)

    problem = answer.json or {}
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert {name: problem[name] for name in ("type", "title", "status")} == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
    }
    wanted = fields or {"upload_id", "title", "tags", "language", "audience"}
    assert set(problem["errors"]) == wanted


def test_what_only_we_decide_is_ignored(
    session: Session, ada: User, bob: User, as_ada: Caller
) -> None:
    body = {
        "upload_id": make_upload(session, ada).id,
        "title": "Mine",
        "author_id": bob.id,
        "state": "ready",
        "slug": "chosen",
        "rating_sum": 500,
        "storage_key": "recordings/other",
        "hidden_at": "2026-01-01T00:00:00Z",
    }

    made = as_ada.post("/episodes", body).json or {}
    changed = as_ada.patch(f"/episodes/{made['id']}", body).json or {}

    for found in (made, changed):
        assert (found["author"]["handle"], found["state"]) == ("ada", "processing")
        assert found["slug"] != "chosen"
        assert found["rating"]["count"] == 0


def test_an_episode_says_how_it_plays_and_what_one_said_oneself(
    session: Session, ada: User, bob: User, as_bob: Caller
) -> None:
    episode = factories.make_episode(session, ada, rating_sum=4, rating_count=1)
    factories.make_transcript(session, episode, (0, 2, "hello"))
    session.begin()
    session.add(Rating(episode_id=episode.id, user_id=bob.id, stars=4))
    session.add(
        Rendition(
            episode_id=episode.id,
            kind=RenditionKind.VIDEO,
            storage_key="secret-key",
            mime_type="video/mp4",
            codecs="avc1.64001f,mp4a.40.2",
            size=9,
            sha256="0" * 64,
            duration_ms=60_000,
            bitrate=900_000,
            width=1280,
            height=720,
            init_size=1,
            segments=[[1, 8, 60_000]],
        )
    )
    session.commit()

    answer = as_bob.get(f"/episodes/{episode.id}")

    found = answer.json or {}
    assert (found["state"], found["kind"], found["duration"]) == ("ready", "video", 60.0)
    assert found["rating"] == {"average": 4.0, "count": 1, "mine": 4}
    assert [file["type"] for file in found["media"]["files"]] == ["video/mp4"]
    assert found["transcript"]["state"] == "ready"
    assert "secret-key" not in answer.text


def test_steps_and_groups_are_the_authors_business(
    session: Session, ada: User, bob: User, as_ada: Caller, as_bob: Caller
) -> None:
    group = factories.make_group(session, ada, bob)
    episode = factories.make_episode(session, ada, groups=[group])
    session.begin()
    session.add(JobRow(kind="probe", queue="media", subject=episode.id, max_attempts=3))
    session.commit()

    own, others = (as_x.get(f"/episodes/{episode.id}").json or {} for as_x in (as_ada, as_bob))

    assert ([step["name"] for step in own["steps"]], own["group_ids"]) == (["probe"], [group.id])
    assert (others["steps"], others["group_ids"]) == ([], [])


def test_what_one_may_not_see_looks_like_what_is_not_there(
    session: Session, ada: User, as_bob: Caller
) -> None:
    group = factories.make_group(session, ada)
    hidden = [
        factories.make_episode(session, ada, audience="private"),
        factories.make_episode(session, ada, groups=[group]),
        factories.make_episode(session, ada, state=EpisodeState.PROCESSING),
        factories.make_episode(session, ada, published_at=None),
    ]
    bodies: dict[str, dict[str, Any]] = {"GET": {}, "DELETE": {}, "PATCH": {"json": {"title": "x"}}}

    for method, options in bodies.items():
        missing = as_bob.send(method, f"/episodes/{'0' * 32}", **options)
        for episode in hidden:
            answer = as_bob.send(method, f"/episodes/{episode.id}", **options)

            assert (answer.status_code, answer.data) == (404, missing.data)


def test_a_change_names_only_what_changes(session: Session, ada: User, as_ada: Caller) -> None:
    upload = make_upload(session, ada)
    body = {"upload_id": upload.id, "title": "Old", "description": "Kept", "tags": ["kept"]}
    made = as_ada.post("/episodes", {**body, "language": "en"}).json or {}

    answer = as_ada.patch(f"/episodes/{made['id']}", {"title": "New", "audience": "private"})

    changed = answer.json or {}
    names = ("title", "description", "tags", "language", "audience", "slug")
    assert {name: changed[name] for name in names} == {
        "title": "New",
        "description": "Kept",
        "tags": ["kept"],
        "language": "en",
        "audience": "private",
        "slug": made["slug"],
    }


def test_publishing_can_be_put_off_and_taken_back(
    session: Session, ada: User, as_ada: Caller, as_bob: Caller
) -> None:
    episode = factories.make_episode(session, ada, published_at=None)
    path = f"/episodes/{episode.id}"

    seen = [as_bob.get(path).status_code]
    for publish in (True, False):
        as_ada.patch(path, {"publish": publish})
        seen.append(as_bob.get(path).status_code)

    assert seen == [404, 200, 404]


def test_only_the_author_changes_and_deletes(
    client: FlaskClient, session: Session, ada: User, as_bob: Caller
) -> None:
    episode = factories.make_episode(session, ada, "Mine")
    moderator = factories.make_user(session, role=Role.MODERATOR)
    admin = factories.make_user(session, role=Role.ADMIN)
    callers = [as_bob, *(Caller(client, session, user) for user in (moderator, admin))]

    answers = [
        answer.status_code
        for caller in callers
        for answer in (
            caller.patch(f"/episodes/{episode.id}", {"title": "Yours"}),
            caller.delete(f"/episodes/{episode.id}"),
        )
    ]

    session.rollback()
    assert answers == [403] * 6
    assert session.scalars(select(Episode.title)).all() == ["Mine"]


def test_a_token_that_may_read_changes_nothing(
    client: FlaskClient, session: Session, ada: User
) -> None:
    reader = Caller(client, session, ada, Scope.READ)
    episode = factories.make_episode(session, ada, "Mine")
    upload = make_upload(session, ada)

    refused = [
        reader.post("/episodes", {"upload_id": upload.id, "title": "T"}).status_code,
        reader.patch(f"/episodes/{episode.id}", {"title": "T"}).status_code,
        reader.delete(f"/episodes/{episode.id}").status_code,
    ]

    assert refused == [403, 403, 403]
    assert (reader.get(f"/episodes/{episode.id}").json or {})["title"] == "Mine"


def test_a_deleted_episode_leaves_no_row_and_its_objects_are_removed_by_a_job(
    session: Session, ada: User, as_ada: Caller
) -> None:
    upload = make_upload(session, ada)
    body = {"upload_id": upload.id, "title": "T", "tags": ["t"], "captions": VTT}
    made = as_ada.post("/episodes", body).json or {}

    answer = as_ada.delete(f"/episodes/{made['id']}")

    session.rollback()
    assert (answer.status_code, answer.data) == (204, b"")
    assert as_ada.get(f"/episodes/{made['id']}").status_code == 404
    left = {
        table.name
        for table in metadata.sorted_tables
        if session.execute(select(func.count()).select_from(table)).scalar_one()
    }
    assert left <= {"users", "api_tokens", "jobs", "tags", "uploads", "audit_entries"}
    jobs = session.scalars(select(JobRow).order_by(JobRow.created_at)).all()
    assert {job.kind: job.state for job in jobs} == {
        "probe": JobState.CANCELLED,
        "chapters": JobState.CANCELLED,
        "check": JobState.CANCELLED,
        "cleanup": JobState.QUEUED,
    }
    assert jobs[-1].payload == {"keys": [upload.storage_key]}
    assert session.scalar(select(func.count()).select_from(Recording)) == 0
