"""One request at a time sends to an upload, and none holds it for long."""

import hashlib
import io
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.storage.disk import DiskStorage
from mediashare.uploads import policy as uploads_policy
from mediashare.uploads import service as uploads_service
from mediashare.uploads.errors import (
    UploadBusyError,
)
from mediashare.uploads.models import Upload, UploadState
from mediashare.uploads.service import Checksum
from tests import factories
from tests.uploads.conftest import Tus, row, upload_id, write

DATA = b"0123456789"


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


@pytest.fixture
def late(tus: Tus, database: Database, ada: User) -> Upload:
    """An upload as the request holds it that will be late."""
    ident = upload_id(tus.new(10))
    with database.transaction() as own:
        return uploads_service.lease(own, factories.viewer_of(ada), ident, offset=0, days=7)


@pytest.mark.parametrize("checksum", [None, Checksum("sha1", hashlib.sha1(b"AAAAA").digest())])  # noqa: S324 - tus names it
def test_a_request_that_was_taken_over_writes_nothing_more(
    late: Upload,
    database: Database,
    settings: Settings,
    storage: DiskStorage,
    session: Session,
    checksum: Checksum | None,
) -> None:
    time, blocks = [0.0], iter([b"AA", b"AAA"])

    def taken_over_between_blocks(_size: int) -> bytes:
        block = next(blocks)
        if block == b"AAA":
            hold(session, f"/{late.id}", 60)
            storage.append(late.storage_handle, 0, io.BytesIO(DATA))
            time[0] += 60
        return block

    body = uploads_service.Body(
        taken_over_between_blocks, length=5, checksum=checksum, clock=lambda: time[0]
    )

    with pytest.raises(UploadBusyError):
        uploads_service.receive(database, storage, settings, late, body)

    storage.complete(late.storage_handle, len(DATA))
    assert b"".join(storage.open(late.storage_key)) == DATA


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
