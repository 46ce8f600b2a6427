"""A real Redis server for the tests, on loopback, gone when they end."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.ports import free_port, wait_for_port


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Start a server that keeps nothing; yields its URL."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.fail("Redis is not installed: run `make test`, which installs it")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
    server = subprocess.Popen(  # noqa: S603 - our own arguments
        [*command, "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL
    )
    try:
        wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()
        server.wait()
