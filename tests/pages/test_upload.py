"""Uploading by a plain form: one request with the recording and all that is said about it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from mediashare.accounts.models import Role
from mediashare.app import create_app
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.library.models import Audience, Episode
from mediashare.storage.disk import DiskStorage
from mediashare.transcripts.models import Origin, Segment, Transcript
from mediashare.uploads.models import Upload
from mediashare.web.bodies import FORM_BYTES
from tests.factories import Browser, make_group, make_user
from tests.fakes import RecordingWaker

Browse = Callable[[Any], Browser]
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nMount the directory.\n"


def recording(size: int = 100, name: str = "talk.mp3") -> tuple[BytesIO, str]:
    return BytesIO(b"x" * size), name


def test_a_form_makes_an_episode_of_its_file(
    session: Session, browse: Browse, storage: DiskStorage
) -> None:
    form = {"file": recording(), "title": "Trust bundles", "tags": "tls, mesh", "audience": ""}

    answer = browse(make_user(session)).post("/upload", form)

    episode = session.scalars(select(Episode)).one()
    assert answer.status_code == 303
    assert answer.location == episode.path
    assert episode.tags_text == "tls mesh"
    assert [storage.stat(key).size for key in storage.list("recordings/")] == [100]


def test_recordings_may_be_larger_than_other_forms(session: Session, browse: Browse) -> None:
    browser = browse(make_user(session))
    size = FORM_BYTES + 1
    boundary, body = encode_multipart({"file": FileStorage(*recording(size)), "title": "Large"})

    kind = f'multipart/form-data; boundary="{boundary}"'
    upload = browser.send("POST", "/upload", data=body, content_type=kind)
    other = browser.post("/settings", {"about": "x" * size})

    assert upload.status_code == 303
    assert other.status_code == 413


def test_captions_that_come_along_are_the_transcript(session: Session, browse: Browse) -> None:
    form = {"file": recording(), "title": "Captioned", "captions": (BytesIO(VTT), "own.vtt")}

    browse(make_user(session)).post("/upload", form)

    assert session.scalars(select(Transcript)).one().origin is Origin.AUTHOR
    assert session.scalars(select(Segment)).one().text == "Mount the directory."


def test_what_is_missing_is_named_and_what_was_typed_is_kept(
    session: Session, browse: Browse
) -> None:
    browser = browse(make_user(session))

    untitled = browser.post("/upload", {"file": recording(), "title": "", "tags": "kept"})
    without = browser.post("/upload", {"title": "Kept title"})
    empty = browser.post("/upload", {"file": recording(0), "title": "Kept title"})

    assert "Give it a title." in untitled.text
    assert 'value="kept"' in untitled.text
    assert "Choose a file first." in without.text
    assert "Choose a file that is not empty." in empty.text
    assert [untitled.status_code, without.status_code, empty.status_code] == [422, 422, 422]
    assert session.scalars(select(Episode)).all() == []


def test_an_episode_can_be_for_groups(session: Session, browse: Browse) -> None:
    author = make_user(session)
    group = make_group(session, author, name="Mesh guild")
    browser = browse(author)

    assert "Mesh guild" in browser.get("/upload").text
    form = {"file": recording(), "title": "Ours", "audience": "group", "group_ids": group.id}
    browser.post("/upload", form)

    assert session.scalars(select(Episode)).one().audience is Audience.GROUP


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"captions": (b"No captions.", "own.vtt")}, "This is neither WebVTT"),
        ({"captions": (b"\xff\xfe", "own.vtt")}, "This is not UTF-8 text."),
        ({"audience": "group", "group_ids": "0" * 32}, "You can only name groups you belong to."),
        ({"audience": "group"}, "Choose at least one group."),
    ],
)
def test_a_form_that_is_refused_says_why_and_takes_no_room(
    session: Session, browse: Browse, storage: DiskStorage, wrong: dict[str, Any], sentence: str
) -> None:
    browser = browse(make_user(session))
    sent = {
        name: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for name, value in wrong.items()
    }

    answer = browser.post("/upload", {"file": recording(), "title": "Wrong", **sent})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(Upload)).all() == []
    assert list(storage.list("")) == []


def test_a_file_beyond_the_quota_is_refused_beside_the_field(
    settings: Settings, database: Database, session: Session, storage: DiskStorage
) -> None:
    small = settings.model_copy(update={"quota_bytes": 99})
    app = create_app(small, database=database, storage=storage, waker=RecordingWaker())
    browser = Browser(app, database, make_user(session))

    answer = browser.post("/upload", {"file": recording(), "title": "Kept title"})

    assert answer.status_code == 413
    assert "You have no room left for this file." in answer.text
    assert 'value="Kept title"' in answer.text
    assert session.scalars(select(Upload)).all() == []


def test_a_full_disk_is_explained_and_what_was_typed_is_kept(
    settings: Settings, database: Database, session: Session, storage: DiskStorage
) -> None:
    full = settings.model_copy(update={"min_free_bytes": 1 << 60})
    app = create_app(full, database=database, storage=storage, waker=RecordingWaker())
    browser = Browser(app, database, make_user(session))

    answer = browser.post("/upload", {"file": recording(), "title": "Kept title"})

    assert answer.status_code == 507
    assert "There is no space left to store this." in answer.text
    assert 'value="Kept title"' in answer.text


def test_nothing_is_offered_to_people_without_an_account(session: Session, browse: Browse) -> None:
    assert 'value="public"' not in browse(make_user(session)).get("/upload").text


def test_guests_can_not_upload(session: Session, browse: Browse) -> None:
    browser = browse(make_user(session, role=Role.GUEST))

    assert browser.get("/upload").status_code == 403
    assert browser.post("/upload", {"file": recording(), "title": "No"}).status_code == 403


def test_a_house_that_recognises_speech_by_itself_says_so(session: Session, browse: Browse) -> None:
    page = browse(make_user(session)).get("/upload").text

    assert "Without them the speech is recognised here, on our own machines." in page
    assert "is sent there" not in page
