"""A real PostgreSQL server for the tests, on loopback, gone when they end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.ports import free_port, wait_for_port

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@contextmanager
def running_postgres(begin: Path | None = None, keep: Path | None = None) -> Iterator[str]:
    """Start a server; yields its URL without a database name. It is empty, or begins with the data
    that another was told to keep there; making them costs seconds, copying them none.

    Its data stand in a folder of their own: those of pytest are closed to other users, and each
    run of pytest closes them again, while PostgreSQL must not run as root.
    """
    if not BINARIES:
        pytest.fail("PostgreSQL is not installed: run `make test`, which installs it")
    folder = Path(tempfile.mkdtemp(prefix="mediashare-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    port, data = free_port(), folder / "data"
    if begin:
        _copy(begin, data)
    else:
        make = ("initdb", "-U", "mediashare", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        _run(*make, "--no-sync", "-D", data)
    options = (
        f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={folder} "
        "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"
    )
    try:
        _run("pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        wait_for_port(port)
        yield f"postgresql+psycopg://mediashare@127.0.0.1:{port}"
    finally:
        _run("pg_ctl", "-D", data, "-m", "fast" if keep else "immediate", "stop")
        if keep:
            _copy(data, keep)
        shutil.rmtree(folder)


def _copy(source: Path, target: Path) -> None:
    # With their owner, which is not always us.
    subprocess.run(["cp", "-a", source, target], check=True)  # noqa: S603, S607 - our own arguments


def _run(program: str, *args: str | Path) -> None:
    command = [str(BINARIES[-1] / program), *map(str, args)]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")  # noqa: S603 - our own arguments
