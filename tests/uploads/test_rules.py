"""Who may upload how much, and what an upload becomes."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, Scope, User
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.media.models import Recording
from mediashare.storage.disk import DiskStorage
from mediashare.uploads import queries as uploads_queries
from mediashare.uploads import service as uploads_service
from mediashare.uploads.errors import (
    QuotaExceededError,
)
from mediashare.uploads.models import Upload
from tests import factories
from tests.crowds import all_at_once
from tests.uploads.conftest import OCTETS, Tus, upload_id, write

DATA = b"0123456789"
QUOTA = 30


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Room for three uploads of ten bytes, none larger than twenty."""
    return settings.model_copy(update={"quota_bytes": QUOTA, "max_upload_bytes": 20})


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
    viewer = factories.viewer_of(ada)
    uploads = [uploads_service.begin(viewer, storage, settings, 10) for _ in range(10)]

    def announce(upload: Upload) -> bool:
        try:
            with database.transaction() as own:
                uploads_service.announce(own, upload, quota=QUOTA)
        except QuotaExceededError:
            return False
        return True

    assert all_at_once([partial(announce, upload) for upload in uploads]).count(False) == 7
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
