"""Whoever plays or sends without going on does not keep the house from the others."""

import io
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy.orm import Session

from mediashare.config import Settings
from mediashare.db.session import Database, begin_writing
from mediashare.storage.disk import DiskStorage
from tests import factories
from tests.media.conftest import MakeClip
from tests.servers.web import Web, running_web
from tests.uploads.remote import Remote

pytestmark = pytest.mark.slow

THREADS = 8
CLIENTS = 20
# More than fits into the buffers between a server and a client that does not read.
SIZE = 32 * 1024 * 1024


@pytest.fixture
def database(settings: Settings, sqlite_template: Path) -> Iterator[Database]:
    """Where the running server finds it."""
    settings.data.mkdir(parents=True)
    (settings.data / "mediashare.db").write_bytes(sqlite_template.read_bytes())
    found = Database(settings.sqlalchemy_url)
    yield found
    found.dispose()


@pytest.fixture
def small(settings: Settings) -> Settings:
    """A web server that idle clients would soon have for themselves."""
    return settings.model_copy(update={"web_threads": THREADS})


def open_reader(web: Web, path: str, token: str) -> socket.socket:
    """Somebody who asks and then does not read."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", urlsplit(web.url).port))
    lines = [f"GET {path} HTTP/1.1", f"Authorization: Bearer {token}", "Host: localhost"]
    client.sendall("\r\n".join([*lines, "", ""]).encode())
    return client


def read_status(client: socket.socket) -> int:
    client.settimeout(20)
    return int(client.recv(4096, socket.MSG_PEEK).split()[1])


def test_idle_readers_leave_threads_to_others(
    small: Settings, session: Session, storage: DiskStorage, make_clip: MakeClip
) -> None:
    author = factories.make_user(session)
    token, clip = factories.make_token(session, author), make_clip(author)
    storage.put("episodes/long", io.BytesIO(bytes(SIZE)), content_type="video/mp4")
    begin_writing(session)
    clip.rendition.storage_key, clip.rendition.size = "episodes/long", SIZE
    session.commit()
    with running_web(small, threads=THREADS) as web, ExitStack() as stack:
        clients = [
            stack.enter_context(open_reader(web, clip.file_url, token)) for _ in range(CLIENTS)
        ]

        statuses = sorted(map(read_status, clients))

        assert statuses == [200] * 6 + [503] * (CLIENTS - 6)
        assert requests.get(f"{web.url}/healthz", timeout=60).status_code == 200


def test_idle_senders_leave_threads_to_others(small: Settings, session: Session) -> None:
    token = factories.make_token(session, factories.make_user(session))
    session.close()
    with running_web(small, threads=THREADS) as web, ExitStack() as stack:
        remote = Remote(web, token)
        paths = [remote.create(SIZE) for _ in range(THREADS)]
        for path in paths:
            stack.enter_context(remote.start_patch(path, b"x", length=SIZE))

        answer = requests.get(f"{web.url}/healthz", timeout=60)

        assert answer.status_code == 200
