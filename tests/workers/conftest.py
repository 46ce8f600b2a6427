"""Fixtures of the worker tests: recordings, and a house in which their jobs are really done."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediashare.config import Settings
from mediashare.storage.disk import DiskStorage
from tests import sharing
from tests.databases import KeptDatabases
from tests.mediafiles import MediaFiles
from tests.workers.pipeline import Pipeline
from workers.recognition import HOSTS
from workers.tools import sandbox
from workers.tools.process import Bench


@pytest.fixture(scope="session")
def mediafiles(tmp_path_factory: pytest.TempPathFactory) -> MediaFiles:
    """Recordings, each made when first asked for."""
    return MediaFiles(tmp_path_factory.mktemp("media"))


@pytest.fixture
def pipeline(
    settings: Settings,
    storage: DiskStorage,
    sqlite_template: Path,
    kept_databases: KeptDatabases,
    tmp_path: Path,
) -> Iterator[Pipeline]:
    """A house with real workers, an author, and no browser."""
    path = tmp_path / "pipeline.db"
    shutil.copy(sqlite_template, path)
    database = kept_databases.open_sqlite(path)
    yield Pipeline(settings, database, storage)
    database.dispose()


@pytest.fixture
def bench(tmp_path: Path, settings: Settings) -> Bench:
    """An empty bench with the sandbox of this machine."""
    folder = tmp_path / "bench"
    folder.mkdir()
    return Bench(folder, sandbox.prefix(settings.sandbox, folder), threading.Event())


@pytest.fixture(scope="module", autouse=True)
def _no_engine_left() -> Iterator[None]:
    """Warm engines end with the tests that wanted them."""
    yield
    HOSTS.end()


@pytest.fixture(scope="session")
def speech_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `base` for faster-whisper and `base.pt` for whisper, which say one sentence."""
    return sharing.speech_models(tmp_path_factory)
