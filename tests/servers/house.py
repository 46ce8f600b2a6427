"""A whole mediashare as processes: web, scheduler and workers, started and killed one by one."""

import io
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tusclient import client as tus

from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import Role, Scope
from mediashare.config import Settings
from mediashare.db import migrate
from mediashare.db.session import Database
from tests.servers.forks import Fork
from tests.servers.ports import free_port, wait_for_port, wait_for_silence
from tests.servers.web import environment_of

PASSWORD = "correct horse battery"
PATIENCE_S = 120
STOP_S = 40


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


class House:
    """Starts `mediashare` commands on one set of settings and talks to them as a program would."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings.model_copy(update={"port": free_port()})
        self.url = f"http://127.0.0.1:{self.settings.port}"
        self.token = ""
        self._processes: dict[str, Fork] = {}
        self.settings.data.mkdir(parents=True, exist_ok=True)
        self.database = Database(self.settings.sqlalchemy_url)
        migrate.upgrade(self.database)

    def start(self, name: str, *command: str, fault: str = "") -> Fork:
        """Run `mediashare <command>` under `name`; `fault` names the point at which it dies."""
        return self._start(name, ["mediashare", *command], fault)

    def start_worker(self, name: str, queues: str, *, fault: str = "") -> Fork:
        """Run at once what `mediashare worker` becomes after it has looked at the house."""
        return self._start(name, ["workers", "worker", "--queues", queues], fault)

    def _start(self, name: str, words: Sequence[str], fault: str) -> Fork:
        environment = {**environment_of(self.settings), "MEDIASHARE_FAULT": fault}
        log = self.settings.data / f"{name}.log"
        process = Fork(words, environment, log, is_leader=True)
        self._processes[name] = process
        return process

    def start_web(self) -> None:
        """Start the web process and wait until it answers."""
        self.start("web", "web")
        wait_for_port(self.settings.port)

    def kill(self, name: str) -> None:
        """End a process and all of its children as a power cut would."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if name == "web":
            wait_for_silence(self.settings.port)

    def wait_for_death(self, name: str) -> int:
        """Wait until a process has ended by itself; its status."""
        return self._processes.pop(name).wait(PATIENCE_S)

    def stop(self) -> None:
        """End everything in an orderly way."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.database.dispose()

    def make_person(self, name: str, *, role: Role = Role.MEMBER) -> str:
        """A new person; their token."""
        email = f"{name.lower().replace(' ', '.')}@example.com"
        kept = accounts_service.hash_new_password(PASSWORD, name=name, email=email)
        with self.database.transaction() as session:
            user = accounts_service.create_user(
                session, email=email, name=name, password_hash=kept, role=role
            )
            return accounts_service.create_token(
                session, user, name="t", scopes=(Scope.READ, Scope.WRITE)
            )

    def upload(self, path: Path, *, chunk_size: int = 64 * 1024) -> str:
        """Upload a file with tuspy; the id of the upload."""
        uploader = self.make_uploader(path, chunk_size=chunk_size)
        uploader.upload()
        return str(uploader.url).rstrip("/").rsplit("/", 1)[-1]

    def make_uploader(
        self, path: Path, url: str | None = None, *, chunk_size: int = 64 * 1024
    ) -> Any:
        """A tuspy uploader of a file: a new upload, or the one at `url`."""
        client = tus.TusClient(
            f"{self.url}/api/v1/uploads", headers={"Authorization": f"Bearer {self.token}"}
        )
        stream = io.BytesIO(path.read_bytes())
        return client.uploader(
            file_stream=stream, url=url, chunk_size=chunk_size, metadata={"filename": path.name}
        )

    def publish(self, path: Path, *, chunk_size: int = 64 * 1024, **details: Any) -> dict[str, Any]:
        """Upload a file and make it an episode."""
        upload_id = self.upload(path, chunk_size=chunk_size)
        return self.post(
            "/api/v1/episodes", {"upload_id": upload_id, "title": path.stem, **details}
        )

    def get(self, path: str, token: str | None = None) -> dict[str, Any]:
        """A JSON resource."""
        return dict(json.loads(self.fetch(path, token)))

    def post(self, path: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Send JSON, get JSON."""
        request = self._request(path, self.token)
        request.data = json.dumps(data).encode()
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
            return dict(json.load(answer))

    def fetch(self, path: str, token: str | None = None) -> bytes:
        """The bytes behind a path."""
        request = self._request(path, token or self.token)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
            return bytes(answer.read())

    def status(self, path: str, token: str = "") -> int:
        """The status that somebody (nobody, without a token) gets for a path; a redirect is
        not followed."""
        try:
            with _opener.open(self._request(path, token), timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def wait_until(
        self, ident: str, is_there: Callable[[dict[str, Any]], bool], patience: float = PATIENCE_S
    ) -> dict[str, Any]:
        """Ask for an episode until `is_there` says so; fails with what is known after a while."""
        end = time.monotonic() + patience
        while True:
            episode = self.get(f"/api/v1/episodes/{ident}")
            if is_there(episode):
                return episode
            if time.monotonic() > end:
                logs = {p.name: p.read_text()[-3000:] for p in self.settings.data.glob("*.log")}
                raise AssertionError(json.dumps([episode, logs], indent=1))
            time.sleep(0.3)

    def _request(self, path: str, token: str) -> urllib.request.Request:
        request = urllib.request.Request(self.url + path)  # noqa: S310 - loopback
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        return request


@contextmanager
def running_house(settings: Settings, *workers: str) -> Iterator[House]:
    """Web, scheduler and one worker for each of `workers` (their queues)."""
    house = House(settings)
    try:
        house.start_web()
        house.start("scheduler", "scheduler")
        for number, queues in enumerate(workers):
            house.start(f"worker{number}", "worker", "--queues", queues)
        house.token = house.make_person("Ada Lovelace")
        yield house
    finally:
        house.stop()


def is_ready(episode: Mapping[str, Any]) -> bool:
    """Playable."""
    return bool(episode["state"] == "ready")


def is_settled(episode: Mapping[str, Any]) -> bool:
    """Nothing more will happen to it by itself."""
    return episode["state"] in {"ready", "failed"} and all(
        step["state"] in {"done", "failed", "cancelled"} for step in episode["steps"]
    )
