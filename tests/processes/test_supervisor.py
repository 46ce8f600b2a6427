"""Programs live and die together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60
STAY = "note('here'); time.sleep(600)"
STAY_DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN); note('here'); time.sleep(600)"
LISTEN = "server = socket.create_server(('127.0.0.1', port)); note('here'); time.sleep(600)"
LEAVE = "sys.exit(3)"
LEAVE_LATE = "time.sleep(1); sys.exit(3)"
WAIT_FOR_ALL = """
note('here')
while not (folder / "started").exists():
    time.sleep(0.05)
"""
LEAVE_ALWAYS = WAIT_FOR_ALL + "sys.exit(5)"
LISTEN_AND_LEAVE = LISTEN.replace("time.sleep(600)", "") + WAIT_FOR_ALL + "sys.exit(6)"
LEAVE_ONCE = """
note('here')
if not (folder / "left").exists():
    (folder / "left").touch()
    while not (folder / "started").exists():
        time.sleep(0.05)
    time.sleep(0.5)
    os._exit(4)
time.sleep(600)
"""


class House:
    """A supervisor process and what its programs have noted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *scripts: str) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own arguments
                [sys.executable, "-m", "tests.processes.supervised", str(self._folder), *scripts],
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        return self._process

    def list_pids(self) -> list[int]:
        notes = self._folder / "notes"
        lines = notes.read_text().splitlines() if notes.exists() else []
        return [int(line.split()[1]) for line in lines]

    def read_log(self) -> str:
        return (self._folder / "log").read_text()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for pid in filter(is_alive, self.list_pids()):
            os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(is_true: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path)
    yield found
    found.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_supervisor_stops_everybody_and_is_content(
    house: House, number: signal.Signals
) -> None:
    supervisor = house.start(STAY, STAY)
    wait_until(lambda: len(house.list_pids()) == 2)

    supervisor.send_signal(number)

    assert supervisor.wait(PATIENCE_S) == 0
    assert [pid for pid in house.list_pids() if is_alive(pid)] == []


def test_a_program_that_does_not_listen_is_killed(house: House) -> None:
    supervisor = house.start(STAY_DEAF)
    wait_until(house.list_pids)

    supervisor.send_signal(signal.SIGTERM)

    assert supervisor.wait(PATIENCE_S) == 0
    assert not is_alive(house.list_pids()[0])
    assert "program0 did not end in time and is killed" in house.read_log()


@pytest.mark.parametrize("script", [LEAVE, LEAVE_LATE])
def test_a_program_that_can_not_start_stops_everybody_loudly(house: House, script: str) -> None:
    supervisor = house.start(STAY, script)

    assert supervisor.wait(PATIENCE_S) == 1
    assert [pid for pid in house.list_pids() if is_alive(pid)] == []
    assert "program1 ended" in house.read_log()
    assert "exit code 3" in house.read_log()


def test_a_program_that_dies_after_a_good_start_is_started_again(house: House) -> None:
    supervisor = house.start(LISTEN, LEAVE_ONCE)

    wait_until(lambda: len(house.list_pids()) == 3)

    assert supervisor.poll() is None
    assert "program1 ended (exit code 4); starting it again in 1 s" in house.read_log()


def test_a_program_that_always_dies_is_started_again_as_long_as_the_house_stands(
    house: House,
) -> None:
    supervisor = house.start(LISTEN, LEAVE_ALWAYS)

    wait_until(lambda: len(house.list_pids()) == 5)

    assert supervisor.poll() is None
    assert "program1 ended (exit code 5); starting it again in 4 s" in house.read_log()


def test_a_vital_program_that_always_dies_stops_everybody(house: House) -> None:
    supervisor = house.start(LISTEN_AND_LEAVE, STAY)

    assert supervisor.wait(PATIENCE_S) == 1
    assert [pid for pid in house.list_pids() if is_alive(pid)] == []
    assert "everything is stopped" in house.read_log()


def test_a_killed_supervisor_leaves_nobody_behind(house: House) -> None:
    supervisor = house.start(STAY, STAY)
    wait_until(lambda: len(house.list_pids()) == 2)

    supervisor.kill()
    supervisor.wait()

    wait_until(lambda: not any(is_alive(pid) for pid in house.list_pids()))
