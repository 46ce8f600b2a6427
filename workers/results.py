"""Results in the store: under keys of this attempt alone, verified, gone if nobody takes them."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mediashare.errors import MediashareError
from mediashare.storage import keys
from mediashare.storage.port import StorageUnavailableError
from workers.context import Context


@dataclass(frozen=True)
class Stored:
    """A file that arrived: its size in bytes and SHA-256 in hexadecimal."""

    size: int
    sha256: str


def clear_earlier(context: Context, episode_id: str) -> None:
    """Remove what earlier attempts at this job have stored and did not live to publish."""
    for key in list(context.storage.list(keys.results(episode_id, context.job_id))):
        context.storage.delete(key)


def store(context: Context, key: str, path: Path, content_type: str) -> Stored:
    """Put a file into the store and make sure that it arrived."""
    context.check()
    with path.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        context.storage.put(key, file, content_type=content_type)
    stored, size = context.storage.stat(key), path.stat().st_size
    if stored.size != size or stored.sha256 not in {None, checksum}:
        context.storage.delete(key)
        raise StorageUnavailableError("The media store did not keep the file as it was sent.")
    return Stored(size, checksum)


@contextmanager
def withdrawn_if_refused(context: Context, key: str | None) -> Iterator[None]:
    """Remove the object when the block that publishes it is refused for certain.

    After any other failure the rows may have been stored, and a file too many is better than one
    too few.
    """
    try:
        yield
    except MediashareError:
        if key is not None:
            context.storage.delete(key)
        raise
