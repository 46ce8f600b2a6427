"""Fixtures of the worker tests: recordings, and a house in which their jobs are really done."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.storage.disk import DiskStorage
from tests.mediafiles import MediaFiles
from tests.workers.pipeline import Pipeline


@pytest.fixture(scope="session")
def mediafiles(tmp_path_factory: pytest.TempPathFactory) -> MediaFiles:
    """Recordings, each made when first asked for."""
    return MediaFiles(tmp_path_factory.mktemp("media"))


@pytest.fixture
def pipeline(
    settings: Settings, storage: DiskStorage, sqlite_template: Path, tmp_path: Path
) -> Iterator[Pipeline]:
    """A house with real workers, an author, and no browser."""
    path = tmp_path / "pipeline.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield Pipeline(settings, database, storage)
    database.dispose()
