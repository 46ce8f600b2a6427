"""Opens the store that the settings name."""

from mediashare.config import Settings
from mediashare.storage.disk import DiskStorage
from mediashare.storage.port import Storage


def open_storage(settings: Settings) -> Storage:
    """The store of this house."""
    if settings.storage == "s3":
        from mediashare.storage.s3 import S3Storage  # noqa: PLC0415 - boto3 is slow to load

        return S3Storage(settings)
    return DiskStorage(settings.data.resolve() / "objects")
