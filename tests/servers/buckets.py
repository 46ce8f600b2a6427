"""Buckets on a test server, each with settings that name it."""

import uuid
from pathlib import Path

import boto3
from pydantic import SecretStr

from mediashare.config import Settings
from tests.servers import swift


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
    """Make the bucket that these settings name; returns the settings."""
    boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=settings.aws_access_key_id,
        aws_secret_access_key=settings.aws_secret_access_key.get_secret_value(),
    ).create_bucket(Bucket=settings.s3_bucket)
    return settings
