"""What only the store on disk has: a folder that may vanish, fill up, or fail to write."""

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mediashare.errors import StorageFullError
from mediashare.storage.disk import MARKER, DiskStorage
from mediashare.storage.port import StorageUnavailableError

KEY = "recordings/abc"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


def put(store: DiskStorage, key: str = KEY) -> None:
    store.put(key, io.BytesIO(b"hello"), content_type="audio/flac")


def test_an_empty_mount_point_is_not_taken_for_an_empty_store(root: Path) -> None:
    store = DiskStorage(root)
    put(store)
    handle = store.begin("recordings/growing")
    (root / MARKER).rename(root.with_name("unmounted"))

    for attempt in (
        lambda: store.stat(KEY),
        lambda: store.open(KEY),
        lambda: put(store, "recordings/new"),
        lambda: list(store.list("")),
        lambda: store.delete(KEY),
        lambda: store.append(handle, 0, io.BytesIO(b"x")),
        lambda: DiskStorage(root).stat(KEY),
    ):
        with pytest.raises(StorageUnavailableError):
            attempt()
    assert (root / KEY).read_bytes() == b"hello"


class _Failing(io.BytesIO):
    """A stream in the middle of which the disk fails."""

    def __init__(self, error: int) -> None:
        super().__init__()
        self._error = error
        self._blocks = [b"first block"]

    def read(self, _size: int | None = -1) -> bytes:
        if self._blocks:
            return self._blocks.pop()
        raise OSError(self._error, os.strerror(self._error))


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (errno.ENOSPC, StorageFullError),
        (errno.EDQUOT, StorageFullError),
        (errno.EFBIG, StorageFullError),
        (errno.EIO, StorageUnavailableError),
    ],
)
def test_half_a_file_never_gets_its_name(root: Path, error: int, raised: type[Exception]) -> None:
    store = DiskStorage(root)

    with pytest.raises(raised):
        store.put(KEY, _Failing(error), content_type="audio/flac")

    assert [path for path in root.rglob("*") if path.is_file()] == [root / MARKER]


def test_what_was_acknowledged_survives_a_disk_that_fills_up(root: Path) -> None:
    store = DiskStorage(root)
    handle = store.begin(KEY)
    offset = store.append(handle, 0, io.BytesIO(b"acknowledged"))

    with pytest.raises(StorageFullError):
        store.append(handle, offset, _Failing(errno.ENOSPC))

    end = store.append(handle, offset, io.BytesIO(b" and the rest"))
    store.complete(handle, end)
    assert b"".join(store.open(KEY)) == b"acknowledged and the rest"


def test_deleting_the_last_object_of_an_episode_leaves_no_folder(root: Path) -> None:
    store = DiskStorage(root)
    put(store, "episodes/a/1.mp4")

    store.delete("episodes/a/1.mp4")

    assert not (root / "episodes/a").exists()


def test_deleting_leaves_no_empty_folder_and_no_neighbour_loses_its_own(root: Path) -> None:
    store = DiskStorage(root)
    deep, other = "episodes/e1/job/1/file", "episodes/e1/job2/1/file"
    put(store, deep)
    put(store, other)

    store.delete(deep)
    assert [path.name for path in (root / "episodes" / "e1").iterdir()] == ["job2"]
    assert list(store.list("episodes/")) == [other]

    store.delete(other)
    assert sorted(path.name for path in root.iterdir()) == [MARKER, "growing"]


def test_an_answer_that_nobody_reads_keeps_no_file_open(root: Path) -> None:
    store = DiskStorage(root)
    put(store)
    before = len(list(Path("/proc/self/fd").iterdir()))

    answers = [store.open(KEY) for _ in range(10)]

    assert len(answers) == 10
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_room_that_is_left_is_known(root: Path) -> None:
    free = DiskStorage(root).free_bytes()

    assert free is not None
    assert free > 0


def test_reading_goes_on_while_the_object_is_deleted(root: Path) -> None:
    store = DiskStorage(root)
    store.put(KEY, io.BytesIO(bytes(600_000)), content_type="audio/flac")
    blocks = store.open(KEY)
    first = next(blocks)

    store.delete(KEY)

    assert len(first) + sum(len(block) for block in blocks) == 600_000


def test_stores_that_start_together_agree(root: Path) -> None:
    opened: list[Callable[[], DiskStorage]] = [lambda: DiskStorage(root)] * 3

    stores = [start() for start in opened]
    put(stores[0])

    assert [store.stat(KEY).size for store in stores] == [5, 5, 5]
