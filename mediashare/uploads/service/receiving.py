"""Bytes on their way into the store: in slices, so that memory stays constant and what has
arrived stays, whatever happens next."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from mediashare import faults
from mediashare.accounts.policy import Viewer
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.errors import InvalidInputError
from mediashare.sentences import said
from mediashare.storage.port import PART_BYTES, Storage
from mediashare.uploads import policy as uploads_policy
from mediashare.uploads.errors import ChecksumMismatchError, UploadTooLargeError
from mediashare.uploads.models import Upload, UploadState
from mediashare.uploads.service import rows

SLICE_S = 1.0
# A web server's stream waits until it has all that it is asked for. Asked for little, it hands
# over a slow client's bytes while they flow.
READ_BYTES = 16 * 1024
# The checksums that clients may send with their bytes, and the length of each digest.
CHECKSUMS = {"sha1": 20, "sha256": 32}


@dataclass(frozen=True)
class Checksum:
    """The digest that the bytes of one request must have."""

    algorithm: str
    digest: bytes


class Body:
    """What one request brings, as the stream that a store reads.

    `length` is what the request has announced, None if it did not. A client that goes away early
    just ends the stream. `checksum` is what all of it together must have.

    A client may also fall silent for so long that another request takes its upload over. What it
    sends after that must not be written: before a late block is handed on, `at_pulse` is called,
    which raises if the upload is held by another.
    """

    def __init__(
        self,
        read: Callable[[int], bytes],
        *,
        length: int | None,
        checksum: Checksum | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = read
        self._length = length
        self._received = 0
        self._checksum = checksum
        self._digest = hashlib.new(checksum.algorithm) if checksum else None
        self._clock = clock
        self._slice_end = 0.0
        self._slice_left = 0
        self._is_whole = False
        self.at_pulse: Callable[[], None] = lambda: None
        self.room = 0
        self.is_over = length == 0

    @classmethod
    def empty(cls) -> "Body":
        """What a request without a body brings."""
        return cls(lambda _size: b"", length=0)

    @property
    def is_checked(self) -> bool:
        """Whether nothing of it counts before all of it was seen."""
        return self._checksum is not None

    def start_slice(self, most: int) -> None:
        """From now on the stream ends after `most` bytes, or after a moment."""
        self._slice_left, self._slice_end = most, self._clock() + SLICE_S

    def start_whole(self) -> None:
        """From now on the stream ends where the body does; `at_pulse` is called while it flows."""
        self._slice_left, self._is_whole = self.room, True
        self._slice_end = self._clock() + SLICE_S

    def read(self, size: int, /) -> bytes:
        """The next few bytes; raises UploadTooLargeError when there are more than `room`."""
        if self.is_over or self._is_slice_over():
            return b""
        wanted = min(size, READ_BYTES, self._slice_left, self.room) or 1
        block = self._source(wanted)
        if len(block) > self.room:
            raise UploadTooLargeError
        self._received += len(block)
        self._slice_left -= len(block)
        self.room -= len(block)
        self.is_over = not block or self._received == self._length
        if self._digest:
            self._digest.update(block)
        if block and self._is_late():
            self.at_pulse()
            if self._is_whole:
                self._slice_end = self._clock() + SLICE_S
        return block

    def require_checksum(self) -> None:
        """Raise ChecksumMismatchError unless these were the bytes that were announced."""
        if self._checksum and self._digest and self._digest.digest() != self._checksum.digest:
            raise ChecksumMismatchError

    def _is_slice_over(self) -> bool:
        # With no room left one more byte is asked for, to see that there is none.
        is_full = self._slice_left == 0 and self.room > 0
        return not self._is_whole and (self._is_late() or is_full)

    def _is_late(self) -> bool:
        return self._clock() >= self._slice_end


def receive(
    database: Database, storage: Storage, settings: Settings, upload: Upload, body: Body
) -> None:
    """Store what the body brings, and complete the upload with its last byte.

    The caller holds the upload. No transaction is open while bytes arrive; after each slice one
    counts it, so that at most that slice is lost with this process.
    """
    if upload.state is not UploadState.GROWING:
        return
    body.room = (settings.max_upload_bytes if upload.length is None else upload.length) - (
        upload.offset
    )

    def keep() -> None:
        with database.transaction() as session:
            rows.keep(session, upload)

    body.at_pulse = keep
    try:
        if body.is_checked:
            _receive_whole(database, storage, settings, upload, body)
        else:
            _receive_slices(database, storage, settings, upload, body)
        if upload.offset == upload.length:
            storage.complete(upload.storage_handle, upload.length)
            faults.point("upload.completed")
            with database.transaction() as session:
                rows.finish(session, upload)
    finally:
        with database.transaction() as session:
            rows.let_go(session, upload)


@contextmanager
def whole_file(
    database: Database,
    storage: Storage,
    settings: Settings,
    viewer: Viewer,
    stream: BinaryIO,
    *,
    filename: str,
) -> Iterator[Upload]:
    """A file that came with a form is a complete upload inside this block, which makes an episode
    of it; a form that fails at any point leaves nothing."""
    length = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if length == 0:
        raise InvalidInputError(errors={"file": said("Choose a file that is not empty.")})
    upload = rows.begin(viewer, storage, settings, length)
    upload.filename = uploads_policy.clean_filename(filename)
    try:
        with database.transaction() as session:
            rows.announce(session, upload, quota=settings.quota_bytes)
        receive(database, storage, settings, upload, Body(stream.read, length=length))
        yield upload
    except BaseException:
        rows.remove_unused(database, storage, upload)
        raise


def _receive_slices(
    database: Database, storage: Storage, settings: Settings, upload: Upload, body: Body
) -> None:
    while not body.is_over:
        rows.require_room(settings, storage, None)
        body.start_slice(PART_BYTES - upload.offset % PART_BYTES)
        reached = storage.append(upload.storage_handle, upload.offset, body)
        faults.point("upload.appended")
        if reached != upload.offset:
            with database.transaction() as session:
                rows.advance(session, upload, reached, settings)


def _receive_whole(
    database: Database, storage: Storage, settings: Settings, upload: Upload, body: Body
) -> None:
    rows.require_room(settings, storage, None)
    body.start_whole()
    reached = storage.append(upload.storage_handle, upload.offset, body)
    body.require_checksum()
    with database.transaction() as session:
        rows.advance(session, upload, reached, settings)
