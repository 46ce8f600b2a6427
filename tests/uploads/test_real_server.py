"""Uploads through a real web server of two processes: real clients, and what goes wrong."""

import hashlib
import http.client
import io
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tusclient.client import TusClient

from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.storage.choice import open_storage
from mediashare.storage.port import PART_BYTES
from mediashare.uploads.models import Upload, UploadState
from tests import factories
from tests.crowds import all_at_once
from tests.servers.buckets import make_bucket, s3_settings
from tests.servers.web import Web, running_web
from tests.uploads.conftest import OCTETS
from tests.uploads.remote import Remote

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
DATA = random.Random(2).randbytes(13 * MIB + 77)  # noqa: S311 - only test data


@pytest.fixture(scope="module", params=["disk", "s3"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Settings:
    """Settings of a house with an empty database, with each kind of store."""
    folder = tmp_path_factory.mktemp("served")
    settings = Settings(data=folder / "var", min_free_bytes=0)
    if request.param == "s3":
        bucket = make_bucket(s3_settings(folder, request.getfixturevalue("swift_url")))
        settings = bucket.model_copy(update={"min_free_bytes": 0})
    settings.data.mkdir()
    (settings.data / "mediashare.db").write_bytes(sqlite_template.read_bytes())
    return settings


@pytest.fixture(scope="module")
def served_database(served: Settings) -> Iterator[Database]:
    found = Database(served.sqlalchemy_url)
    yield found
    found.dispose()


@pytest.fixture(scope="module")
def server(served: Settings) -> Iterator[Web]:
    """A server with two processes, for all uploads to this store."""
    with running_web(served, processes=2) as web:
        yield web


@pytest.fixture
def remote(server: Web, served_database: Database) -> Remote:
    """A client of it, signed in as somebody new."""
    with served_database.sessions() as session:
        return Remote(server, factories.make_token(session, factories.make_user(session)))


def find_upload(database: Database, path: str) -> Upload:
    with database.reading() as session:
        return session.scalars(select(Upload).where(Upload.id == path.rsplit("/", 1)[-1])).one()


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def stored_sha256(settings: Settings, database: Database, path: str) -> str:
    upload = find_upload(database, path)
    assert upload.state is UploadState.COMPLETE
    digest = hashlib.sha256()
    for block in open_storage(settings).open(upload.storage_key):
        digest.update(block)
    return digest.hexdigest()


SHA256 = hashlib.sha256(DATA).hexdigest()


def test_tuspy_uploads_in_two_goes(
    remote: Remote, served: Settings, served_database: Database
) -> None:
    client = TusClient(
        f"{remote.web.url}/api/v1/uploads", headers={"Authorization": f"Bearer {remote.token}"}
    )
    first = client.uploader(
        file_stream=io.BytesIO(DATA),
        chunk_size=3 * MIB,
        metadata={"filename": "clip.mp4"},
        upload_checksum=True,
    )
    first.upload(stop_at=6 * MIB)

    client.uploader(file_stream=io.BytesIO(DATA), url=first.url, chunk_size=9 * MIB).upload()

    path = urlsplit(str(first.url)).path
    assert find_upload(served_database, path).filename == "clip.mp4"
    assert stored_sha256(served, served_database, path) == SHA256


def test_what_has_arrived_survives_a_killed_web_process(
    remote: Remote, served: Settings, served_database: Database
) -> None:
    path = remote.create(len(DATA))
    connection = remote.start_patch(path, DATA[: 11 * MIB], length=len(DATA))
    wait_until(lambda: find_upload(served_database, path).offset >= PART_BYTES)

    remote.web.kill_workers()
    connection.close()

    counted = find_upload(served_database, path).offset
    wait_until(lambda: _is_up(remote, path))
    assert remote.offset(path) == counted
    assert PART_BYTES <= counted <= 11 * MIB
    assert remote.patch(path, counted, DATA[counted:]) == 204
    assert stored_sha256(served, served_database, path) == SHA256


def _is_up(remote: Remote, path: str) -> bool:
    try:
        return remote.offset(path) >= 0
    except (OSError, http.client.HTTPException):
        return False


@pytest.mark.parametrize("fault", ["upload.appended", "upload.completed"])
def test_a_web_process_killed_at_the_last_byte_costs_nothing(
    remote: Remote, served: Settings, served_database: Database, fault: str
) -> None:
    with running_web(served, extra={"MEDIASHARE_FAULT": fault}) as web:
        doomed = Remote(web, remote.token)
        path = doomed.create(1000)
        with pytest.raises((OSError, http.client.HTTPException)):
            doomed.patch(path, 0, DATA[:1000])

    offset = remote.offset(path)
    if offset < 1000:
        assert remote.patch(path, offset, DATA[offset:1000]) == 204
    assert stored_sha256(served, served_database, path) == hashlib.sha256(DATA[:1000]).hexdigest()


def test_every_byte_of_a_client_that_goes_away_is_kept(
    remote: Remote, served: Settings, served_database: Database
) -> None:
    path, sent = remote.create(len(DATA)), 5 * MIB + 3
    connection = remote.start_patch(path, DATA[:sent], length=len(DATA))

    connection.close()

    wait_until(lambda: find_upload(served_database, path).offset == sent)
    assert remote.offset(path) == sent
    assert remote.patch(path, sent, DATA[sent:]) == 204
    assert stored_sha256(served, served_database, path) == SHA256


def test_a_client_that_falls_silent_does_not_lock_itself_out(
    remote: Remote, served: Settings, served_database: Database
) -> None:
    path = remote.create(len(DATA))
    silent = remote.start_patch(path, DATA[: 9 * MIB], length=len(DATA))
    wait_until(lambda: find_upload(served_database, path).offset >= PART_BYTES)

    offset = remote.offset(path)

    assert offset >= PART_BYTES
    assert remote.patch(path, offset, DATA[offset:]) == 204
    silent.close()
    assert stored_sha256(served, served_database, path) == SHA256


@pytest.mark.parametrize("served", ["disk"], indirect=True)
def test_of_two_clients_at_once_one_gets_through(
    remote: Remote, served: Settings, served_database: Database
) -> None:
    path, offset, step = remote.create(len(DATA)), 0, 3 * MIB + 1
    while offset < len(DATA):
        statuses = _both(remote, path, offset, DATA[offset : offset + step])
        assert statuses == [204, 409]
        offset = remote.offset(path)

    assert stored_sha256(served, served_database, path) == SHA256


def _both(remote: Remote, path: str, offset: int, data: bytes) -> list[int]:
    return sorted(all_at_once([partial(remote.patch, path, offset, data)] * 2))


@pytest.mark.parametrize("served", ["disk"], indirect=True)
def test_memory_stays_flat_however_large_the_file_is(
    remote: Remote, served_database: Database
) -> None:
    remote.patch(remote.create(20 * MIB), 0, bytes(20 * MIB))
    before = remote.web.rss_bytes()
    # Four times what may be added to the memory, and no more: every byte is hashed.
    path, size = remote.create(128 * MIB), 128 * MIB
    connection = http.client.HTTPConnection(urlsplit(remote.web.url).netloc, timeout=120)
    headers = {"Authorization": f"Bearer {remote.token}", "Tus-Resumable": "1.0.0"}
    headers |= {"Upload-Offset": "0", "Content-Type": OCTETS, "Content-Length": str(size)}

    connection.request("PATCH", path, (bytes(MIB) for _ in range(128)), headers)

    assert connection.getresponse().status == 204
    connection.close()
    assert find_upload(served_database, path).offset == size
    assert remote.web.rss_bytes() - before < 32 * MIB


def test_two_uploads_of_one_person_do_not_wait_for_each_other(
    database: Database, session: Session, settings: Settings
) -> None:
    user: User = factories.make_user(session)
    token = factories.make_token(session, user)
    url = database.engine.url.render_as_string(hide_password=False)
    with running_web(settings.model_copy(update={"database_url": url}), processes=2) as web:
        remote = Remote(web, token)
        slow, quick = remote.create(len(DATA)), remote.create(MIB)
        waiting = remote.start_patch(slow, DATA[:MIB], length=len(DATA))

        assert remote.patch(quick, 0, DATA[:MIB]) == 204

        waiting.close()
