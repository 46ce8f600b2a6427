"""`mediashare up` as an operator runs it."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediashare.config import Settings
from tests.servers.ports import free_port
from tests.servers.web import environment_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


class Up:
    """The command, where it listens, and what it has said."""

    def __init__(self, settings: Settings) -> None:
        self.url = f"http://127.0.0.1:{settings.port}"
        self._log = settings.data / "up.log"
        settings.data.mkdir(parents=True)
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mediashare", "up"],
                cwd=ROOT,
                env=environment_of(settings),
                stdout=log,
                stderr=log,
            )

    def read_log(self) -> str:
        return self._log.read_text()

    def wait_for(self, words: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while words not in self.read_log():
            assert self.process.poll() is None, self.read_log()
            assert time.monotonic() < end, self.read_log()
            time.sleep(0.1)

    def list_pids(self) -> list[int]:
        """All processes below the command."""
        return _list_below(self.process.pid)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)


def _list_below(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [below for child in map(int, children) for below in (child, *_list_below(child))]


@pytest.fixture
def up(settings: Settings) -> Iterator[Up]:
    found = Up(settings.model_copy(update={"port": free_port()}))
    yield found
    found.stop()


def test_up_serves_offers_to_make_the_first_admin_and_stops_with_everything(up: Up) -> None:
    up.wait_for("Make the first admin at")
    up.wait_for("ready.")
    with urllib.request.urlopen(f"{up.url}/healthz", timeout=60) as answer:  # noqa: S310 - loopback
        assert answer.status == 200
    assert f"mediashare is ready at http://localhost:{up.url.rsplit(':', 1)[1]}" in up.read_log()
    pids = up.list_pids()
    assert len(pids) >= 4

    up.process.send_signal(signal.SIGTERM)

    assert up.process.wait(60) == 0
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []
    assert "Traceback" not in up.read_log()


def test_a_taken_port_is_said_at_once(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        up = Up(settings.model_copy(update={"port": port}))

        assert up.process.wait(60) == 1
    assert f"Port {port} of 127.0.0.1 is taken by another program" in up.read_log()
    assert "started" not in up.read_log()
