"""Objects as files below one folder: the embedded store."""

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

from mediashare.errors import StorageFullError
from mediashare.storage import keys
from mediashare.storage.port import (
    BLOCK_BYTES,
    ObjectMissingError,
    Source,
    Stat,
    StorageUnavailableError,
)

# Tells our folder from the empty mount point of a disk that is not there (F-16).
MARKER = ".mediashare"
# No room on the disk, in somebody's quota, or in one file under the limits that we run with.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# A folder that is being emptied by a deletion can vanish between making and using it.
PLACING_TRIES = 5


class DiskStorage:
    """Storage on a local or mounted folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        if not root.exists():
            (root / keys.OWN).mkdir(parents=True, exist_ok=True)
            (root / MARKER).touch()

    def put(self, key: str, stream: BinaryIO, *, content_type: str) -> Stat:
        path = self._path(key)
        with self._guarded(), self._draft() as draft:
            written = _write(draft, stream)
            if _read_back(draft) != written or written.sha256 is None:
                raise StorageUnavailableError
            with self._draft() as checksum:
                checksum.write_text(written.sha256)
                _sync(checksum)
                _place(checksum, _checksum_path(path))
            _place(draft, path)
        return written

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        path = self._path(key)
        self._require(path)
        # The file is opened by the first block: a client that goes before that costs nothing.
        return self._blocks(path, start, end)

    def stat(self, key: str) -> Stat:
        path = self._path(key)
        self._require(path)
        with self._guarded():
            about = path.stat()
            written_at = datetime.fromtimestamp(about.st_mtime, UTC)
            return Stat(about.st_size, _find_text(_checksum_path(path)), written_at)

    def copy(self, key: str, target: str) -> None:
        source, goal = self._path(key), self._path(target)
        self._require(source)
        with self._guarded():
            if _checksum_path(source).exists():
                self._link(_checksum_path(source), _checksum_path(goal))
            self._link(source, goal)

    def delete(self, key: str) -> None:
        path = self._path(key)
        with self._guarded():
            path.unlink(missing_ok=True)
            _checksum_path(path).unlink(missing_ok=True)
            # Only an empty folder lets itself be removed, and so on up to the first other one.
            with suppress(OSError):
                for folder in takewhile(lambda folder: folder != self._root, path.parents):
                    folder.rmdir()

    def list(self, prefix: str) -> Iterator[str]:
        folder, _, start = prefix.rpartition("/")
        with self._guarded():
            top = self._path(folder) if folder else self._root
            for path in _list_files(top, start):
                key = path.relative_to(self._root).as_posix()
                if keys.is_key(key):
                    yield key

    def presign(
        self, key: str, seconds: int, *, content_type: str, filename: str | None = None
    ) -> str | None:
        return None

    def free_bytes(self) -> int | None:
        with self._guarded():
            return shutil.disk_usage(self._root).free

    def begin(self, key: str) -> str:
        self._path(key)
        growing = self._growing(key)
        with self._guarded():
            growing.touch()
            _sync(growing.parent)
        return key

    def append(self, handle: str, offset: int, stream: Source) -> int:
        with self._guarded(), self._growing(handle).open("r+b") as file:
            if file.seek(0, os.SEEK_END) < offset:
                raise ObjectMissingError
            # Never cut here: a request that lost its lease may come late, with an old offset.
            file.seek(offset)
            for block in iter(lambda: stream.read(BLOCK_BYTES), b""):
                file.write(block)
                # Nothing waits for a later moment, when another request may write here.
                file.flush()
            os.fsync(file.fileno())
            return file.tell()

    def complete(self, handle: str, size: int) -> Stat:
        growing = self._growing(handle)
        with self._guarded():
            with suppress(FileNotFoundError):
                if growing.stat().st_size < size:
                    raise ObjectMissingError
                os.truncate(growing, size)
                _sync(growing)
                _place(growing, self._path(handle))
            found = self.stat(handle)
        if found.size != size:
            raise ObjectMissingError
        return found

    def abort(self, handle: str) -> None:
        with self._guarded():
            self._growing(handle).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not keys.is_key(key):
            raise ObjectMissingError
        return self._root / key

    def _growing(self, key: str) -> Path:
        self._path(key)
        return self._root / keys.OWN / key.replace("/", "+")

    @contextmanager
    def _draft(self) -> Iterator[Path]:
        draft = self._root / keys.OWN / f"{uuid.uuid4().hex}.draft"
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)

    def _link(self, source: Path, goal: Path) -> None:
        # Objects never change once they stand, so two names may share their bytes.
        with self._draft() as draft:
            os.link(source, draft)
            _place(draft, goal)

    def _require(self, path: Path) -> None:
        with self._guarded():
            if not path.is_file():
                raise ObjectMissingError

    def _blocks(self, path: Path, start: int, end: int | None) -> Iterator[bytes]:
        with self._guarded(), path.open("rb", buffering=0) as file:
            at = start
            while end is None or at < end:
                wanted = BLOCK_BYTES if end is None else min(BLOCK_BYTES, end - at)
                block = os.pread(file.fileno(), wanted, at)
                if not block:
                    return
                at += len(block)
                yield block

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Refuses a folder that is not our store, and translates what the disk answers."""
        if not (self._root / MARKER).exists():
            raise StorageUnavailableError
        try:
            yield
        except FileNotFoundError as error:
            raise ObjectMissingError from error
        except OSError as error:
            if error.errno in FULL:
                raise StorageFullError from error
            raise StorageUnavailableError from error


def _write(path: Path, stream: BinaryIO) -> Stat:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for block in iter(lambda: stream.read(BLOCK_BYTES), b""):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
        return Stat(file.tell(), digest.hexdigest())


def _read_back(path: Path) -> Stat:
    with path.open("rb") as file:
        return Stat(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _place(draft: Path, path: Path) -> None:
    """Give a finished file its name, so that it is still there after a power cut."""
    for tried in range(1, PLACING_TRIES + 1):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(path)
            break
        except FileNotFoundError:
            if tried == PLACING_TRIES or not draft.exists():
                raise
    _sync(path.parent)
    _sync(path.parent.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _checksum_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.sha256")


def _find_text(path: Path) -> str | None:
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


def _list_files(folder: Path, start: str = "") -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        if not entry.name.startswith(start) or entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _list_files(Path(entry.path))
        else:
            yield Path(entry.path)
