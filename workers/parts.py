"""What one worker process works with, made from the settings once."""

from dataclasses import dataclass
from datetime import timedelta

import mediashare.schema  # noqa: F401 - all tables are known before the first query
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs.wake import CeleryWaker, wake_after_commits
from mediashare.storage.choice import open_storage
from mediashare.storage.port import Storage


@dataclass(frozen=True)
class Parts:
    """The settings, the database and the store of this process."""

    settings: Settings
    database: Database
    storage: Storage

    @property
    def lease(self) -> timedelta:
        """How long a silent worker keeps its job."""
        return timedelta(seconds=self.settings.job_lease)


def open_parts(settings: Settings) -> Parts:
    """Connect to what the settings name; what is put into the queue wakes the workers."""
    database = Database(settings.sqlalchemy_url)
    wake_after_commits(database, CeleryWaker(settings))
    return Parts(settings, database, open_storage(settings))
