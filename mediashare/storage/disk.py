"""Objects as files below one folder: the embedded store."""

import contextlib
import errno
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from mediashare.errors import StorageFullError
from mediashare.storage.port import BLOCK_BYTES, ObjectMissingError, Stat, StorageUnavailableError

# Tells our folder from the empty mount point of a disk that is not there (F-16).
MARKER = ".mediashare"
FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskStorage:
    """Storage on a local or mounted folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        if not root.exists():
            (root / "growing").mkdir(parents=True)
            (root / MARKER).touch()

    def put(self, key: str, stream: BinaryIO, *, content_type: str) -> Stat:
        with _translated(), self._writing(key) as file:
            digest = hashlib.sha256()
            for block in iter(lambda: stream.read(BLOCK_BYTES), b""):
                digest.update(block)
                file.write(block)
            size = file.tell()
        self._keep_checksum(key, digest.hexdigest())
        return Stat(size, digest.hexdigest())

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        try:
            descriptor = os.open(self._path(key), os.O_RDONLY)
        except FileNotFoundError as error:
            raise self._missing() from error
        return _blocks(descriptor, start, end)

    def stat(self, key: str) -> Stat:
        path = self._path(key)
        try:
            size = path.stat().st_size
        except FileNotFoundError as error:
            raise self._missing() from error
        checksum = _checksum_path(path)
        return Stat(size, checksum.read_text() if checksum.exists() else None)

    def copy(self, key: str, target: str) -> None:
        source, goal = self._path(key), self._path(target)
        try:
            with _translated():
                goal.parent.mkdir(parents=True, exist_ok=True)
                # Objects never change once they stand, so two names may share their bytes.
                os.link(source, goal)
        except FileNotFoundError as error:
            raise self._missing() from error

    def delete(self, key: str) -> None:
        path = self._path(key)
        path.unlink(missing_ok=True)
        _checksum_path(path).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()

    def list(self, prefix: str) -> Iterator[str]:
        self._require_marker()
        for folder, _folders, files in os.walk(self._root):
            for name in sorted(files):
                key = str((Path(folder) / name).relative_to(self._root))
                if key.startswith(prefix) and not name.startswith(".") and not _is_own(key):
                    yield key

    def presign(
        self, key: str, seconds: int, *, content_type: str, filename: str | None = None
    ) -> str | None:
        return None

    def begin(self, key: str) -> str:
        with _translated():
            path = self._growing(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return key

    def append(self, handle: str, offset: int, stream: BinaryIO) -> int:
        self._require_marker()
        with _translated(), self._growing(handle).open("r+b") as file:
            file.truncate(offset)
            file.seek(offset)
            for block in iter(lambda: stream.read(BLOCK_BYTES), b""):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
            return file.tell()

    def complete(self, handle: str) -> Stat:
        with _translated():
            growing, path = self._growing(handle), self._path(handle)
            path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                growing.rename(path)
        return self.stat(handle)

    def abort(self, handle: str) -> None:
        self._growing(handle).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        path = self._root.joinpath(*key.split("/"))
        if not path.is_relative_to(self._root) or ".." in path.parts:
            raise ObjectMissingError
        return path

    def _growing(self, key: str) -> Path:
        return self._path(f"growing/{key.replace('/', '_')}")

    @contextmanager
    def _writing(self, key: str) -> Iterator[BinaryIO]:
        self._require_marker()
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        try:
            with draft.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)

    def _keep_checksum(self, key: str, checksum: str) -> None:
        _checksum_path(self._path(key)).write_text(checksum)

    def _missing(self) -> Exception:
        self._require_marker()
        return ObjectMissingError()

    def _require_marker(self) -> None:
        if not (self._root / MARKER).exists():
            raise StorageUnavailableError


def _checksum_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.sha256")


def _is_own(key: str) -> bool:
    return key.startswith("growing/")


def _blocks(descriptor: int, start: int, end: int | None) -> Iterator[bytes]:
    try:
        at = start
        while end is None or at < end:
            wanted = BLOCK_BYTES if end is None else min(BLOCK_BYTES, end - at)
            # pread instead of seek and read: gunicorn's file wrapper would read up to the offset.
            block = os.pread(descriptor, wanted, at)
            if not block:
                return
            at += len(block)
            yield block
    finally:
        os.close(descriptor)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFullError from error
        if error.errno in {errno.EIO, errno.EROFS, errno.EACCES}:
            raise StorageUnavailableError from error
        raise
