"""A real PostgreSQL server for the tests, on loopback, gone when they end."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.ports import free_port, wait_for_port

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@contextmanager
def running_postgres(folder: Path) -> Iterator[str]:
    """Start a server with its data under `folder`; yields its URL without a database name."""
    if not BINARIES:
        pytest.fail("PostgreSQL is not installed: run `make test`, which installs it")
    folder.mkdir(parents=True)
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root; its package has made a user for this.
        owner = pwd.getpwnam("postgres")
        shutil.chown(folder, owner.pw_uid, owner.pw_gid)
    _let_others_through(folder)
    port = free_port()
    data = folder / "data"
    _run(
        "initdb",
        "-D",
        data,
        "-U",
        "mediashare",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
        "--locale=C.UTF-8",
    )
    options = (
        f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={folder} "
        "-c fsync=off -c max_connections=200"
    )
    _run("pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    wait_for_port(port)
    try:
        yield f"postgresql+psycopg://mediashare@127.0.0.1:{port}"
    finally:
        # Another run of pytest that has started meanwhile has closed the folders above.
        _let_others_through(folder)
        _run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def _let_others_through(folder: Path) -> None:
    if os.geteuid() != 0:
        return
    for parent in folder.parents:
        if parent.stat().st_mode & 0o005 != 0o005 and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)


def _run(program: str, *args: str | Path) -> None:
    command = [str(BINARIES[-1] / program), *map(str, args)]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")  # noqa: S603 - our own arguments
