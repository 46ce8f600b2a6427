"""Runs a child process that is not trusted to end: limits, progress, cancel, and no orphans."""

import collections
import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from mediashare.errors import UnavailableError
from mediashare.sentences import said
from workers.context import StoppedError

LOOK_EVERY_S = 0.1
MERCY_S = 3.0
TAIL_LINES = 100
LINE_LENGTH = 8192
MIB = 1024**2
# How a tool ends that was told to from outside, also inside a box, or that never started.
SIGNALLED = 128
OUT_OF_CPU = (-24, 152)
NOT_ITS_OWN_END = (-9, -15, 137, 143, 126, 127, 255, *OUT_OF_CPU)
# What a tool says when the machine, and not the file, is to blame.
SHORTAGES = (
    *("No space left on device", "Disk quota exceeded", "Cannot allocate memory"),
    *("Resource temporarily unavailable", "Input/output error", "Too many open files"),
)
AROUND = ("bwrap: ", "setpriv: ", "prlimit: ")
# Nothing of our own environment reaches a tool: it holds keys and passwords.
ENVIRONMENT: Mapping[str, str] = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "AV_LOG_FORCE_NOCOLOR": "1",
    # On machines with many cores the C library would else reserve more than the memory limit.
    "MALLOC_ARENA_MAX": "4",
}


class BadEndError(UnavailableError):
    """A tool did not end well; `details` are its last words, for people who look after the
    machine."""

    message = said("A media tool stopped unexpectedly.")

    def __init__(self, message: str | None = None, *, details: str = "") -> None:
        super().__init__(message)
        self.details = details
        if details:
            self.add_note(details)


class ToolError(BadEndError):
    """A tool failed, perhaps because of the file that it was given."""


class ToolFailedError(ToolError):
    """A tool came to an end of its own that is none, or its work is no good. On a sound machine it
    does so again with the same file, so that nobody need wait for more than a second try."""


class ToolLostError(BadEndError):
    """A tool was ended from outside, or did not even start: that says nothing about the file. No
    ToolError, so that nobody who expects some files to fail takes this for an answer."""


class ToolTimeoutError(ToolError):
    """The tool needed longer than it may."""

    message = said("A media tool took too long and was stopped.")


class ToolStalledError(ToolError):
    """The tool ran but got nowhere."""

    message = said("A media tool stopped making progress and was ended.")


