"""Scratch folders: one for each attempt at a job, gone when the attempt is over."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from mediashare import clock
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs.models import JobRow, JobState

log = logging.getLogger(__name__)


@contextmanager
def folder_of(settings: Settings, job_id: str, attempt: int) -> Iterator[Path]:
    """An empty folder for one attempt, removed at the end whatever happens."""
    path = _base(settings) / f"{job_id}-{attempt}"
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


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
        return {f"{job_id}-{attempt}" for job_id, attempt in rows}


def _base(settings: Settings) -> Path:
    return settings.data.resolve() / "scratch"
