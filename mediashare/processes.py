"""The supervisor of `mediashare up`: web, worker and scheduler, started and stopped as one."""

import contextlib
import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.2
# A program that ends sooner than this could not start, and would not the next time either.
FINE_AFTER_S = 5.0
RESTARTS = 5
LONGEST_PAUSE_S = 60
# After this long without an accident the earlier ones no longer count.
FORGIVEN_AFTER_S = 300.0
# Longer than the web needs to drain (20 s) and the worker to hand back its jobs (10 s).
STOP_PATIENCE_S = 25.0
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Program:
    """One of our processes: its name in messages and how it is started.

    Without a vital one there is no house; without another the house waits for it.
    """

    name: str
    command: Sequence[str]
    is_vital: bool = False


PROGRAMS = (
    Program("web", [sys.executable, "-m", "mediashare", "web"], is_vital=True),
    Program("worker", [sys.executable, "-m", "mediashare", "worker"]),
    Program("scheduler", [sys.executable, "-m", "mediashare", "scheduler"]),
)


class Supervisor:
    """Keeps programs running until SIGTERM or SIGINT, or until a vital one can't be kept running.

    `started` is called once, when the web program listens on `address`.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        address: tuple[str, int],
        started: Callable[[], None],
        *,
        fine_after_s: float = FINE_AFTER_S,
    ) -> None:
        self._children = [_Child(program, fine_after_s) for program in programs]
        self._address, self._started = address, started
        self._is_announced = False
        self._stopping = threading.Event()

    def run(self) -> int:
        """Start all, watch them, stop all; 0 if that was asked for, else 1."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        try:
            for child in self._children:
                child.start()
            is_well = self._watch()
        finally:
            self._stop_all()
        return 0 if is_well else 1

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def _watch(self) -> bool:
        while not self._stopping.wait(LOOK_EVERY_S):
            if not all(
                child.look_after(is_announced=self._is_announced) for child in self._children
            ):
                return False
            if not self._is_announced and _answers(self._address):
                self._is_announced = True
                self._started()
        return True

    def _stop_all(self) -> None:
        log.info("stopping")
        for child in self._children:
            child.signal(signal.SIGTERM)
        end = time.monotonic() + STOP_PATIENCE_S
        for child in self._children:
            child.wait(max(0.1, end - time.monotonic()))
        log.info("stopped")


class _Child:
    def __init__(self, program: Program, fine_after_s: float) -> None:
        self._program = program
        self._fine_after_s = fine_after_s
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = self._due_at = 0.0
        self._restarts = 0

    def start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            list(self._program.command),
            # Ctrl+C in a terminal reaches us alone: we decide who ends when.
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - this process has no threads
        )
        log.info("started %s (process %d)", self._program.name, self._process.pid)

    def look_after(self, *, is_announced: bool) -> bool:
        """Start it again if it ended; False if there is no use in that.

        Until the house is announced, whoever ends could not start.
        """
        if self._process is None:
            if time.monotonic() >= self._due_at:
                self.start()
            return True
        code = self._process.poll()
        return code is None or self._restart_later(code, is_announced=is_announced)

    def _restart_later(self, code: int, *, is_announced: bool) -> bool:
        lived = time.monotonic() - self._started_at
        self.signal(signal.SIGKILL)
        self._process = None
        if lived > FORGIVEN_AFTER_S:
            self._restarts = 0
        is_hopeless = lived < self._fine_after_s or self._restarts >= RESTARTS
        if not is_announced or (is_hopeless and self._program.is_vital):
            log.error(
                "%s ended %.1f s after its start (%s); everything is stopped",
                self._program.name,
                lived,
                _describe(code),
            )
            return False
        pause = min(2**self._restarts, LONGEST_PAUSE_S)
        self._restarts += 1
        self._due_at = time.monotonic() + pause
        log.warning(
            "%s ended (%s); starting it again in %d s", self._program.name, _describe(code), pause
        )
        return True

    def signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            # SIGKILL goes to the whole group: what it had started must not outlive it.
            send = os.killpg if number is signal.SIGKILL else os.kill
            with contextlib.suppress(ProcessLookupError):
                send(self._process.pid, number)

    def wait(self, seconds: float) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            log.warning("%s did not end in time and is killed", self._program.name)
        self.signal(signal.SIGKILL)
        self._process.wait()
        self._process = None


def _die_with_parent() -> None:
    # Linux alone can do this; elsewhere a killed supervisor leaves its children to the operator.
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError:
        return False
    return True


def _describe(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
