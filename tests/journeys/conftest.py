"""Houses to make journeys in: everything embedded, and everything on servers of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from mediashare.config import Settings
from tests import sharing
from tests.mediafiles import MediaFiles
from tests.servers import swift
from tests.servers.buckets import make_bucket
from tests.servers.postgres import running_postgres
from tests.servers.redis import running_redis


@pytest.fixture(scope="session")
def media_files(tmp_path_factory: pytest.TempPathFactory) -> MediaFiles:
    """Recordings made by ffmpeg."""
    return MediaFiles(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording in which a machine speaks, after a second of silence."""
    return MediaFiles(tmp_path_factory.mktemp("speech")).speech()


@pytest.fixture(scope="session")
def speech_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A faster-whisper model that hears the same sentence in everything."""
    return sharing.speech_models(tmp_path_factory) / "base"


@pytest.fixture(scope="module")
def embedded(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, speech_model: Path
) -> Settings:
    """SQLite, a store and a broker on disk."""
    data = tmp_path_factory.mktemp("embedded")
    shutil.copy(sqlite_template, data / "mediashare.db")
    return Settings(
        data=data,
        min_free_bytes=0,
        asr_engine="faster-whisper",
        asr_model=str(speech_model),
    )


@pytest.fixture(scope="module")
def servers(
    tmp_path_factory: pytest.TempPathFactory,
    speech_model: Path,
    postgres_template: Path,
    swift_url: str,
) -> Iterator[Settings]:
    """PostgreSQL, an S3 store and Redis, each a real server."""
    folder = tmp_path_factory.mktemp("servers")
    with (
        running_postgres(postgres_template) as postgres,
        running_redis(folder / "redis") as broker,
    ):
        yield make_bucket(
            Settings(
                data=folder / "var",
                min_free_bytes=0,
                asr_engine="faster-whisper",
                asr_model=str(speech_model),
                database_url=f"{postgres}/mediashare".replace("+psycopg", ""),
                celery_broker_url=broker,
                storage="s3",
                s3_endpoint=swift_url,
                s3_bucket="clips",
                aws_access_key_id=swift.ACCESS_KEY,
                aws_secret_access_key=SecretStr(swift.SECRET_KEY),
            )
        )
