"""Results in the store: under keys of this attempt alone, verified, gone if nobody takes them."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mediashare.errors import MediashareError
from mediashare.media.errors import VersionReplacedError
from mediashare.sentences import said
from mediashare.storage import keys
from mediashare.storage.port import StorageUnavailableError
from workers.context import Context

log = logging.getLogger(__name__)


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
        raise StorageUnavailableError(said("The media store did not keep the file as it was sent."))
    return Stored(size, checksum)


@contextmanager
def withdrawn_if_refused(context: Context, *stored: str) -> Iterator[None]:
    """Remove the objects when the block that publishes them is refused for certain.

    After any other failure the rows may have been stored, and a file too many is better than one
    too few.
    """
    try:
        yield
    except MediashareError:
        for key in stored:
            context.storage.delete(key)
        raise


@contextmanager
def unless_replaced(context: Context) -> Iterator[None]:
    """End the job quietly when a newer version of its episode is played by now."""
    try:
        yield
    except VersionReplacedError:
        with context.finishing():
            log.info("job %s is about a version that another has replaced", context.job_id)
