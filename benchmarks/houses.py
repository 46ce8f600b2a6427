"""Houses of a benchmark's own, as empty as any other."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mediashare.config import Settings
from mediashare.db import migrate
from mediashare.db.session import Database
from mediashare.storage.choice import open_storage
from tests.workers.pipeline import Pipeline


@contextmanager
def opened(base: Path) -> Iterator[Pipeline]:
    """A house in a folder under `base`; it is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=base) as folder:
        settings = Settings(data=Path(folder), min_free_bytes=0, asr_engine="none")
        database = Database(settings.sqlalchemy_url)
        migrate.upgrade(database)
        try:
            yield Pipeline(settings, database, open_storage(settings))
        finally:
            database.dispose()
