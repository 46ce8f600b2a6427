"""The disk takes no more while a real web server is at work (F-09).

A limit on the size of files, put on the running processes, stands for the full disk: it needs no
rights, and the kernel cuts writes off in the middle as a full disk does.
"""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy.orm import Session

from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.errors import StorageFullError
from tests import factories
from tests.media.conftest import BYTES, MakeClip
from tests.servers.web import Web, running_web
from tests.uploads.conftest import OCTETS
from tests.uploads.remote import Remote
from tests.webvisitor import WebVisitor

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
DATA = bytes(range(256)) * 4096 * 4
LIMIT = len(DATA) - MIB


@pytest.fixture
def database(settings: Settings, sqlite_template: Path) -> Iterator[Database]:
    """Where the running server finds it."""
    settings.data.mkdir(parents=True)
    (settings.data / "mediashare.db").write_bytes(sqlite_template.read_bytes())
    found = Database(settings.sqlalchemy_url)
    yield found
    found.dispose()


def limit_files(web: Web, size: int) -> None:
    """From now on no file that the server writes becomes larger."""
    for pid in web.worker_pids():
        _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def test_a_full_disk_costs_nothing_that_was_acknowledged(
    settings: Settings, session: Session, make_clip: MakeClip
) -> None:
    author = factories.make_user(session)
    token, clip = factories.make_token(session, author), make_clip(author)
    session.close()
    with running_web(settings) as web, WebVisitor(web.url, author.email) as viewer:
        remote = Remote(web, token)
        path = remote.create(len(DATA))
        assert remote.patch(path, 0, DATA[:MIB]) == 204
        limit_files(web, LIMIT)

        refused = patch(remote, path, MIB)

        assert (refused.status_code, refused.json()["detail"]) == (507, StorageFullError.message)
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert remote.offset(path) == MIB
        assert viewer.get("/").status_code == 200
        assert viewer.get(clip.file_url).content == BYTES
        limit_files(web, resource.RLIM_INFINITY)
        assert patch(remote, path, MIB).status_code == 204
        assert remote.offset(path) == len(DATA)
    stored = settings.data / "objects" / "recordings" / path.rsplit("/", 1)[-1]
    assert stored.read_bytes() == DATA


def patch(remote: Remote, path: str, offset: int) -> requests.Response:
    headers = {"Authorization": f"Bearer {remote.token}", "Tus-Resumable": "1.0.0"}
    headers |= {"Upload-Offset": str(offset), "Content-Type": OCTETS}
    return requests.patch(remote.web.url + path, data=DATA[offset:], headers=headers, timeout=60)
