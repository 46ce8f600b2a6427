"""tus 1.0.0, sentence by sentence."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.config import Settings
from mediashare.storage.disk import DiskStorage
from mediashare.uploads.models import Upload
from tests.uploads.conftest import DATA, OCTETS, Tus, stored

# Core protocol


def test_head_tells_offset_and_length_and_is_never_cached(tus: Tus) -> None:
    path = tus.new(10)
    tus.patch(path, 0, DATA[:4])

    response = tus.head(path)

    assert response.status_code == 200
    assert response.headers["Upload-Offset"] == "4"
    assert response.headers["Upload-Length"] == "10"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Tus-Resumable"] == "1.0.0"


def test_head_of_a_new_upload_tells_offset_zero(tus: Tus) -> None:
    assert tus.head(tus.new(10)).headers["Upload-Offset"] == "0"


def test_head_of_what_does_not_exist_tells_no_offset(tus: Tus) -> None:
    response = tus.head("/api/v1/uploads/nothing")

    assert response.status_code == 404
    assert "Upload-Offset" not in response.headers


def test_patch_appends_and_tells_the_new_offset(tus: Tus, storage: DiskStorage) -> None:
    path = tus.new(10)

    first = tus.patch(path, 0, DATA[:4])
    second = tus.patch(path, 4, DATA[4:])

    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "4")
    assert (second.status_code, second.headers["Upload-Offset"]) == (204, "10")
    assert stored(storage, path) == DATA


@pytest.mark.parametrize("offset", [0, 3, 5, 10])
def test_patch_with_another_offset_changes_nothing(
    tus: Tus, storage: DiskStorage, offset: int
) -> None:
    path = tus.new(10)
    tus.patch(path, 0, DATA[:4])

    response = tus.patch(path, offset, b"xx")

    assert response.status_code == 409
    assert tus.offset(path) == 4
    tus.patch(path, 4, DATA[4:])
    assert stored(storage, path) == DATA


def test_patch_with_another_content_type_changes_nothing(tus: Tus) -> None:
    path = tus.new(10)

    assert tus.patch(path, 0, DATA, Content_Type="text/plain").status_code == 415
    assert tus.offset(path) == 0


@pytest.mark.parametrize("offset", [None, "-1", "x", "1.0", "", "9" * 30])
def test_patch_needs_an_offset_that_counts_bytes(tus: Tus, offset: str | None) -> None:
    path = tus.new(10)

    assert tus.patch(path, 0, DATA, Upload_Offset=offset).status_code == 400
    assert tus.offset(path) == 0


def test_patch_of_what_does_not_exist_is_not_found(tus: Tus) -> None:
    assert tus.patch("/api/v1/uploads/nothing", 0, DATA).status_code == 404


def test_patch_beyond_the_length_is_too_large_and_changes_nothing(tus: Tus) -> None:
    path = tus.new(10)

    assert tus.patch(path, 0, DATA + b"x").status_code == 413
    assert tus.offset(path) == 0


def test_a_repeated_last_patch_of_nothing_is_fine(tus: Tus, storage: DiskStorage) -> None:
    path = tus.new(10)
    tus.patch(path, 0, DATA)

    response = tus.patch(path, 10, b"")

    assert (response.status_code, response.headers["Upload-Offset"]) == (204, "10")
    assert tus.patch(path, 10, b"x").status_code == 413
    assert stored(storage, path) == DATA


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0.1", ""])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_is_refused_and_nothing_is_done(
    tus: Tus, method: str, version: str | None
) -> None:
    path = tus.new(10)
    target = "/api/v1/uploads" if method == "POST" else path

    response = tus.send(
        method, target, Tus_Resumable=version, Upload_Offset=0, Content_Type=OCTETS, data=DATA
    )

    assert response.status_code == 412
    assert response.headers["Tus-Version"] == "1.0.0"
    assert tus.offset(path) == 0


@pytest.mark.parametrize("version", [None, "1.0.0"])
def test_options_tells_what_the_server_can_do(
    tus: Tus, settings: Settings, version: str | None
) -> None:
    response = tus.send("OPTIONS", Tus_Resumable=version)

    assert response.status_code == 204
    assert response.headers["Tus-Resumable"] == "1.0.0"
    assert response.headers["Tus-Version"] == "1.0.0"
    assert response.headers["Tus-Max-Size"] == str(settings.max_upload_bytes)
    assert response.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert response.headers["Tus-Extension"] == (
        "creation,creation-with-upload,creation-defer-length,termination,expiration,checksum"
    )


def test_another_method_can_be_put_into_a_header(tus: Tus) -> None:
    path = tus.new(10)

    patched = tus.send(
        "POST",
        path,
        X_HTTP_Method_Override="PATCH",
        Upload_Offset=0,
        Content_Type=OCTETS,
        data=DATA[:4],
    )

    assert patched.status_code == 204
    assert tus.offset(path) == 4
    assert tus.send("POST", path, X_HTTP_Method_Override="GET").status_code == 405
    assert tus.send("POST", path, X_HTTP_Method_Override="DELETE").status_code == 204
    assert tus.head(path).status_code == 404


# Creation


def test_creation_answers_with_the_address(tus: Tus) -> None:
    response = tus.create(10)

    assert response.status_code == 201
    assert response.headers["Location"].startswith("/api/v1/uploads/")
    assert response.headers["Upload-Offset"] == "0"


def test_an_empty_upload_is_complete_at_once(tus: Tus, storage: DiskStorage) -> None:
    path = tus.new(0)

    assert stored(storage, path) == b""
    assert tus.head(path).headers["Upload-Length"] == "0"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload_Length": "x"},
        {"Upload_Length": "-5"},
        {"Upload_Length": "\u0661"},
        {"Upload_Defer_Length": "2"},
        {"Upload_Length": 10, "Upload_Defer_Length": "1"},
    ],
)
def test_creation_needs_a_length_or_a_promise(tus: Tus, headers: dict[str, Any]) -> None:
    headers = {name: str(value).encode().decode("latin-1") for name, value in headers.items()}

    assert tus.send("POST", **headers).status_code == 400


def test_creation_beyond_the_largest_size_is_too_large(tus: Tus, settings: Settings) -> None:
    assert tus.create(settings.max_upload_bytes + 1).status_code == 413


def test_metadata_is_given_back_as_it_came(tus: Tus) -> None:
    header = "filename d29ybGRfZG9taW5hdGlvbi5tcDQ=,filetype dmlkZW8vbXA0,is_confidential"
    path = tus.new(10, Upload_Metadata=header)

    assert tus.head(path).headers["Upload-Metadata"] == header


@pytest.mark.parametrize(
    "header", ["filename !!!", "a b c", ",", "filename YQ==,filename Yg==", "k YQ==," * 2]
)
def test_metadata_that_can_not_be_read_is_refused(tus: Tus, header: str) -> None:
    assert tus.create(10, Upload_Metadata=header).status_code == 400


def test_creation_may_bring_the_first_bytes(tus: Tus, storage: DiskStorage) -> None:
    response = tus.create(10, Content_Type=OCTETS, data=DATA[:4])

    assert (response.status_code, response.headers["Upload-Offset"]) == (201, "4")
    tus.patch(response.headers["Location"], 4, DATA[4:])
    assert stored(storage, response.headers["Location"]) == DATA


def test_creation_may_bring_all_bytes(tus: Tus, storage: DiskStorage) -> None:
    path = tus.new(10, Content_Type=OCTETS, data=DATA)

    assert stored(storage, path) == DATA


def test_creation_with_more_bytes_than_announced_makes_nothing(tus: Tus, session: Session) -> None:
    assert tus.create(5, Content_Type=OCTETS, data=DATA).status_code == 413
    assert session.scalars(select(Upload)).all() == []
