"""Rate limits hold with Redis, without one, and when it does not answer."""

import logging
import socket
from pathlib import Path

import pytest
from flask import Flask

from mediashare.app import create_app
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.errors import TooManyRequestsError
from mediashare.storage.disk import DiskStorage
from mediashare.web.limits import Limits
from tests.fakes import RecordingWaker
from tests.servers.ports import free_port
from tests.servers.redis import running_redis
from tests.visitors import FIELD

RATE = "2 per 5 minutes"


def counting_with(settings: Settings, broker: str) -> Limits:
    return Limits(settings.model_copy(update={"celery_broker_url": broker}))


def count_allowed(*houses: Limits) -> int:
    """How often somebody may do something who goes from one process to the next."""
    for number in range(100):
        try:
            houses[number % len(houses)].hit(RATE, "act", "ada")
        except TooManyRequestsError:
            return number
    return 100


def test_processes_count_together_in_redis(settings: Settings, tmp_path: Path) -> None:
    with running_redis(tmp_path) as broker:
        assert count_allowed(*(counting_with(settings, broker) for _ in range(2))) == 2


def test_a_process_counts_alone_without_redis(settings: Settings) -> None:
    assert count_allowed(Limits(settings)) == 2


def test_a_process_counts_alone_while_redis_is_gone_and_says_so_once(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    limits = counting_with(settings, f"redis://127.0.0.1:{free_port()}/0")

    with caplog.at_level(logging.ERROR):
        assert count_allowed(limits) == 2

    assert [record.name for record in caplog.records] == ["mediashare.web.limits"]


def test_a_redis_that_is_silent_counts_as_gone(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        limits = counting_with(settings, f"redis://127.0.0.1:{silent.getsockname()[1]}/0")

        assert count_allowed(limits) == 2


def test_people_sign_in_while_redis_is_gone(
    settings: Settings, database: Database, storage: DiskStorage
) -> None:
    broken = settings.model_copy(update={"celery_broker_url": f"redis://127.0.0.1:{free_port()}/0"})
    app: Flask = create_app(broken, database=database, storage=storage, waker=RecordingWaker())
    client = app.test_client()
    found = FIELD.search(client.get("/sign-in").text)
    assert found is not None

    form = {"csrf_token": found.group(1), "email": "ada@example.com", "password": "wrong horse"}
    answer = client.post("/sign-in", data=form)

    assert answer.status_code == 401
