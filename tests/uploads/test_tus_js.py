"""tus-js-client, the client of our own pages, uploads and resumes."""

import hashlib
import json
import random
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.storage.choice import open_storage
from tests import factories
from tests.servers.web import running_web

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = Path(__file__).with_name("tus_client.mjs")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(random.Random(3).randbytes(9 * 1024 * 1024 + 5))  # noqa: S311 - only test data
    return path


def test_it_uploads_and_resumes(settings: Settings, sqlite_template: Path, clip: Path) -> None:
    settings.data.mkdir(parents=True)
    shutil.copy(sqlite_template, settings.data / "mediashare.db")
    database = Database(settings.sqlalchemy_url)
    with database.sessions() as session:
        token = factories.make_token(session, factories.make_user(session))
    database.dispose()

    with running_web(settings) as web:
        answer = _run(clip, web.url, {"Authorization": f"Bearer {token}"})

    upload_id = urlsplit(str(answer["second"]["url"])).path.rsplit("/", 1)[-1]
    stored = b"".join(open_storage(settings).open(f"recordings/{upload_id}"))
    assert answer["first"]["sent"] == 4 * 1024 * 1024
    assert answer["second"] == {"url": answer["first"]["url"], "resumed": True}
    assert hashlib.sha256(stored).digest() == hashlib.sha256(clip.read_bytes()).digest()


def _run(clip: Path, url: str, headers: dict[str, str]) -> dict[str, dict[str, object]]:
    if not (ROOT / "node_modules" / "tus-js-client").exists():
        pytest.fail("tus-js-client is not installed: run `make test`, which does that")
    done = subprocess.run(  # noqa: S603 - our own arguments
        ["node", SCRIPT, clip, f"{url}/api/v1/uploads", json.dumps(headers)],  # noqa: S607 - on the PATH
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    found: dict[str, dict[str, object]] = json.loads(done.stdout)
    return found
