"""Opens the store that the settings name."""

from mediashare.config import Settings
from mediashare.storage.disk import DiskStorage
from mediashare.storage.port import Storage


def open_storage(settings: Settings) -> Storage:
    """The store of this house."""
    return DiskStorage(settings.data.resolve() / "objects")
