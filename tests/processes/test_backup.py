"""A backup made as docs/operations.md tells, and the house that comes back from it."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from mediashare.config import Settings
from mediashare.db import migrate
from mediashare.db.session import Database
from mediashare.media.models import Recording
from mediashare.storage.choice import open_storage
from mediashare.verify import verify
from tests.factories import make_episode, make_transcript, make_user

ROOT = Path(__file__).resolve().parents[2]
NO_GRACE = timedelta()
KEY = "recordings/u1"


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A house under ./var with a recording and what is said in it."""
    found = Settings(data=tmp_path / "var")
    found.data.mkdir()
    database = Database(found.sqlalchemy_url)
    migrate.upgrade(database)
    with database.sessions() as session:
        episode = make_episode(session, make_user(session), state="failed", failure="Too short.")
        make_transcript(session, episode, (0.0, 2.0, "the trust store was rotated"))
        session.add(Recording(episode_id=episode.id, storage_key=KEY, filename="a.wav", size=9))
        session.commit()
    open_storage(found).put(KEY, io.BytesIO(b"recording"), content_type="audio/wav")
    assert len(found.signing_key) >= 32
    yield found
    database.dispose()


def test_a_house_comes_back_from_its_backup(settings: Settings, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    block = re.search(r"^```sh\n(mkdir.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    assert block is not None
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    # The house is in use meanwhile: a connection is open, and its last changes are in the WAL.
    subprocess.run(  # noqa: S603 - the documented words
        ["/bin/bash", "-e", "-c", block.group(1)], cwd=tmp_path, env={"PATH": path}, check=True
    )

    assert (settings.data / "mediashare.db-wal").stat().st_size > 0
    restored = Settings(data=tmp_path / "backup")
    assert verify(restored, grace=NO_GRACE) == []
    assert restored.signing_key == settings.signing_key
    assert b"".join(open_storage(restored).open(KEY)) == b"recording"
    database = Database(restored.sqlalchemy_url)
    with database.reading() as session:
        # Words are kept as their stems.
        found = session.scalars(
            text("SELECT rowid FROM search_segments WHERE search_segments MATCH 'rotat'")
        ).all()
    database.dispose()
    assert len(found) == 1
