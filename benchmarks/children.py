"""What one child process has cost, as the kernel counts it."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workers.tools.process import ENVIRONMENT

KIB = 1024


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall, seconds of processors (user and system), and the most memory in bytes.

    The kernel counts what the child was before it became the program too: memory is never less
    than this process has.
    """

    wall_s: float
    cpu_s: float
    memory: int


def run(command: Sequence[str], folder: Path) -> Cost:
    """Run a command in a folder, with the environment that tools have, to its good end."""
    begin = time.perf_counter()
    with (folder / "errors.txt").open("wb") as errors:
        child = subprocess.Popen(  # noqa: S603 - our own words
            command,
            cwd=folder,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        _pid, status, usage = os.wait4(child.pid, 0)
    # Whoever waited for it has to tell the object so.
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(
            child.returncode, command, stderr=(folder / "errors.txt").read_text()[-2000:]
        )
    taken = time.perf_counter() - begin
    return Cost(taken, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * KIB)
