"""What programs that watch the house are told."""

import shutil
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import text

from mediashare.app import create_app
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.storage.disk import DiskStorage
from tests.fakes import RecordingWaker


def test_a_running_process_says_so(client: FlaskClient) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_a_house_with_all_its_parts_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"database": "ok", "storage": "ok"})


def test_a_store_that_has_gone_away_makes_it_unready(
    client: FlaskClient, settings: Settings
) -> None:
    shutil.rmtree(settings.data / "objects")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json) == (503, {"database": "ok", "storage": "failed"})


def test_a_schema_of_another_version_makes_it_unready(
    client: FlaskClient, database: Database
) -> None:
    current = _set_version(database, "older")
    try:
        answer = client.get("/readyz")
    finally:
        _set_version(database, current)

    assert (answer.status_code, answer.json) == (503, {"database": "failed", "storage": "ok"})


def test_a_database_that_is_not_there_makes_it_unready(
    settings: Settings, tmp_path: Path, storage: DiskStorage, waker: RecordingWaker
) -> None:
    gone = Database(f"sqlite:///{tmp_path}/no/such/folder/mediashare.db")
    app = create_app(settings, database=gone, storage=storage, waker=waker)

    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.json) == (503, {"database": "failed", "storage": "ok"})


def _set_version(database: Database, version: str) -> str:
    with database.transaction() as session:
        before: str = session.scalars(text("SELECT version_num FROM alembic_version")).one()
        session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    return before
