"""Processes of ours that begin at once: forked from one that has imported all that they need.

A new interpreter takes more than a second to import the application, and many tests start several.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.servers.preloaded"])


class Fork:
    """`python -m <words>` as subprocess.Popen would run it; what it says is added to a log."""

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        *,
        is_leader: bool = False,
    ) -> None:
        log.touch()
        # Whoever is left when the tests end is ended, not waited for.
        self._process = FORKS.Process(
            target=_become, args=(list(words), dict(environment), str(log), is_leader), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        """Its number; its group's as well, if it leads one."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit status, or None while it runs; minus the signal that ended it."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status as soon as it has ended."""
        self._process.join(timeout)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it is known to have ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _become(words: list[str], environment: dict[str, str], log: str, is_leader: bool) -> None:  # noqa: FBT001 - passed on by pickle
    if is_leader:
        os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    with open(log, "ab") as file:  # noqa: PTH123 - only the descriptor is wanted
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    sys.argv[1:] = words[1:]
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
