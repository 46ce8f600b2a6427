"""What every store promises, on disk, on an S3 double, and on a real S3 server."""

import hashlib
import io
import random
from datetime import timedelta

import pytest

from mediashare import clock
from mediashare.storage.port import (
    BLOCK_BYTES,
    PART_BYTES,
    ObjectMissingError,
    Stat,
    Storage,
)

KEY = "recordings/abc"
# Three parts of an S3 multipart upload, the last one short.
LONG = random.Random(1).randbytes(2 * PART_BYTES + 12_345)  # noqa: S311 - only test data


def put(store: Storage, key: str, data: bytes) -> Stat:
    return store.put(key, io.BytesIO(data), content_type="application/octet-stream")


def read(store: Storage, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join(store.open(key, start, end))


def append(store: Storage, handle: str, offset: int, data: bytes) -> int:
    return store.append(handle, offset, io.BytesIO(data))


@pytest.mark.parametrize("data", [b"", b"hello", LONG], ids=["empty", "short", "long"])
def test_what_was_put_is_read_back_with_its_size_and_checksum(store: Storage, data: bytes) -> None:
    stat = put(store, KEY, data)

    assert stat == Stat(len(data), hashlib.sha256(data).hexdigest())
    assert store.stat(KEY) == stat
    assert read(store, KEY) == data


def test_it_is_known_when_an_object_was_written(store: Storage) -> None:
    put(store, KEY, b"new")

    written_at = store.stat(KEY).written_at

    assert written_at is not None
    assert abs(clock.now() - written_at) < timedelta(minutes=10)


def test_putting_again_replaces(store: Storage) -> None:
    put(store, KEY, b"first")

    stat = put(store, KEY, b"second")

    assert store.stat(KEY) == stat
    assert read(store, KEY) == b"second"


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (5, 5), (10, 300_000), (PART_BYTES - 1, PART_BYTES + 1), (len(LONG) - 3, None)],
)
def test_any_span_can_be_read(store: Storage, start: int, end: int | None) -> None:
    put(store, KEY, LONG)

    assert read(store, KEY, start, end) == LONG[start:end]


def test_a_span_beyond_the_end_is_cut_off_there(store: Storage) -> None:
    put(store, KEY, b"0123456789")

    assert read(store, KEY, 8, 20) == b"89"
    assert read(store, KEY, 10, 20) == b""
    assert read(store, KEY, 15) == b""


def test_blocks_are_small(store: Storage) -> None:
    put(store, KEY, LONG)

    assert max(len(block) for block in store.open(KEY)) <= BLOCK_BYTES


@pytest.mark.parametrize(
    "key", ["recordings/gone", "recordings", "../outside", "/etc/hostname", "a/../b", "", "a\0b"]
)
def test_what_is_not_there_is_missing(store: Storage, key: str) -> None:
    put(store, KEY, b"something")

    for ask in (lambda: store.stat(key), lambda: store.open(key), lambda: store.copy(key, "b/c")):
        with pytest.raises(ObjectMissingError):
            ask()


@pytest.mark.parametrize("key", ["../outside", "/tmp/outside", "a//b", ".hidden", "growing/a"])  # noqa: S108 - must be refused
def test_nothing_is_written_outside_the_store(store: Storage, key: str) -> None:
    for attempt in (lambda: put(store, key, b"x"), lambda: store.begin(key)):
        with pytest.raises(ObjectMissingError):
            attempt()


def test_a_copy_stays_when_the_first_one_goes(store: Storage) -> None:
    stat = put(store, KEY, b"hello")

    store.copy(KEY, "recordings/copy")
    store.delete(KEY)

    assert store.stat("recordings/copy") == stat
    assert read(store, "recordings/copy") == b"hello"


def test_copying_again_replaces(store: Storage) -> None:
    put(store, KEY, b"hello")
    put(store, "recordings/copy", b"older and longer")

    store.copy(KEY, "recordings/copy")
    store.copy(KEY, "recordings/copy")

    assert read(store, "recordings/copy") == b"hello"


def test_deleting_twice_is_fine(store: Storage) -> None:
    put(store, KEY, b"hello")

    store.delete(KEY)
    store.delete(KEY)

    assert list(store.list("")) == []
    with pytest.raises(ObjectMissingError):
        store.stat(KEY)


