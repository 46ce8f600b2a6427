"""The port: what mediashare needs of a place that keeps objects."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol

from mediashare.errors import NotFoundError, UnavailableError
from mediashare.sentences import said

BLOCK_BYTES = 256 * 1024
# What one append holds in memory at most. Appends that end at multiples of it cost least.
PART_BYTES = 8 * 1024 * 1024


class ObjectMissingError(NotFoundError):
    """There is no object under that key."""

    message = said("The file is missing from the store.")


class StorageUnavailableError(UnavailableError):
    """The store does not answer, or refuses us."""

    message = said(
        "The media store does not answer at the moment. Nothing is lost; please try again."
    )


class Source(Protocol):
    """What bytes can be read from; no bytes mean the end."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""


@dataclass(frozen=True)
class Stat:
    """Size in bytes and checksum of an object, and when it was written, where that was asked.

    `sha256` is hexadecimal, or None for an object that grew by appending and that nobody has
    read as a whole yet.
    """

    size: int
    sha256: str | None
    written_at: datetime | None = field(default=None, compare=False)


class Storage(Protocol):
    """Objects by key. Keys come from storage/keys.py, never from outside.

    Every method raises StorageUnavailableError when the store does not answer and
    StorageFullError when it has no room.
    """

    def put(self, key: str, stream: BinaryIO, *, content_type: str) -> Stat:
        """Store a seekable stream as a whole, verify what arrived, and only then show it."""

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in blocks of at most 256 KiB.

        Raises ObjectMissingError at the call, not at the first block.
        """

    def stat(self, key: str) -> Stat:
        """Size, checksum, and when it was written; raises ObjectMissingError."""

    def copy(self, key: str, target: str) -> None:
        """Make a second object of the same bytes, without moving them through this process."""

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is fine."""

    def list(self, prefix: str) -> Iterator[str]:
        """The keys that begin with `prefix`."""

    def presign(
        self, key: str, seconds: int, *, content_type: str, filename: str | None = None
    ) -> str | None:
        """An address that anybody may read the object at for `seconds`; None if there is none.

        With `filename` browsers are told to save it under that name.
        """

    def free_bytes(self) -> int | None:
        """The room that is left; None where the store itself has no end that we could know."""

    def begin(self, key: str) -> str:
        """Start an object that grows; the handle names it in the calls below."""

    def append(self, handle: str, offset: int, stream: Source) -> int:
        """Write the stream from `offset` on; the new offset.

        What is counted in the answer is durable: any process on any machine can go on from it,
        and from the offset that this call was given, should the caller die before it notes the
        answer. Offsets before that are gone for good. Bytes beyond the offset of a later call do
        not count. The stream ends when it ends, also early: whoever cares counts the bytes.
        Raises ObjectMissingError when the object is not growing, or never grew to `offset`.
        """

    def complete(self, handle: str, size: int) -> Stat:
        """End the growing at `size` bytes: the object now stands under its key.

        May be called again. Raises ObjectMissingError when it never grew to `size`.
        """

    def abort(self, handle: str) -> None:
        """Drop a growing object and its bytes; may be called again. A completed one stays."""
