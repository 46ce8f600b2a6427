"""What only an S3 store has: addresses that anybody may read for a while, and its own failures."""

import base64
import io
import socketserver
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from pydantic import SecretStr

from mediashare.config import Settings
from mediashare.errors import StorageFullError
from mediashare.storage.choice import open_storage
from mediashare.storage.disk import DiskStorage
from mediashare.storage.port import StorageUnavailableError
from mediashare.storage.s3 import S3Storage
from tests.servers.buckets import s3_settings
from tests.servers.ports import free_port

KEY, OTHER = "recordings/abc", "recordings/other"

pytestmark = pytest.mark.slow


@pytest.fixture
def swift_store(swift_settings: Settings) -> S3Storage:
    """A store on Swift that holds two objects."""
    store = S3Storage(swift_settings)
    for key, data in ((KEY, b"0123456789"), (OTHER, b"not for you")):
        store.put(key, io.BytesIO(data), content_type="audio/flac")
    return store


def presign(store: S3Storage, seconds: int = 60, filename: str | None = None) -> str:
    address = store.presign(KEY, seconds, content_type="video/mp4", filename=filename)
    assert address is not None
    return address


def test_a_presigned_address_gives_the_bytes_with_our_type(swift_store: S3Storage) -> None:
    answer = requests.get(presign(swift_store), timeout=60)

    assert answer.content == b"0123456789"
    assert answer.headers["Content-Type"] == "video/mp4"


def test_a_presigned_address_takes_ranges(swift_store: S3Storage) -> None:
    answer = requests.get(presign(swift_store), headers={"Range": "bytes=2-4"}, timeout=60)

    assert (answer.status_code, answer.content) == (206, b"234")


def test_a_presigned_address_names_the_file_to_save(swift_store: S3Storage) -> None:
    address = presign(swift_store, filename='Störung "5".mp4\r\nX: y')

    answer = requests.get(address, timeout=60)

    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="St_rung _5_.mp4__X_ y"; '
        "filename*=UTF-8''St%C3%B6rung%20%225%22.mp4%0D%0AX%3A%20y"
    )


def test_an_expired_address_gives_nothing(swift_store: S3Storage) -> None:
    address = presign(swift_store, seconds=1)
    end = time.monotonic() + 60

    while (answer := requests.get(address, timeout=60)).ok and time.monotonic() < end:
        time.sleep(0.2)

    assert answer.status_code == 403
    assert b"0123456789" not in answer.content


@pytest.mark.parametrize(
    ("old", "new"),
    [("abc", "other"), ("X-Amz-Expires=60", "X-Amz-Expires=6000"), ("video", "text")],
)
def test_a_tampered_address_gives_nothing(swift_store: S3Storage, old: str, new: str) -> None:
    address = presign(swift_store)
    assert old in address

    answer = requests.get(address.replace(old, new, 1), timeout=60)

    assert answer.status_code == 403


def test_an_address_is_for_reading_alone(swift_store: S3Storage) -> None:
    address = presign(swift_store)

    assert requests.put(address, data=b"changed", timeout=60).status_code == 403
    assert requests.delete(address, timeout=60).status_code == 403
    assert b"".join(swift_store.open(KEY)) == b"0123456789"


def test_objects_are_private(swift_store: S3Storage) -> None:
    bare = urlsplit(presign(swift_store))._replace(query="").geturl()

    answer = requests.get(bare, timeout=60)

    assert not answer.ok
    assert b"0123456789" not in answer.content


def test_addresses_name_the_endpoint_that_browsers_reach(swift_settings: Settings) -> None:
    public = swift_settings.model_copy(update={"s3_public_endpoint": "https://media.example.com"})

    address = S3Storage(public).presign(KEY, 60, content_type="audio/flac")

    assert address is not None
    assert address.startswith(f"https://media.example.com/{swift_settings.s3_bucket}/{KEY}?")


@pytest.mark.usefixtures("swift_store")
def test_a_wrong_secret_opens_nothing(swift_settings: Settings) -> None:
    wrong = swift_settings.model_copy(update={"aws_secret_access_key": SecretStr("guessed")})
    store = S3Storage(wrong)

    for attempt in (lambda: store.stat(KEY), lambda: store.open(KEY), lambda: list(store.list(""))):
        with pytest.raises(StorageUnavailableError):
            attempt()
    assert requests.get(presign(store), timeout=60).status_code == 403


def test_both_checksum_modes_work(swift_settings: Settings) -> None:
    for mode in ("when_required", "when_supported"):
        store = S3Storage(swift_settings.model_copy(update={"s3_checksums": mode}))

        stat = store.put(KEY, io.BytesIO(b"hello"), content_type="audio/flac")

        assert store.stat(KEY) == stat


def test_a_missing_bucket_is_no_missing_object(tmp_path: Path, swift_url: str) -> None:
    store = S3Storage(s3_settings(tmp_path, swift_url))

    for attempt in (lambda: store.stat(KEY), lambda: store.open(KEY), lambda: store.begin(KEY)):
        with pytest.raises(StorageUnavailableError):
            attempt()


def test_a_store_that_is_down_is_unavailable(tmp_path: Path) -> None:
    store = S3Storage(s3_settings(tmp_path, f"http://127.0.0.1:{free_port()}"))

    with pytest.raises(StorageUnavailableError):
        store.stat(KEY)


class _Full(socketserver.StreamRequestHandler):
    """Answers like a store whose disks are full."""

    def handle(self) -> None:
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\n\r\n")


@pytest.fixture
def full_url() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Full) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_full_store_says_so(tmp_path: Path, full_url: str) -> None:
    store = S3Storage(s3_settings(tmp_path, full_url))

    with pytest.raises(StorageFullError):
        store.put(KEY, io.BytesIO(base64.b64encode(b"x")), content_type="audio/flac")


def test_the_settings_choose_the_store(swift_settings: Settings, settings: Settings) -> None:
    assert isinstance(open_storage(swift_settings), S3Storage)
    assert isinstance(open_storage(settings), DiskStorage)
