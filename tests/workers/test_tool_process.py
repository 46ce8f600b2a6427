"""Child processes end: by themselves, by their limits, or with their job, and leave nobody."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mediashare.errors import UnavailableError
from workers.context import StoppedError
from workers.tools.process import (
    Bench,
    Ended,
    Limits,
    ToolError,
    ToolFailedError,
    ToolLostError,
    ToolStalledError,
    ToolTimeoutError,
    TooMuchOutputError,
    run,
)

GENEROUS = Limits(wall_s=60, stall_s=60, cpu_s=60)
# A child that ignores being asked to end, with a child of its own that does too.
STUBBORN = "trap '' TERM; echo here; sleep 600 & sleep 600; sleep 600"


@pytest.fixture
def open_bench(tmp_path: Path) -> Bench:
    """A bench without a sandbox, so that the children are plain to see."""
    return Bench(tmp_path, (), threading.Event())


def shell(bench: Bench, script: str, limits: Limits = GENEROUS) -> list[str]:
    lines: list[str] = []

    def heard(line: str) -> bool:
        lines.append(line)
        return line != "still nothing"

    run(["sh", "-c", script], bench, limits, heard).check()
    return lines


def living_in(folder: Path) -> list[str]:
    """The command lines of all processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


def wait_for(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.02)


def test_what_a_child_says_is_heard_line_by_line(open_bench: Bench) -> None:
    assert shell(open_bench, "echo one; echo two") == ["one", "two"]


def test_a_child_that_fails_takes_its_last_words_along(open_bench: Bench) -> None:
    with pytest.raises(ToolError) as caught:
        shell(open_bench, "echo the disk is on fire >&2; exit 3")

    assert str(caught.value) == "A media tool stopped unexpectedly (code 3)."
    assert caught.value.details == "the disk is on fire"


def test_a_killed_child_fails_the_attempt_in_a_way_that_may_pass(open_bench: Bench) -> None:
    with pytest.raises(UnavailableError) as caught:
        shell(open_bench, "kill -9 $$")

    assert str(caught.value) == "A media tool stopped unexpectedly (it was ended by signal 9)."


@pytest.mark.parametrize(
    ("script", "is_its_own"),
    [
        *(("exit 0", True), ("exit 1", True), ("echo 'bwrap: no' >&2; exit 0", True)),
        *(("kill -SEGV $$", True), ("kill -ABRT $$", True)),
        *(("kill -9 $$", False), ("kill $$", False), ("exit 137", False), ("exit 127", False)),
        *(("echo 'bwrap: no' >&2; exit 1", False), ("echo 'prlimit: no' >&2; exit 1", False)),
    ],
)
def test_how_a_child_ended_is_its_own_doing_or_an_accident(
    open_bench: Bench, script: str, *, is_its_own: bool
) -> None:
    ended = run(["sh", "-c", script], open_bench, GENEROUS, lambda _line: True)

    if is_its_own:
        ended.check_it_ran()
    else:
        with pytest.raises(ToolLostError):
            ended.check_it_ran()
        with pytest.raises(ToolLostError):
            ended.check()


def test_a_child_that_runs_for_ever_ends_with_its_whole_group(open_bench: Bench) -> None:
    with pytest.raises(ToolTimeoutError):
        shell(open_bench, STUBBORN, replace(GENEROUS, wall_s=0.5))

    assert living_in(open_bench.folder) == []


def test_a_child_that_gets_nowhere_is_ended(open_bench: Bench) -> None:
    script = "while true; do echo still nothing; sleep 0.1; done"

    with pytest.raises(ToolStalledError):
        shell(open_bench, script, replace(GENEROUS, stall_s=0.5))

    assert living_in(open_bench.folder) == []


def test_a_child_ends_with_its_job(open_bench: Bench) -> None:
    def stop() -> None:
        wait_for(lambda: len(living_in(open_bench.folder)) >= 2)
        open_bench.cancelled.set()

    stopper = threading.Thread(target=stop)
    stopper.start()
    with pytest.raises(StoppedError):
        shell(open_bench, STUBBORN)
    stopper.join()

    assert living_in(open_bench.folder) == []


def test_a_child_leaves_nobody_behind_when_it_ends_well(open_bench: Bench) -> None:
    shell(open_bench, "sleep 600 >/dev/null 2>&1 & echo done")

    wait_for(lambda: living_in(open_bench.folder) == [])


def test_a_listener_that_fails_ends_the_child(open_bench: Bench) -> None:
    def heard(_line: str) -> bool:
        raise StoppedError

    with pytest.raises(StoppedError):
        run(["sh", "-c", STUBBORN], open_bench, GENEROUS, heard)

    assert living_in(open_bench.folder) == []


def test_a_child_that_talks_without_end_is_ended(open_bench: Bench) -> None:
    with pytest.raises(TooMuchOutputError):
        shell(open_bench, "yes", replace(GENEROUS, output_lines=1000))


def test_much_said_on_both_channels_blocks_nobody(open_bench: Bench) -> None:
    script = "seq 50000; seq 50000 >&2"

    assert shell(open_bench, script)[-1] == "50000"


@pytest.mark.parametrize(
    ("limits", "script"),
    [
        (replace(GENEROUS, memory=64 * 1024**2), "head -c 200M /dev/zero | tail -c 200M"),
        (replace(GENEROUS, file_bytes=1000), "head -c 5000 /dev/zero > file"),
        (replace(GENEROUS, cpu_s=1), "while true; do true; done"),
    ],
    ids=["memory", "file size", "processor time"],
)
def test_memory_files_and_processor_time_have_limits(
    open_bench: Bench, limits: Limits, script: str
) -> None:
    with pytest.raises(UnavailableError):
        shell(open_bench, f"set -e; {script}", limits)


def test_a_child_gets_nothing_of_our_environment(
    open_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")

    said = shell(open_bench, "env")

    assert os.environ["AWS_SECRET_ACCESS_KEY"] == "canary"
    assert sorted(line.partition("=")[0] for line in said) == [
        *("AV_LOG_FORCE_NOCOLOR", "HOME", "LC_ALL", "MALLOC_ARENA_MAX", "PATH", "PWD"),
    ]


def test_a_child_does_not_read_our_input(open_bench: Bench) -> None:
    assert shell(open_bench, "cat; echo end") == ["end"]


@pytest.mark.parametrize(
    ("code", "said", "kind"),
    [
        (1, "Error while filtering", ToolFailedError),
        (1, "av_interleaved_write_frame(): No space left on device", ToolError),
        (139, "", ToolError),
        (-9, "", ToolLostError),
    ],
)
def test_only_an_end_that_is_the_fault_of_the_file_counts_as_its_own(
    code: int, said: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught:
        Ended(code, said).check()

    assert type(caught.value) is kind
