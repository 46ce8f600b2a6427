"""An S3 store that fails in the middle of things, as networks and stores do (F-11 to F-13)."""

import hashlib
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mediashare.config import Settings
from mediashare.storage.port import PART_BYTES, Stat, StorageUnavailableError
from mediashare.storage.s3 import Patience, S3Storage
from tests.servers.buckets import make_bucket, s3_settings
from tests.servers.faults import Fault, FaultProxy, Kind, running_faults

KEY = "recordings/abc"
DATA = random.Random(5).randbytes(2 * PART_BYTES + 77)  # noqa: S311 - only test data
STAT = Stat(len(DATA), hashlib.sha256(DATA).hexdigest())
HASTY = Patience(connect_s=1, read_s=1, tries=1)

pytestmark = pytest.mark.slow


@pytest.fixture(params=["swift"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty bucket; tests say where if Swift alone will not do."""
    return make_bucket(s3_settings(tmp_path, request.getfixturevalue(f"{request.param}_url")))


@pytest.fixture
def proxy(bucket: Settings) -> Iterator[FaultProxy]:
    with running_faults(bucket.s3_endpoint) as found:
        yield found


@pytest.fixture
def behind(bucket: Settings, proxy: FaultProxy) -> Settings:
    """Settings whose store is behind the proxy."""
    return bucket.model_copy(update={"s3_endpoint": proxy.url})


@pytest.fixture
def store(behind: Settings) -> S3Storage:
    return S3Storage(behind)


def grow(store: S3Storage) -> None:
    handle, offset = store.begin(KEY), 0
    for end in (1_000_000, PART_BYTES + 5, len(DATA)):
        offset = store.append(handle, offset, io.BytesIO(DATA[offset:end]))
    store.complete(handle, len(DATA))


def put(store: S3Storage) -> None:
    store.put(KEY, io.BytesIO(DATA), content_type="video/mp4")


@pytest.mark.parametrize("make", [grow, put])
@pytest.mark.parametrize("status", [500, 503])
def test_a_store_that_fails_now_and_then_only_takes_longer(
    store: S3Storage, proxy: FaultProxy, status: int, make: Callable[[S3Storage], None]
) -> None:
    proxy.spoil(Fault(Kind.STATUS, status, share=0.3))

    make(store)

    assert proxy.hits > 0
    proxy.spoil(None)
    assert b"".join(store.open(KEY)) == DATA
    assert list(store.list("")) == [KEY]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Kind.STATUS, 503),
        Fault(Kind.REFUSED),
        Fault(Kind.BLACK_HOLE),
        Fault(Kind.SLOW, 2500),
        Fault(Kind.CUT, 0),
    ],
    ids=lambda fault: fault.kind.name,
)
def test_a_store_that_is_down_is_unavailable_and_back_as_soon_as_it_is(
    behind: Settings, store: S3Storage, proxy: FaultProxy, fault: Fault
) -> None:
    put(store)
    handle = store.begin("recordings/growing")
    offset = store.append(handle, 0, io.BytesIO(b"acknowledged"))
    hasty = S3Storage(behind, patience=HASTY)
    proxy.spoil(fault)

    for attempt in (
        lambda: hasty.stat(KEY),
        lambda: hasty.open(KEY),
        lambda: put(hasty),
        lambda: list(hasty.list("")),
        lambda: hasty.append(handle, offset, io.BytesIO(b"never")),
        lambda: hasty.complete(handle, offset),
    ):
        with pytest.raises(StorageUnavailableError):
            attempt()

    proxy.spoil(None)
    assert store.stat(KEY) == STAT
    assert store.complete(handle, offset).size == 12
    assert b"".join(store.open("recordings/growing")) == b"acknowledged"


@pytest.mark.parametrize("make", [grow, put])
def test_a_part_that_breaks_off_is_sent_again(
    store: S3Storage, proxy: FaultProxy, make: Callable[[S3Storage], None]
) -> None:
    proxy.spoil(Fault(Kind.CUT, 1_000_000, match="PUT .*partNumber=2", times=2))

    make(store)

    assert proxy.hits == 2
    assert b"".join(store.open(KEY)) == DATA


# Asked to complete once more, some stores say yes, and some that there is no such upload any more.
@pytest.mark.parametrize("bucket", ["swift", "moto"], indirect=True)
@pytest.mark.parametrize("answer", [0, 404], ids=["lost", "not there"])
@pytest.mark.parametrize("make", [grow, put])
def test_a_lost_answer_to_the_last_step_makes_no_difference(
    store: S3Storage, proxy: FaultProxy, make: Callable[[S3Storage], None], answer: int
) -> None:
    proxy.spoil(Fault(Kind.ANSWER_LOST, answer, match="POST .*uploadId=", times=1))

    make(store)

    assert proxy.hits == 1
    assert b"".join(store.open(KEY)) == DATA
    assert list(store.list("")) == [KEY]
