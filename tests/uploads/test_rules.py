"""Who may upload how much, and what an upload becomes."""

import base64
import io
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, Scope, User
from mediashare.config import Settings
from mediashare.db.session import Database, begin_writing
from mediashare.errors import InvalidInputError
from mediashare.media.models import Recording
from mediashare.storage.disk import DiskStorage
from mediashare.uploads import policy as uploads_policy
from mediashare.uploads import queries as uploads_queries
from mediashare.uploads import service as uploads_service
from mediashare.uploads.errors import (
    QuotaExceededError,
    UploadBusyError,
    UploadNotCompleteError,
    UploadNotFoundError,
    UploadUsedError,
)
from mediashare.uploads.models import Upload, UploadState
from tests import factories
from tests.uploads.conftest import OCTETS, Tus, upload_id

DATA = b"0123456789"
QUOTA = 30


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Room for three uploads of ten bytes, none larger than twenty."""
    return settings.model_copy(update={"quota_bytes": QUOTA, "max_upload_bytes": 20})


def write(session: Session) -> None:
    session.rollback()
    begin_writing(session)


def row(session: Session, path: str) -> Upload:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Upload).where(Upload.id == upload_id(path))).one()


# Whose it is


def test_other_peoples_uploads_do_not_exist(
    tus: Tus, tus_of: Callable[[User], Tus], session: Session
) -> None:
    path = tus.new(10)
    other = tus_of(factories.make_user(session, role=Role.ADMIN))

    answers = [other.head(path), other.patch(path, 0, DATA), other.delete(path)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert other.patch(path, 0, DATA).json == other.patch("/api/v1/uploads/no", 0, DATA).json
    assert tus.offset(path) == 0


def test_guests_do_not_upload(tus_of: Callable[[User], Tus], session: Session) -> None:
    guest = tus_of(factories.make_user(session, role=Role.GUEST))

    assert guest.create(10).status_code == 403


def test_a_token_that_may_only_read_does_not_upload(
    app: Flask, session: Session, ada: User, tus: Tus
) -> None:
    path = tus.new(10)
    reader = Tus(app.test_client(), factories.make_token(session, ada, Scope.READ))

    assert reader.create(10).status_code == 403
    assert reader.patch(path, 0, DATA).status_code == 403
    assert reader.head(path).status_code == 200


def test_visitors_do_not_upload(app: Flask) -> None:
    response = app.test_client().post(
        "/api/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "10"}
    )

    assert response.status_code in {401, 403}


def test_a_browser_uploads_with_its_session_and_a_csrf_token(
    browse: Callable[[User], factories.Browser], ada: User, storage: DiskStorage
) -> None:
    browser = browse(ada)
    tus = {"Tus-Resumable": "1.0.0"}
    created = browser.send("POST", "/api/v1/uploads", headers={**tus, "Upload-Length": "10"})
    path = created.headers["Location"]
    sent = {"headers": {**tus, "Upload-Offset": "0"}, "data": DATA, "content_type": OCTETS}

    assert browser.client.patch(path, **sent).status_code == 403
    assert browser.send("PATCH", path, **sent).status_code == 204
    assert b"".join(storage.open(f"recordings/{upload_id(path)}")) == DATA


# How much


def test_the_quota_counts_what_is_announced(tus: Tus) -> None:
    for _ in range(3):
        tus.new(10)

    refused = tus.create(1)

    assert refused.status_code == 413
    assert "no room left" in refused.text


def test_the_quota_counts_recordings(tus: Tus, session: Session, ada: User) -> None:
    episode = factories.make_episode(session, ada)
    write(session)
    session.add(Recording(episode_id=episode.id, storage_key="r/1", filename="a", size=25))
    session.commit()

    assert tus.create(6).status_code == 413
    assert tus.create(5).status_code == 201


def test_the_quota_is_each_persons_own(
    tus: Tus, tus_of: Callable[[User], Tus], session: Session
) -> None:
    tus.new(20)

    assert tus_of(factories.make_user(session)).create(20).status_code == 201


def test_what_is_taken_back_gives_its_room_back(tus: Tus) -> None:
    path = tus.new(20)
    assert tus.create(20).status_code == 413

    tus.delete(path)

    assert tus.create(20).status_code == 201


def test_an_unannounced_length_does_not_get_around_the_quota(
    tus: Tus, storage: DiskStorage
) -> None:
    tus.new(20)
    path = tus.new(None)

    assert tus.patch(path, 0, DATA).status_code == 204
    assert tus.patch(path, 10, b"x").status_code == 413
    assert tus.offset(path) == 10
    assert tus.patch(path, 10, b"", Upload_Length=10).status_code == 204
    assert storage.stat(f"recordings/{upload_id(path)}").size == 10


def test_an_unannounced_length_does_not_get_around_the_largest_size(tus: Tus) -> None:
    path = tus.new(None)

    assert tus.patch(path, 0, bytes(21)).status_code == 413
    assert tus.offset(path) == 0


def test_ten_uploads_at_once_for_the_room_of_three_make_three(
    database: Database, storage: DiskStorage, settings: Settings, session: Session, ada: User
) -> None:
    viewer, barrier, refused = factories.viewer_of(ada), threading.Barrier(10), []

    def announce() -> None:
        upload = uploads_service.begin(viewer, storage, settings, 10)
        barrier.wait()
        try:
            with database.transaction() as own:
                uploads_service.announce(own, upload, quota=QUOTA)
        except QuotaExceededError:
            refused.append(upload)

    threads = [threading.Thread(target=announce) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 7
    assert uploads_queries.count_reserved_bytes(session, ada.id) == QUOTA


def test_uploads_stop_before_the_disk_is_full(
    storage: DiskStorage, settings: Settings, ada: User
) -> None:
    free = storage.free_bytes() or 0
    tight = settings.model_copy(update={"min_free_bytes": free * 2})

    with pytest.raises(Exception, match="no space left"):
        uploads_service.begin(factories.viewer_of(ada), storage, tight, 10)
    assert list(storage.list("")) == []


def test_creating_too_often_is_refused(tus: Tus) -> None:
    statuses = [tus.create(21).status_code for _ in range(121)]

    assert statuses == [413] * 120 + [429]


# One request at a time


def hold(session: Session, path: str, seconds: float) -> None:
    write(session)
    held = session.get_one(Upload, upload_id(path), populate_existing=True)
    held.lease_owner, held.lease_until = "another", clock.now() + timedelta(seconds=seconds)
    session.commit()


def test_while_one_request_sends_no_other_may(tus: Tus, session: Session) -> None:
    path = tus.new(10)
    hold(session, path, 60)

    assert tus.patch(path, 0, DATA).status_code == 409
    assert row(session, path).offset == 0


def test_a_request_that_fell_silent_is_taken_over(tus: Tus, session: Session) -> None:
    path = tus.new(10)
    hold(session, path, -1)

    assert tus.offset(path) == 0
    assert tus.patch(path, 0, DATA).status_code == 204


def test_a_silent_request_holds_its_upload_for_less_than_five_seconds() -> None:
    assert uploads_policy.LEASE.total_seconds() < 5


def test_a_request_that_was_taken_over_counts_nothing_more(
    tus: Tus,
    database: Database,
    settings: Settings,
    storage: DiskStorage,
    session: Session,
    ada: User,
) -> None:
    path, viewer = tus.new(10), factories.viewer_of(ada)
    with database.transaction() as own:
        late = uploads_service.lease(own, viewer, upload_id(path), offset=0, days=7)

    def taken_over_meanwhile(_size: int) -> bytes:
        hold(session, path, 60)
        return DATA

    body = uploads_service.Body(taken_over_meanwhile, length=10)

    with pytest.raises(UploadBusyError):
        uploads_service.receive(database, storage, settings, late, body)
    assert row(session, path).offset == 0
    assert row(session, path).lease_owner == "another"


def test_the_next_request_need_not_wait(tus: Tus, session: Session) -> None:
    path = tus.new(10)

    for offset in range(10):
        assert tus.patch(path, offset, DATA[offset : offset + 1]).status_code == 204
        assert row(session, path).lease_owner is None


def test_a_request_that_died_after_the_last_byte_is_ended_by_the_next_question(
    tus: Tus, session: Session, storage: DiskStorage
) -> None:
    path = tus.new(10)
    handle = row(session, path).storage_handle
    storage.append(handle, 0, io.BytesIO(DATA))
    write(session)
    session.get_one(Upload, upload_id(path), populate_existing=True).offset = 10
    session.commit()

    assert tus.offset(path) == 10

    assert row(session, path).state is UploadState.COMPLETE
    assert b"".join(storage.open(f"recordings/{upload_id(path)}")) == DATA


# What it becomes


def test_a_complete_upload_becomes_one_episode(tus: Tus, session: Session, ada: User) -> None:
    path, viewer = tus.new(10), factories.viewer_of(ada)
    first, second = (factories.make_episode(session, ada) for _ in range(2))
    tus.patch(path, 0, DATA)
    write(session)

    taken = uploads_service.take(session, viewer, upload_id(path), first.id)
    session.flush()

    assert (taken.episode_id, taken.state, taken.offset) == (first.id, UploadState.USED, 10)
    with pytest.raises(UploadUsedError) as caught:
        uploads_service.take(session, viewer, upload_id(path), second.id)
    session.commit()
    assert caught.value.episode_id == first.id


def test_only_ones_own_complete_upload_becomes_an_episode(
    tus: Tus, session: Session, ada: User
) -> None:
    path, other = tus.new(10), factories.make_user(session)
    tus.patch(path, 0, DATA[:9])
    write(session)

    with pytest.raises(UploadNotCompleteError):
        uploads_service.take(session, factories.viewer_of(ada), upload_id(path), "e")
    with pytest.raises(UploadNotFoundError):
        uploads_service.take(session, factories.viewer_of(other), upload_id(path), "e")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a clip.mp4", "a clip.mp4"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\r\nSet-Cookie: x\0.mp4", "aSet-Cookie: x.mp4"),
        ("evil\u202e4pm.exe", "evil4pm.exe"),
        ("", "recording"),
        ("x" * 999, "x" * 200),
        ("Störung.mp4", "Störung.mp4"),
    ],
)
def test_a_file_name_is_shown_and_never_opened(
    tus: Tus, session: Session, raw: str, shown: str
) -> None:
    encoded = base64.b64encode(raw.encode()).decode()

    path = tus.new(10, Upload_Metadata=f"filename {encoded}")

    assert row(session, path).filename == shown
    assert row(session, path).storage_key == f"recordings/{upload_id(path)}"


def test_a_file_from_a_form_is_complete_at_once(
    database: Database, storage: DiskStorage, settings: Settings, ada: User
) -> None:
    upload = uploads_service.store_whole(
        database, storage, settings, factories.viewer_of(ada), io.BytesIO(DATA), filename="a/b.mp4"
    )

    assert (upload.state, upload.filename, upload.offset) == (UploadState.COMPLETE, "b.mp4", 10)
    assert b"".join(storage.open(upload.storage_key)) == DATA


@pytest.mark.parametrize("data", [b"", bytes(21)])
def test_a_file_from_a_form_that_is_refused_leaves_nothing(
    database: Database,
    storage: DiskStorage,
    settings: Settings,
    session: Session,
    ada: User,
    data: bytes,
) -> None:
    viewer = factories.viewer_of(ada)

    with pytest.raises(InvalidInputError):
        uploads_service.store_whole(
            database, storage, settings, viewer, io.BytesIO(data), filename="a.mp4"
        )

    assert session.scalars(select(Upload)).all() == []
    assert list(storage.list("")) == []


# When it goes


def expire_at(session: Session, path: str, **values: Any) -> None:
    write(session)
    found = session.get_one(Upload, upload_id(path), populate_existing=True)
    found.expires_at = clock.now() - timedelta(seconds=1)
    for name, value in values.items():
        setattr(found, name, value)
    session.commit()


def test_expired_uploads_are_removed_and_no_others(
    tus: Tus, database: Database, storage: DiskStorage, session: Session
) -> None:
    growing, complete, kept = tus.new(5), tus.new(5), tus.new(5)
    for path in (growing, complete, kept):
        tus.patch(path, 0, DATA[: 3 if path == growing else 5])
    expire_at(session, growing)
    expire_at(session, complete)

    count = uploads_service.expire(database, storage)

    session.rollback()
    assert count == 2
    assert session.scalars(select(Upload.id)).all() == [upload_id(kept)]
    assert list(storage.list("")) == [f"recordings/{upload_id(kept)}"]
    assert uploads_service.expire(database, storage) == 0


def test_an_upload_that_is_being_sent_to_is_never_removed(
    tus: Tus, database: Database, storage: DiskStorage, session: Session
) -> None:
    path = tus.new(10)
    expire_at(
        session, path, lease_owner="somebody", lease_until=clock.now() + timedelta(seconds=60)
    )

    assert uploads_service.expire(database, storage) == 0
    assert row(session, path).offset == 0


def test_the_bytes_of_an_episode_stay_when_its_upload_goes(
    tus: Tus, database: Database, storage: DiskStorage, session: Session
) -> None:
    path = tus.new(10)
    tus.patch(path, 0, DATA)
    expire_at(session, path, state=UploadState.USED)

    uploads_service.expire(database, storage)

    session.rollback()
    assert session.scalars(select(Upload)).all() == []
    assert b"".join(storage.open(f"recordings/{upload_id(path)}")) == DATA
