"""What uploads become: an episode, once, or nothing."""

import base64
import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.errors import InvalidInputError, NotAllowedError, UnavailableError
from mediashare.storage.disk import DiskStorage
from mediashare.uploads import service as uploads_service
from mediashare.uploads.errors import (
    UploadNotCompleteError,
    UploadNotFoundError,
    UploadUsedError,
)
from mediashare.uploads.models import Upload, UploadState
from tests import factories
from tests.uploads.conftest import Tus, row, upload_id, write

DATA = b"0123456789"


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
    viewer, stream = factories.viewer_of(ada), io.BytesIO(DATA)
    with uploads_service.whole_file(
        database, storage, settings, viewer, stream, filename="a/b.mp4"
    ) as upload:
        pass

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
    small = settings.model_copy(update={"max_upload_bytes": 20})

    with (
        pytest.raises(InvalidInputError),
        uploads_service.whole_file(
            database, storage, small, viewer, io.BytesIO(data), filename="a.mp4"
        ),
    ):
        pass

    assert session.scalars(select(Upload)).all() == []
    assert list(storage.list("")) == []


def test_a_file_from_a_form_goes_when_nothing_becomes_of_it(
    database: Database, storage: DiskStorage, settings: Settings, session: Session, ada: User
) -> None:
    viewer, stream = factories.viewer_of(ada), io.BytesIO(DATA)

    def refuse(upload: Upload) -> None:
        assert storage.stat(upload.storage_key).size == len(DATA)
        raise NotAllowedError

    with (
        pytest.raises(NotAllowedError),
        uploads_service.whole_file(
            database, storage, settings, viewer, stream, filename="a.mp4"
        ) as upload,
    ):
        refuse(upload)

    assert session.scalars(select(Upload)).all() == []
    assert list(storage.list("")) == []


def test_a_file_from_a_form_stays_once_it_is_an_episode(
    database: Database, storage: DiskStorage, settings: Settings, session: Session, ada: User
) -> None:
    viewer, stream = factories.viewer_of(ada), io.BytesIO(DATA)
    episode = factories.make_episode(session, ada)
    session.commit()

    def take_and_lose_the_answer(upload: Upload) -> None:
        with database.transaction() as other:
            uploads_service.take(other, viewer, upload.id, episode.id)
        raise UnavailableError

    with (
        pytest.raises(UnavailableError),
        uploads_service.whole_file(
            database, storage, settings, viewer, stream, filename="a.mp4"
        ) as upload,
    ):
        take_and_lose_the_answer(upload)

    assert storage.stat(upload.storage_key).size == len(DATA)


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
