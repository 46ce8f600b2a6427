"""The stores that the contract must hold on."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from pydantic import SecretStr

from mediashare.config import Settings
from mediashare.storage.disk import DiskStorage
from mediashare.storage.port import Storage
from mediashare.storage.s3 import S3Storage
from tests.servers import swift
from tests.servers.moto import running_moto


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    with running_moto() as url:
        yield url


@pytest.fixture(scope="session")
def swift_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with swift.running_swift(tmp_path_factory.mktemp("swift")) as url:
        yield url


def s3_settings(folder: Path, endpoint: str) -> Settings:
    """Settings that name a bucket of its own on a test server; the bucket is not made yet."""
    return Settings(
        data=folder / "var",
        storage="s3",
        s3_endpoint=endpoint,
        s3_bucket=f"bucket-{uuid.uuid4().hex[:12]}",
        aws_access_key_id=swift.ACCESS_KEY,
        aws_secret_access_key=SecretStr(swift.SECRET_KEY),
    )


def make_bucket(settings: Settings) -> Settings:
    boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=settings.aws_access_key_id,
        aws_secret_access_key=settings.aws_secret_access_key.get_secret_value(),
    ).create_bucket(Bucket=settings.s3_bucket)
    return settings


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
