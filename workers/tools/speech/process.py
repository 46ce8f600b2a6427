"""One child process of the speech engines, as the worker sees it: ask, wait, end."""

import collections
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from workers.context import StoppedError
from workers.tools.speech.errors import (
    SAID,
    EngineDiedError,
    EngineHungError,
    OutOfMemoryError,
    SpeechError,
)
from workers.tools.speech.port import Json

LOOK_EVERY_S = 0.1
TAIL_LINES = 100
ROOT = Path(__file__).resolve().parents[3]
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Needed to find a GPU and its libraries; nothing else of our environment reaches the child.
PASSED_ON = ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")

# How Python, C++, OpenBLAS and CUDA say that there is no memory left.
NO_MEMORY = ("MemoryError", "bad_alloc", "Memory allocation still failed", "out of memory")

# The kernel ends a child with the *thread* that has started it, so one that stays starts them all.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="speech-starter")


@dataclass(frozen=True)
class Limits:
    """What one child may take. A chunk gets `least_s`, or `patience` times what is expected."""

    memory: int = os.sysconf("SC_PHYS_PAGES") * PAGE_BYTES * 3 // 4
    least_s: float = 60.0
    patience: float = 20.0
    load_s: float = 300.0


class ChildProcess:
    """A running child; whoever has started it must call `end`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._errors = collections.deque[str](maxlen=TAIL_LINES)
        self._answers: queue.Queue[dict[str, Json] | None] = queue.Queue()
        self._child = _starter.submit(_start).result()
        self._readers = [
            _read(self._child.stdout, self._hear, at_end=lambda: self._answers.put(None)),
            _read(self._child.stderr, self._errors.append),
        ]

    @property
    def pid(self) -> int:
        """The process id, which is that of its group and session too."""
        return self._child.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked something."""
        return self._child.poll() is None

    def ask(
        self,
        request: dict[str, Json],
        *,
        within_s: float,
        cancelled: threading.Event,
        on_progress: Callable[[float], None] | None = None,
    ) -> Json:
        """The result of a request. Raises EngineDiedError or one of its kinds, or StoppedError;
        after each of them the child is gone. Raises what the engine says of itself (SAID) too, and
        then it is not."""
        try:
            self._send(request)
            return self._wait(time.monotonic() + within_s, cancelled, on_progress)
        except tuple(SAID.values()):
            raise
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Kill the child and everything that it has started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        for reader in self._readers:
            reader.join()
        if self._child.stdin is not None:
            with contextlib.suppress(OSError):
                self._child.stdin.close()

    def _send(self, request: dict[str, Json]) -> None:
        stdin = self._child.stdin
        if stdin is None:
            raise EngineDiedError
        try:
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
        except OSError as error:
            raise self._death() from error

    def _wait(
        self, end: float, cancelled: threading.Event, on_progress: Callable[[float], None] | None
    ) -> Json:
        while True:
            with contextlib.suppress(queue.Empty):
                answer = self._answers.get(timeout=LOOK_EVERY_S)
                if answer is None:
                    raise self._death()
                if "error" in answer:
                    raise self._failure(answer)
                if "result" in answer:
                    return answer["result"]
                if on_progress is not None:
                    on_progress(answer["progress"])
            self._check(end, cancelled)

    def _check(self, end: float, cancelled: threading.Event) -> None:
        if cancelled.is_set():
            raise StoppedError
        if time.monotonic() > end:
            raise EngineHungError(details=self._tail())
        if _resident(self._child.pid) > self._limits.memory:
            raise OutOfMemoryError(details=f"limit: {self._limits.memory} bytes\n{self._tail()}")

    def _failure(self, answer: dict[str, Json]) -> SpeechError:
        said = SAID.get(answer.get("kind", ""))
        if said is not None:
            return said(answer["error"], details=answer["details"])
        return _end_of(answer["error"], self._tail())

    def _death(self) -> EngineDiedError:
        code = self._child.wait()
        for reader in self._readers:
            reader.join(LOOK_EVERY_S)
        if code == -signal.SIGKILL:
            # Nobody but the kernel's memory guard kills a process that we have not killed.
            return OutOfMemoryError(details=f"killed from outside\n{self._tail()}")
        return _end_of(f"exit status {code}", self._tail())

    def _hear(self, line: str) -> None:
        self._answers.put(json.loads(line))

    def _tail(self) -> str:
        return "\n".join(list(self._errors))


def _end_of(error: str, tail: str) -> EngineDiedError:
    """What an engine has said at last, as one of the kinds that are told apart."""
    details = f"{error}\n{tail}"
    kind = OutOfMemoryError if any(sign in details for sign in NO_MEMORY) else EngineDiedError
    return kind(details=details)


def _start() -> subprocess.Popen[bytes]:
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": tempfile.gettempdir(),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        # More threads only wait for each other: there is one child for each core.
        "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
    }
    return subprocess.Popen(  # noqa: S603 - our own module by our own interpreter, never a shell
        [sys.executable, "-m", "workers.tools.speech.child", str(os.getpid())],
        cwd=tempfile.gettempdir(),
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _read(
    pipe: IO[bytes] | None,
    heard: Callable[[str], None],
    at_end: Callable[[], None] = lambda: None,
) -> threading.Thread:
    def follow() -> None:
        if pipe is not None:
            with pipe:
                for line in pipe:
                    heard(line.decode("utf-8", "replace").rstrip())
        at_end()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    return thread


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except OSError:
        return 0
