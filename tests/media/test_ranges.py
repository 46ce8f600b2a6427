"""Players get exactly the bytes that they ask for (RFC 9110, section 14)."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare.storage.disk import DiskStorage
from tests import factories
from tests.media.conftest import BYTES, Clip, MakeClip

SIZE = len(BYTES)


@pytest.fixture
def clip(session: Session, make_clip: MakeClip) -> Clip:
    return make_clip(factories.make_user(session))


@pytest.fixture
def viewer(session: Session, browse: Callable[[Any], factories.Browser]) -> factories.Browser:
    return browse(factories.make_user(session))


def test_without_a_range_the_whole_file_comes(viewer: factories.Browser, clip: Clip) -> None:
    answer = viewer.get(clip.file_url)

    assert answer.status_code == 200
    assert answer.data == BYTES
    assert answer.headers["Content-Length"] == str(SIZE)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "Content-Range" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=500-", 500, SIZE),
        ("bytes=500-99999", 500, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=-1", SIZE - 1, SIZE),
        ("bytes=-300", SIZE - 300, SIZE),
        ("bytes=-99999", 0, SIZE),
    ],
)
def test_one_range_comes_as_it_was_asked_for(
    viewer: factories.Browser, clip: Clip, asked: str, start: int, end: int
) -> None:
    answer = viewer.get(clip.file_url, headers={"Range": asked})

    assert answer.status_code == 206
    assert answer.data == BYTES[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["Content-Length"] == str(end - start)
    assert answer.headers["Content-Type"] == "video/mp4"


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=5000-6000"])
def test_a_range_beyond_the_end_is_refused_with_the_size(
    viewer: factories.Browser, clip: Clip, asked: str
) -> None:
    answer = viewer.get(clip.file_url, headers={"Range": asked})

    assert answer.status_code == 416
    assert answer.data == b""
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-9,20-29",
        "bytes=9-3",
        "bytes=a-b",
        "seconds=1-2",
        "bytes",
        "bytes=",
        "bytes=--5",
        "bytes=-0",
    ],
)
def test_several_ranges_and_what_is_no_range_are_ignored(
    viewer: factories.Browser, clip: Clip, asked: str
) -> None:
    answer = viewer.get(clip.file_url, headers={"Range": asked})

    assert answer.status_code == 200
    assert answer.data == BYTES


def test_a_range_of_another_version_gets_the_whole_file(
    viewer: factories.Browser, clip: Clip
) -> None:
    etag = viewer.get(clip.file_url).headers["ETag"]

    def ask(condition: str) -> int:
        headers = {"Range": "bytes=0-9", "If-Range": condition}
        status: int = viewer.get(clip.file_url, headers=headers).status_code
        return status

    assert etag == f'"{clip.rendition.sha256}"'
    assert ask(etag) == 206
    assert ask('"another"') == 200
    assert ask(f"W/{etag}") == 200
    assert ask("Wed, 21 Oct 2015 07:28:00 GMT") == 200


def test_what_the_browser_has_already_is_not_sent_again(
    viewer: factories.Browser, clip: Clip
) -> None:
    etag = viewer.get(clip.file_url).headers["ETag"]

    answer = viewer.get(clip.file_url, headers={"If-None-Match": etag})

    assert answer.status_code == 304
    assert answer.data == b""


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=10-19"}])
def test_head_says_what_get_would(
    viewer: factories.Browser, clip: Clip, headers: dict[str, str]
) -> None:
    get = viewer.get(clip.file_url, headers=headers)
    head = viewer.send("HEAD", clip.file_url, headers=headers)

    assert head.data == b""
    assert head.status_code == get.status_code
    for name in ("Content-Length", "Content-Range", "Content-Type", "ETag", "Accept-Ranges"):
        assert head.headers.get(name) == get.headers.get(name)


def test_media_can_only_be_read(viewer: factories.Browser, clip: Clip) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert viewer.send(method, clip.file_url).status_code == 405


def test_a_file_that_is_missing_from_the_store_is_not_found(
    viewer: factories.Browser, clip: Clip, storage: DiskStorage
) -> None:
    storage.delete(clip.rendition.storage_key)

    assert viewer.get(clip.file_url).status_code == 404
