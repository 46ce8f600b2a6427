"""Scratch folders: one for each attempt at a job, gone when the attempt is over."""

import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from mediashare import clock
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs.models import JobRow, JobState

log = logging.getLogger(__name__)

# What POSIX counts st_blocks in, whatever the file system's own blocks are.
BLOCK_BYTES = 512


@contextmanager
def folder_of(settings: Settings, job_id: str, attempt: int) -> Iterator[Path]:
    """An empty folder for one attempt, removed at the end whatever happens."""
    path = _base(settings) / name_of(job_id, attempt)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class Room:
    """Bytes of scratch that another job could have now, and when all else here is done."""

    now: int
    most: int


def measure_room(settings: Settings, promised: Mapping[str, int]) -> Room:
    """The room beside running attempts, by the names of their folders with what each was promised.

    What they have not used yet is theirs all the same.
    """
    base = _base(settings)
    base.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(base).free - settings.min_free_bytes
    used = {name: _size_of(base / name) for name in promised}
    if settings.scratch_bytes:
        free = min(free, settings.scratch_bytes - sum(used.values()))
    owed = sum(max(0, promised[name] - used[name]) for name in promised)
    return Room(now=max(0, free - owed), most=max(0, free + sum(used.values())))


def name_of(job_id: str, attempt: int) -> str:
    """What the folder of an attempt is called."""
    return f"{job_id}-{attempt}"


def sweep(settings: Settings, database: Database) -> int:
    """Remove what attempts left behind that died without an end; how many folders that were."""
    base = _base(settings)
    found = [path for path in base.iterdir() if path.is_dir()] if base.is_dir() else []
    if not found:
        return 0
    alive = _list_alive(database)
    dead = [path for path in found if path.name not in alive]
    for path in dead:
        log.info("removing the leftovers of attempt %s", path.name)
        shutil.rmtree(path, ignore_errors=True)
    return len(dead)


def _list_alive(database: Database) -> set[str]:
    # Folders are listed before this: an attempt that begins in between is not among them.
    with database.reading() as session:
        rows = session.execute(
            select(JobRow.id, JobRow.attempt).where(
                JobRow.state == JobState.RUNNING, JobRow.lease_until > clock.now()
            )
        )
        return {name_of(job_id, attempt) for job_id, attempt in rows}


def _size_of(folder: Path) -> int:
    size = 0
    # Tools and whole folders come and go while we count; this walk passes over what is gone.
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with suppress(OSError):
                size += Path(place, name).lstat().st_blocks * BLOCK_BYTES
    return size


def _base(settings: Settings) -> Path:
    return settings.data.resolve() / "scratch"
