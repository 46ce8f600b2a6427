"""A real nginx in front of the application, configured by the lines of docs/settings.md."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.ending import end
from tests.servers.ports import free_port, wait_for_port

ROOT = Path(__file__).resolve().parents[2]
STOP_S = 10

CONFIG = """
user {user};
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
{documented}
    }}
}}
"""


@contextmanager
def running_nginx(folder: Path, upstream: str, objects: Path) -> Iterator[str]:
    """Start nginx before the server at `upstream`, whose store is at `objects`; yields its URL."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        pytest.fail("nginx is not installed: run `make test`, which does that")
    folder.mkdir()
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(
        CONFIG.format(
            user=pwd.getpwuid(os.getuid()).pw_name,
            folder=folder,
            port=port,
            documented=_documented(upstream, objects),
        )
    )
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        [program, "-p", folder, "-c", config, "-e", folder / "error.log"],
    )
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process, STOP_S)


def _documented(upstream: str, objects: Path) -> str:
    page = (ROOT / "docs" / "settings.md").read_text()
    found = re.search(r"^```nginx\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    assert found is not None
    lines = found.group(1)
    for told, meant in (
        ("http://127.0.0.1:8000", upstream),
        ("/var/lib/mediashare/objects", str(objects)),
    ):
        assert lines.count(told) == 1
        lines = lines.replace(told, meant)
    return lines