def test_a_list_holds_the_objects_with_that_prefix_and_no_other(store: Storage) -> None:
    for key in ("episodes/a/1.mp4", "episodes/a/2.mp4", "episodes/ab/1.mp4", "recordings/a"):
        put(store, key, b"x")
    append(store, store.begin("recordings/growing"), 0, b"not there yet")

    assert sorted(store.list("episodes/a/")) == ["episodes/a/1.mp4", "episodes/a/2.mp4"]
    assert sorted(store.list("episodes/a")) == [
        "episodes/a/1.mp4",
        "episodes/a/2.mp4",
        "episodes/ab/1.mp4",
    ]
    assert list(store.list("nothing/")) == []
    assert len(list(store.list(""))) == 4


@pytest.mark.parametrize("size", [0, 1, PART_BYTES, PART_BYTES + 1, len(LONG)])
def test_an_object_grows_and_stands_when_it_is_complete(store: Storage, size: int) -> None:
    handle = store.begin(KEY)
    append(store, handle, 0, LONG[:size])
    with pytest.raises(ObjectMissingError):
        store.stat(KEY)

    stat = store.complete(handle, size)

    assert stat.size == size
    assert store.stat(KEY).size == size
    assert read(store, KEY) == LONG[:size]


def test_an_object_grows_by_steps_of_any_size(store: Storage) -> None:
    handle = store.begin(KEY)
    offset, steps = 0, [1, 5_000_000, 3_388_606, 3, 1, PART_BYTES, len(LONG)]
    for step in steps:
        offset = append(store, handle, offset, LONG[offset : offset + step])

    store.complete(handle, len(LONG))

    assert offset == len(LONG)
    assert read(store, KEY) == LONG


@pytest.mark.parametrize("again", [3, 1_000_000, PART_BYTES])
def test_an_append_whose_answer_was_lost_can_be_made_again(store: Storage, again: int) -> None:
    handle = store.begin(KEY)
    offset = append(store, handle, 0, LONG[:again])
    append(store, handle, offset, LONG[offset:])

    end = append(store, handle, offset, LONG[offset : offset + PART_BYTES + 7])
    append(store, handle, end, LONG[end:])
    store.complete(handle, len(LONG))

    assert read(store, KEY) == LONG


def test_bytes_beyond_the_offset_do_not_count(store: Storage) -> None:
    handle = store.begin(KEY)
    append(store, handle, 0, b"kept" + b"x" * 100)

    end = append(store, handle, append(store, handle, 0, b"kept"), b" and more")
    store.complete(handle, end)

    assert read(store, KEY) == b"kept and more"


def test_a_request_that_comes_late_takes_nothing_away(store: Storage) -> None:
    handle = store.begin(KEY)
    early = append(store, handle, 0, LONG[:1000])
    later = append(store, handle, early, LONG[1000:3000])

    append(store, handle, early, LONG[1000:2000])
    end = append(store, handle, later, LONG[3000:4000])
    store.complete(handle, end)

    assert read(store, KEY) == LONG[:4000]


def test_completing_twice_is_fine(store: Storage) -> None:
    handle = store.begin(KEY)
    append(store, handle, 0, LONG)

    first = store.complete(handle, len(LONG))

    assert store.complete(handle, len(LONG)) == first


@pytest.mark.parametrize("size", [11, PART_BYTES * 2])
def test_what_never_arrived_can_not_be_completed(store: Storage, size: int) -> None:
    handle = store.begin(KEY)
    append(store, handle, 0, b"0123456789")

    with pytest.raises(ObjectMissingError):
        store.complete(handle, size)


def test_nothing_can_be_appended_where_nothing_arrived(store: Storage) -> None:
    handle = store.begin(KEY)

    with pytest.raises(ObjectMissingError):
        append(store, handle, 100, b"more")


def test_an_aborted_object_is_gone_and_may_be_aborted_again(store: Storage) -> None:
    handle = store.begin(KEY)
    offset = append(store, handle, 0, b"0123456789")

    store.abort(handle)
    store.abort(handle)

    with pytest.raises(ObjectMissingError):
        append(store, handle, offset, b"more")
    with pytest.raises(ObjectMissingError):
        store.stat(KEY)


def test_aborting_leaves_a_complete_object_alone(store: Storage) -> None:
    handle = store.begin(KEY)
    store.complete(handle, append(store, handle, 0, b"0123456789"))

    store.abort(handle)

    assert read(store, KEY) == b"0123456789"
