"""Extensions of tus 1.0.0: deferred length, checksum, termination, expiration."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.config import Settings
from mediashare.storage.disk import DiskStorage
from mediashare.uploads.models import Upload, UploadState
from tests.uploads.conftest import DATA, OCTETS, Tus, change, checksum, stored

# Deferred length


def test_a_deferred_length_is_announced_as_such_until_it_is_set(tus: Tus) -> None:
    path = tus.new(None)
    before = tus.head(path).headers
    tus.patch(path, 0, DATA[:4])

    tus.patch(path, 4, DATA[4:6], Upload_Length=10)

    after = tus.head(path).headers
    assert before["Upload-Defer-Length"] == "1"
    assert "Upload-Length" not in before
    assert (after["Upload-Length"], after["Upload-Offset"]) == ("10", "6")
    assert "Upload-Defer-Length" not in after


def test_setting_the_length_can_complete_the_upload(tus: Tus, storage: DiskStorage) -> None:
    path = tus.new(None)
    tus.patch(path, 0, DATA)

    tus.patch(path, 10, b"", Upload_Length=10)

    assert stored(storage, path) == DATA


def test_a_length_once_set_never_changes(tus: Tus) -> None:
    path = tus.new(None)
    tus.patch(path, 0, DATA[:4], Upload_Length=10)

    assert tus.patch(path, 4, DATA[4:], Upload_Length=11).status_code == 409
    assert tus.patch(path, 4, DATA[4:5], Upload_Length=10).status_code == 204
    assert tus.head(path).headers["Upload-Length"] == "10"


def test_a_length_below_what_has_arrived_is_refused(tus: Tus) -> None:
    path = tus.new(None)
    tus.patch(path, 0, DATA)

    assert tus.patch(path, 10, b"", Upload_Length=9).status_code == 400


def test_a_deferred_length_beyond_the_largest_size_is_too_large(
    tus: Tus, settings: Settings
) -> None:
    path = tus.new(None)

    too_long = tus.patch(path, 0, DATA, Upload_Length=settings.max_upload_bytes + 1)

    assert too_long.status_code == 413
    assert tus.offset(path) == 0


# Checksum


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_with_their_checksum_are_kept(tus: Tus, storage: DiskStorage, algorithm: str) -> None:
    path = tus.new(10)
    tus.patch(path, 0, DATA[:4], Upload_Checksum=checksum(DATA[:4], algorithm))

    response = tus.patch(path, 4, DATA[4:], Upload_Checksum=checksum(DATA[4:], algorithm))

    assert response.status_code == 204
    assert stored(storage, path) == DATA


def test_bytes_with_another_checksum_are_dropped(tus: Tus, storage: DiskStorage) -> None:
    path = tus.new(10)
    tus.patch(path, 0, DATA[:4])

    response = tus.patch(path, 4, b"damage", Upload_Checksum=checksum(DATA[4:]))

    assert response.status == "460 Checksum Mismatch"
    assert tus.offset(path) == 4
    tus.patch(path, 4, DATA[4:], Upload_Checksum=checksum(DATA[4:]))
    assert stored(storage, path) == DATA


def test_creation_checks_the_checksum_too(tus: Tus) -> None:
    response = tus.create(10, Content_Type=OCTETS, data=DATA, Upload_Checksum=checksum(b"other"))

    assert response.status_code == 460


@pytest.mark.parametrize(
    "header", ["md5 1B2M2Y8AsgTpgAmY7PhCfg==", "sha1", "sha1 !", "sha256 YQ=="]
)
def test_an_unknown_or_broken_checksum_is_refused(tus: Tus, header: str) -> None:
    path = tus.new(10)

    assert tus.patch(path, 0, DATA, Upload_Checksum=header).status_code == 400
    assert tus.offset(path) == 0


# Termination


def test_an_upload_that_was_taken_back_is_gone(
    tus: Tus, storage: DiskStorage, session: Session
) -> None:
    path = tus.new(10)
    tus.patch(path, 0, DATA[:4])

    response = tus.delete(path)

    assert response.status_code == 204
    assert tus.head(path).status_code == 404
    assert tus.patch(path, 4, DATA[4:]).status_code == 404
    assert tus.delete(path).status_code == 404
    assert session.scalars(select(Upload)).all() == []
    assert list(storage.list("")) == []


def test_a_complete_upload_can_be_taken_back(tus: Tus, storage: DiskStorage) -> None:
    path = tus.new(10)
    tus.patch(path, 0, DATA)

    assert tus.delete(path).status_code == 204
    assert list(storage.list("")) == []


def test_what_has_become_an_episode_can_not_be_taken_back(
    tus: Tus, storage: DiskStorage, session: Session
) -> None:
    path = tus.new(10)
    tus.patch(path, 0, DATA)
    change(session, path, state=UploadState.USED)

    assert tus.delete(path).status_code == 409
    assert stored(storage, path) == DATA


# Expiration


def test_creation_and_patch_tell_when_the_upload_goes(tus: Tus, settings: Settings) -> None:
    created = tus.create(10)

    patched = tus.patch(created.headers["Location"], 0, DATA[:4])

    for response in (created, patched):
        moment = parsedate_to_datetime(response.headers["Upload-Expires"])
        left = moment - clock.now()
        assert timedelta(0) < timedelta(days=settings.upload_days) - left < timedelta(minutes=2)


def test_an_expired_upload_is_gone(tus: Tus, session: Session) -> None:
    path = tus.new(10)
    change(session, path, expires_at=clock.now() - timedelta(seconds=1))

    assert tus.head(path).status_code == 404
    assert tus.patch(path, 0, DATA).status_code == 404
    assert tus.delete(path).status_code == 404
