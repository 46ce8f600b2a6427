"""The application under a real gunicorn, as processes of their own."""

import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from mediashare.config import Settings
from mediashare.db import migrate
from mediashare.db.session import Database
from tests.servers.ending import end
from tests.servers.forks import Fork
from tests.servers.ports import free_port, wait_for_port

STOP_S = 20
GRACE_S = 5


@dataclass(frozen=True)
class Web:
    """A running web server: its address, the pid of its master, and where it logs."""

    url: str
    pid: int
    log: Path

    def worker_pids(self) -> list[int]:
        """The processes that answer requests."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def kill_workers(self) -> None:
        """End every worker as a power cut would; the master starts others."""
        for pid in self.worker_pids():
            os.kill(pid, signal.SIGKILL)

    def rss_bytes(self) -> int:
        """Memory of the largest worker."""
        return max(_rss(pid) for pid in self.worker_pids())


@contextmanager
def running_web(
    settings: Settings,
    *,
    processes: int = 1,
    threads: int = 16,
    extra: Mapping[str, str] | None = None,
) -> Iterator[Web]:
    """Serve `settings` (their database is migrated first); `extra` is added to the environment."""
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.sqlalchemy_url)
    migrate.upgrade(database)
    database.dispose()
    port = free_port()
    log = settings.data / f"web-{port}.log"
    process = _start(
        ["--workers", str(processes), "--threads", str(threads), "--bind", f"127.0.0.1:{port}"],
        {**environment_of(settings), **(extra or {})},
        log,
    )
    try:
        wait_for_port(port)
        yield Web(f"http://127.0.0.1:{port}", process.pid, log)
    finally:
        end(process, STOP_S)


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment from which another process reads the same settings as ours."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MEDIASHARE_", "AWS_", "DATABASE_URL", "CELERY_"))
    }
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if value != field.get_default(call_default_factory=True):
            own[str(field.validation_alias or f"MEDIASHARE_{name.upper()}")] = _written(value)
    return own


def _written(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _start(options: list[str], environment: dict[str, str], log: Path) -> Fork:
    words = ["gunicorn", "mediashare.wsgi:app", "--no-sendfile"]
    words += ["--worker-class", "mediashare.webserver.Worker"]
    words += ["--graceful-timeout", str(GRACE_S)]
    return Fork([*words, *options], environment, log)


def _rss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
