"""The stores that the contract must hold on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mediashare.config import Settings
from mediashare.storage.disk import DiskStorage
from mediashare.storage.port import Storage
from mediashare.storage.s3 import S3Storage
from tests.servers.buckets import make_bucket, s3_settings
from tests.servers.moto import running_moto


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    with running_moto() as url:
        yield url


@pytest.fixture
def swift_settings(tmp_path: Path, swift_url: str) -> Settings:
    """Settings of an empty bucket on Swift."""
    return make_bucket(s3_settings(tmp_path, swift_url))


@pytest.fixture(params=["disk", "moto", pytest.param("swift", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty store of each kind."""
    if request.param == "disk":
        return DiskStorage(tmp_path / "objects")
    endpoint = request.getfixturevalue(f"{request.param}_url")
    return S3Storage(make_bucket(s3_settings(tmp_path, endpoint)))
