"""Tools die or hang in each step, alone or with their worker; the episode ends ready, once (F-03,
F-04, F-27)."""

import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from mediashare.jobs.job import Job
from mediashare.jobs.models import JobState
from mediashare.library.models import EpisodeState
from mediashare.verify import list_findings
from tests.mediafiles import MediaFiles
from tests.servers.forks import Fork
from tests.servers.web import environment_of
from tests.workers import misfortune
from tests.workers.misfortune import MEDIA, UNLUCKY_PATH, Tools
from tests.workers.pipeline import Pipeline
from workers import scratch
from workers.tools import process
from workers.tools.process import Bench, Limits, ToolStalledError

pytestmark = pytest.mark.slow

Strike: TypeAlias = Callable[[str, str], Tools]

KILLED = "A media tool stopped unexpectedly (it was ended by signal 9)."
STALL_S = 1.0
PATIENCE_S = 120
SOUND_IS_MADE = "expr \"$*\" : '.*file:sound.m4a' >/dev/null"


@pytest.fixture
def house(pipeline: Pipeline) -> Pipeline:
    """A house whose tools are found on a PATH; in a box they would be those of the system."""
    pipeline.settings = pipeline.settings.model_copy(update={"sandbox": "none"})
    return pipeline


@pytest.fixture
def recording(mediafiles: MediaFiles) -> Path:
    """A clip of which every step makes something."""
    return mediafiles.get("steps.webm")


@pytest.fixture
def strike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Strike:
    """Gives the tools of this process their bad luck: what becomes of which of them."""

    def make(fate: str, when: str) -> Tools:
        tools = misfortune.unlucky_tools(tmp_path, fate, when)
        around = {**process.ENVIRONMENT, "PATH": tools.path}
        monkeypatch.setattr(process, "ENVIRONMENT", around)
        return tools

    return make


def list_steps(house: Pipeline, ident: str) -> set[str]:
    """The ids of the media jobs of an episode."""
    return {job.id for job in house.jobs(ident).values() if job.queue == MEDIA}


def test_each_tool_of_each_step_is_killed_once_and_costs_an_attempt(
    house: Pipeline, recording: Path, strike: Strike
) -> None:
    tools = strike(misfortune.KILLED, misfortune.NEXT_ONE)
    ident = house.send(recording)
    failed: Counter[str] = Counter()

    for job in misfortune.attempts(house):
        if job.state is not JobState.DONE:
            assert (job.state, job.error) == (JobState.QUEUED, KILLED)
            failed[job.id] += 1
        assert misfortune.list_left(house.settings) == []
        misfortune.wait_for_nobody(house.settings)

    assert failed == Counter(tools.list_struck())
    assert set(failed) == list_steps(house, ident)
    misfortune.check_it_is_ready_once(house, ident)


@pytest.mark.parametrize(
    ("when", "outcome", "files"),
    [
        (misfortune.EVERY_ONE, (EpisodeState.FAILED, KILLED), 0),
        # What browsers play already goes on playing.
        (SOUND_IS_MADE, (EpisodeState.READY, None), 1),
    ],
    ids=["probe", "rendition"],
)
def test_tools_that_are_killed_each_time_end_the_step_with_its_reason(
    house: Pipeline,
    recording: Path,
    strike: Strike,
    when: str,
    outcome: tuple[EpisodeState, str | None],
    files: int,
) -> None:
    tools = strike(misfortune.KILLED, when)
    ident = house.send(recording)

    *_, last = misfortune.attempts(house, most=Job.max_attempts)

    assert (last.state, last.attempt, last.error) == (JobState.FAILED, Job.max_attempts, KILLED)
    assert tools.list_struck() == [last.id] * Job.max_attempts
    episode = house.episode(ident)
    assert (episode.state, episode.failure) == outcome
    assert len(house.objects()) == 1 + files
    assert list_findings(house.database, house.storage, grace=timedelta()) == []
    assert misfortune.list_left(house.settings) == []
    misfortune.wait_for_nobody(house.settings)


def test_a_tool_that_hangs_is_ended_in_each_step_and_the_next_attempt_succeeds(
    house: Pipeline, recording: Path, strike: Strike, monkeypatch: pytest.MonkeyPatch
) -> None:
    strike(misfortune.HUNG, misfortune.FIRST_ONE)
    wait, seen = process._wait, set()  # noqa: SLF001 - where the limits of all tools come together

    def wait_less(child: Any, bench: Bench, limits: Limits, *rest: Any) -> None:
        # Only those that are struck: a slow machine must not end others too.
        if bench.folder.name.endswith("-1") and bench.folder not in seen:
            limits = replace(limits, stall_s=STALL_S)
        seen.add(bench.folder)
        wait(child, bench, limits, *rest)

    monkeypatch.setattr(process, "_wait", wait_less)
    ident = house.send(recording)
    failed: Counter[str] = Counter()

    for job in misfortune.attempts(house):
        if job.state is not JobState.DONE:
            assert (job.state, job.error) == (JobState.QUEUED, ToolStalledError.message)
            failed[job.id] += 1
        assert misfortune.list_left(house.settings) == []
        misfortune.wait_for_nobody(house.settings)

    assert failed == dict.fromkeys(list_steps(house, ident), 1)
    misfortune.check_it_is_ready_once(house, ident)


def test_a_worker_killed_in_each_step_leaves_a_folder_that_is_swept(
    house: Pipeline, recording: Path, tmp_path: Path
) -> None:
    tools = misfortune.unlucky_tools(tmp_path, misfortune.WORKER_KILLED, misfortune.FIRST_ONE)
    ident = house.send(recording)
    left = []

    while misfortune.make_ready(house):
        status = run_worker(house, tools)
        found = misfortune.list_left(house.settings)
        misfortune.wait_for_nobody(house.settings)
        assert bool(found) == (status == -signal.SIGKILL)
        left += found
        misfortune.make_ready(house)
        assert scratch.sweep(house.settings, house.database) == len(found)

    steps = list_steps(house, ident)
    assert left == [f"{job_id}-1" for job_id in tools.list_struck()]
    assert sorted(left) == sorted(f"{job_id}-1" for job_id in steps)
    misfortune.check_it_is_ready_once(house, ident)


def run_worker(house: Pipeline, tools: Tools) -> int:
    """Let a process do what waits; how it ended."""
    url = house.database.engine.url.render_as_string(hide_password=False)
    settings = house.settings.model_copy(update={"database_url": url})
    environment = {**environment_of(settings), UNLUCKY_PATH: tools.path}
    settings.data.mkdir(parents=True, exist_ok=True)
    log = settings.data / "worker.log"
    status = Fork(["tests.workers.misfortune"], environment, log).wait(PATIENCE_S)
    assert status in {0, -signal.SIGKILL}, log.read_text()
    return status
