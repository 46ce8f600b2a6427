"""What goes wrong on purpose while an episode is made: tools that die or hang, a store that fails.

`python -m tests.workers.misfortune` is a worker without a broker, for tests that kill it.
"""

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, TypeVar

from sqlalchemy import select

from mediashare import clock, logs
from mediashare.config import Settings
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import EpisodeState
from mediashare.media.models import Rendition
from mediashare.storage.disk import DiskStorage
from mediashare.storage.port import Stat, StorageUnavailableError
from mediashare.verify import list_findings
from tests.patience import wait_until
from tests.workers.pipeline import Pipeline
from workers.parts import Parts, open_parts
from workers.registry import REGISTRY
from workers.run import Runner
from workers.tools import process

T = TypeVar("T")

MEDIA = "media"
UNLUCKY_PATH = "UNLUCKY_PATH"
# More attempts than there is anything that may fail.
ENOUGH = 1000
# Each time somebody is left behind in the group of the tool; every other one has done its work.
KILLED = '[ $((attempt % 2)) = 0 ] && setpriv "$@"; sleep 600 & kill -9 $$'
HUNG = "exec sleep 600"
WORKER_KILLED = "exec setpriv --pdeathsig KILL -- sh -c 'kill -9 $PPID; exec sleep 600'"
# Which tools are struck, by number within an attempt and the number of that.
EVERY_ONE = "true"
NEXT_ONE = "[ $call = $attempt ]"
FIRST_ONE = "[ $call$attempt = 11 ]"
# setpriv is the first of the words with which every tool is started, whatever tool it is.
SETPRIV = """#!/bin/sh
PATH=/usr/local/bin:/usr/bin:/bin
call=$(($(cat .calls 2>/dev/null || echo 0) + 1))
echo $call > .calls
attempt=${{PWD##*-}}
if {when}; then
  echo "${{PWD##*/}} $*" >> '{log}'
  {fate}
fi
exec setpriv "$@"
"""


@dataclass(frozen=True)
class Tools:
    """The PATH on which tools have bad luck, and a file with a line for each that had it."""

    path: str
    log: Path

    def list_struck(self) -> list[str]:
        """The id of the job of each tool that was struck, in order."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.partition(" ")[0].rpartition("-")[0] for line in lines]


def unlucky_tools(folder: Path, fate: str, when: str) -> Tools:
    """Tools that suffer `fate` as soon as `when` is so."""
    script, log = folder / "unlucky" / "setpriv", folder / "struck"
    script.parent.mkdir()
    script.write_text(SETPRIV.format(when=when, fate=fate, log=log))
    script.chmod(0o755)
    return Tools(f"{script.parent}:{process.ENVIRONMENT['PATH']}", log)


class BrittleStorage(DiskStorage):
    """Every call that a job makes fails once, each in the way that leaves most behind: half of a
    file is read, and what was written or removed is, but nobody is told."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.failed: list[tuple[str, str, int]] = []
        self._made: Counter[tuple[str, str]] = Counter()

    def begin_attempt(self) -> None:
        """What follows is made anew, not for the first time."""
        self._made.clear()

    def put(self, key: str, stream: BinaryIO, *, content_type: str) -> Stat:
        return self._failing("put", super().put(key, stream, content_type=content_type))

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        blocks = super().open(key, start, end)
        return _cut(blocks) if self._is_next("open") else blocks

    def delete(self, key: str) -> None:
        super().delete(key)
        self._failing("delete", None)

    def list(self, prefix: str) -> Iterator[str]:
        return self._failing("list", super().list(prefix))

    def _failing(self, call: str, answer: T) -> T:
        if self._is_next(call):
            raise StorageUnavailableError
        return answer

    def _is_next(self, call: str) -> bool:
        job_id = logs.current_id.get()
        if not job_id:
            return False
        self._made[job_id, call] += 1
        found = (job_id, call, self._made[job_id, call])
        if found in self.failed:
            return False
        self.failed.append(found)
        return True


def _cut(blocks: Iterator[bytes]) -> Iterator[bytes]:
    block = next(blocks)
    yield block[: len(block) // 2]
    raise StorageUnavailableError


def attempts(
    pipeline: Pipeline, before: Callable[[], object] = bool, *, most: int = ENOUGH
) -> Iterator[JobRow]:
    """Make attempts at media jobs until none waits, `most` at each and without a pause; the job
    after each of them. `before` is called before each."""
    runner = Runner(Parts(pipeline.settings, pipeline.database, pipeline.storage), REGISTRY)
    while True:
        waiting = make_ready(pipeline, most)
        before()
        if not runner.work(MEDIA):
            return
        with pipeline.database.reading() as session:
            rows = session.scalars(select(JobRow).where(JobRow.id.in_(waiting)))
            [tried] = [row for row in rows if row.attempt > waiting[row.id]]
        yield tried


def make_ready(pipeline: Pipeline, most: int = ENOUGH) -> dict[str, int]:
    """Let all media jobs that are not over start at once, also those whose worker has died; their
    attempts so far, by id."""
    with pipeline.database.transaction() as session:
        rows = session.scalars(
            select(JobRow).where(
                JobRow.queue == MEDIA, JobRow.state.in_([JobState.QUEUED, JobState.RUNNING])
            )
        ).all()
        for row in rows:
            row.run_after, row.max_attempts = clock.now(), most
            if row.state is JobState.RUNNING:
                row.lease_until = clock.now()
        return {row.id: row.attempt for row in rows}


def check_it_is_ready_once(pipeline: Pipeline, ident: str) -> None:
    """The episode of `steps.webm` plays, each of its files was made once, and nothing is left of
    all that went wrong."""
    # The job for the transcript names no object; while it waits its episode counts as unfinished.
    pipeline.work(("speech", "default"), asr_engine="none")
    with pipeline.database.reading() as session:
        rows = session.scalars(select(Rendition).where(Rendition.episode_id == ident)).all()
    files = [
        (row.height or 0, row.codecs.rpartition(",")[2]) for row in rows if row.retired_at is None
    ]
    assert sorted(files) == [(0, "mp4a.40.2"), (0, "opus"), (240, "mp4a.40.2"), (320, "mp4a.40.2")]
    assert [row.is_provisional for row in rows if row.retired_at] == [True]
    assert pipeline.episode(ident).state is EpisodeState.READY
    assert {job.state for job in pipeline.jobs(ident).values()} == {JobState.DONE}
    assert list_findings(pipeline.database, pipeline.storage, grace=timedelta()) == []
    assert list_left(pipeline.settings) == []


def list_left(settings: Settings) -> list[str]:
    """What attempts have left in the scratch folder."""
    return sorted(path.name for path in (settings.data.resolve() / "scratch").iterdir())


def wait_for_nobody(settings: Settings) -> None:
    """Wait until no process works in a scratch folder, also in one that is gone; that may take
    as long as the kernel needs to end those that were killed."""
    base = str(settings.data.resolve() / "scratch")
    wait_until(lambda: not _is_anybody_in(base))


def _is_anybody_in(base: str) -> bool:
    for found in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if str(found.readlink()).startswith(base):
                return True
    return False


def work_until_killed() -> None:
    """Do media jobs of the house in the environment, with the tools that are named there."""
    process.ENVIRONMENT = {**process.ENVIRONMENT, "PATH": os.environ[UNLUCKY_PATH]}
    runner = Runner(open_parts(Settings.from_env()), REGISTRY)
    while runner.work(MEDIA):
        pass


if __name__ == "__main__":
    work_until_killed()
