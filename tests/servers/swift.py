"""A real OpenStack Swift with its S3 interface, on loopback, gone when the tests end.

Swift lives in a virtual environment of its own, because its requirements are not ours.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.servers.ending import end
from tests.servers.ports import free_port, wait_for_port

ROOT = Path(__file__).resolve().parents[2]
VENV = Path(os.environ.get("SWIFT_VENV", ROOT / ".cache" / "swift-venv"))
ACCESS_KEY, SECRET_KEY = "test:tester", "testing"
KINDS = ("account", "container", "object")
STOP_S = 10

HASHES = """
[swift-hash]
swift_hash_path_prefix = mediashare
swift_hash_path_suffix = mediashare
[storage-policy:0]
name = default
default = yes
"""
BACKEND = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
workers = 0
log_level = WARNING
fallocate_reserve = 0
disable_fallocate = true
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
swift_dir = {folder}
workers = 0
log_level = WARNING
[pipeline:main]
pipeline = catch_errors cache s3api tempauth copy slo symlink versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
auth_pipeline_check = false
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:symlink]
use = egg:swift#symlink
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
"""
MAKE_RINGS = """
import sys
from swift.common.ring import RingBuilder
folder, *ports = sys.argv[1:]
for kind, port in zip(("account", "container", "object"), map(int, ports)):
    builder = RingBuilder(2, 1, 1)
    place = {"ip": "127.0.0.1", "port": port, "device": "d1"}
    place |= {"replication_ip": "127.0.0.1", "replication_port": port}
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "weight": 1.0, "meta": "", **place})
    builder.rebalance()
    builder.get_ring().save(f"{folder}/{kind}.ring.gz")
"""


@contextmanager
def running_swift(folder: Path) -> Iterator[str]:
    """Start the four servers with their data under `folder`; yields the S3 endpoint."""
    if not (VENV / "bin" / "swift-proxy-server").exists():
        pytest.fail(f"OpenStack Swift is not installed in {VENV}: run `make test`, which does that")
    ports = {kind: free_port() for kind in (*KINDS, "proxy")}
    _configure(folder, ports)
    with ExitStack() as stack:
        for kind, port in ports.items():
            stack.enter_context(_running(folder, kind))
            wait_for_port(port)
        yield f"http://127.0.0.1:{ports['proxy']}"


def _configure(folder: Path, ports: dict[str, int]) -> None:
    (folder / "devices" / "d1").mkdir(parents=True)
    user = subprocess.check_output(["id", "-un"], text=True).strip()  # noqa: S607 - on every PATH
    (folder / "swift.conf").write_text(HASHES)
    for kind, port in ports.items():
        text = PROXY if kind == "proxy" else BACKEND
        filled = text.format(kind=kind, port=port, user=user, folder=folder)
        (folder / f"{kind}.conf").write_text(filled)
    numbers = [str(ports[kind]) for kind in KINDS]
    subprocess.run(  # noqa: S603 - our own arguments
        [VENV / "bin" / "python", "-W", "ignore", "-c", MAKE_RINGS, folder, *numbers], check=True
    )


@contextmanager
def _running(folder: Path, kind: str) -> Iterator[None]:
    with (folder / f"{kind}.log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            [VENV / "bin" / f"swift-{kind}-server", folder / f"{kind}.conf"],
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        end(process, STOP_S)