class TooMuchOutputError(ToolError):
    """The tool said more than anybody could want to read."""

    message = said("A media tool did not stop talking and was ended.")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one run of a tool may take: seconds, bytes and open files."""

    wall_s: float
    stall_s: float
    cpu_s: int
    memory: int = 4096 * MIB
    file_bytes: int = 16384 * MIB
    open_files: int = 128
    output_lines: int = 20_000_000


@dataclass(frozen=True)
class Bench:
    """Where tools work for one job: its folder, the prefix that boxes them in, its end sign."""

    folder: Path
    prefix: tuple[str, ...]
    cancelled: threading.Event


@dataclass(frozen=True)
class Ended:
    """How a child ended: its code (negative for a signal) and the end of what it complained."""

    code: int
    errors: str

    @property
    def is_out_of_cpu(self) -> bool:
        """Whether it had to end because it had computed for longer than it may."""
        return self.code in OUT_OF_CPU

    def check(self) -> None:
        """Raise ToolError unless it ended well, or ToolLostError where it could not."""
        if self.code == 0:
            return
        self.check_it_ran()
        is_its_own = 0 < self.code < SIGNALLED and not any(one in self.errors for one in SHORTAGES)
        kind = ToolFailedError if is_its_own else ToolError
        raise kind(self._sentence, details=self.errors)

    def check_it_ran(self) -> None:
        """Raise ToolLostError where this end says nothing about the file that the tool was given:
        it was ended from outside, or did not even start."""
        lines = self.errors.splitlines()
        if self.code in NOT_ITS_OWN_END or (
            self.code != 0 and any(line.startswith(AROUND) for line in lines)
        ):
            raise ToolLostError(self._sentence, details=self.errors)

    @property
    def _sentence(self) -> str:
        signalled = -self.code if self.code < 0 else self.code - SIGNALLED
        if signalled > 0:
            return said(
                "A media tool stopped unexpectedly (it was ended by signal %(number)s).",
                number=signalled,
            )
        return said("A media tool stopped unexpectedly (code %(code)s).", code=self.code)


@dataclass
class _Watch:
    started: float = field(default_factory=time.monotonic)
    moved: float = field(default_factory=time.monotonic)
    lines: int = 0


def run(
    argv: Sequence[str],
    bench: Bench,
    limits: Limits,
    on_line: Callable[[str], bool],
) -> Ended:
    """Run a command in the bench's folder and hand each line of its output to `on_line`, whose
    answer says whether the child got further.

    Raises StoppedError when the job is to end, ToolTimeoutError, ToolStalledError and
    TooMuchOutputError. Whatever happens, no process of the child's group survives this call.
    """
    watch, errors = _Watch(), collections.deque[str](maxlen=TAIL_LINES)
    broken: list[BaseException] = []
    child = subprocess.Popen(  # noqa: S603 - a list of our own words, never a shell
        [*bench.prefix, *_limited(limits), *argv],
        cwd=bench.folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )

    def heard(line: str) -> None:
        watch.lines += 1
        if on_line(line):
            watch.moved = time.monotonic()

    readers = [
        _read(child.stdout, heard, broken),
        _read(child.stderr, errors.append, broken),
    ]
    try:
        _wait(child, bench, limits, watch, broken)
    finally:
        _end(child)
        for reader in readers:
            reader.join(MERCY_S)
    if broken:
        raise broken[0]
    return Ended(child.returncode, "\n".join(errors))


def _limited(limits: Limits) -> tuple[str, ...]:
    # Programs instead of preexec_fn, which may deadlock in a process with threads. The first
    # lets the tool die with a worker that is killed, also where there is no sandbox to do so.
    return (
        *("setpriv", "--pdeathsig", "KILL", "--"),
        "prlimit",
        f"--as={limits.memory}",
        # The first limit is told apart from a kill; the second holds for who does not care.
        f"--cpu={limits.cpu_s}:{limits.cpu_s + 1}",
        f"--fsize={limits.file_bytes}",
        f"--nofile={limits.open_files}",
        "--core=0",
        "--",
    )


def _read(
    pipe: IO[bytes] | None, heard: Callable[[str], None], broken: list[BaseException]
) -> threading.Thread:
    def follow() -> None:
        if pipe is None:
            return
        with pipe:
            # Read in pieces of bounded length: a line can be as long as its writer likes.
            for line in iter(lambda: pipe.readline(LINE_LENGTH), b""):
                if broken:
                    continue
                try:
                    heard(line.decode("utf-8", "replace").rstrip("\r\n"))
                except BaseException as error:  # noqa: BLE001 - raised again by `run`
                    broken.append(error)

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    return thread


def _wait(
    child: subprocess.Popen[bytes],
    bench: Bench,
    limits: Limits,
    watch: _Watch,
    broken: list[BaseException],
) -> None:
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(LOOK_EVERY_S)
            return
        now = time.monotonic()
        if bench.cancelled.is_set():
            raise StoppedError
        if now - watch.started > limits.wall_s:
            raise ToolTimeoutError
        if now - watch.moved > limits.stall_s:
            raise ToolStalledError
        if watch.lines > limits.output_lines:
            raise TooMuchOutputError
        if broken:
            return


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.returncode is None:
        _signal(child, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(MERCY_S)
    # Also after a good end: nothing that the child has started may outlive it.
    _signal(child, signal.SIGKILL)
    child.wait()


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
