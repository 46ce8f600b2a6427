"""What happens by the clock: lost messages sent again, dead jobs ended, periodic jobs put."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.edits.jobs import DropOriginals
from mediashare.freshness.jobs import RemindOfReviews
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Job
from mediashare.jobs.models import JobRow
from mediashare.jobs.pruning import PruneJobs
from mediashare.jobs.wake import CeleryWaker
from mediashare.meaning import service as meaning_service
from mediashare.media.jobs import RemoveRetired
from mediashare.saved.jobs import LookForNew
from mediashare.search.jobs import CompactIndex, ForgetAsked
from mediashare.sentences import said
from mediashare.uploads.jobs import ExpireUploads
from mediashare.vectors import choice as vectors_choice
from workers import scratch
from workers.parts import Parts
from workers.registry import Registry, find

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 10.0
# More hints than this in one queue would only make free workers look in vain later.
MOST_HINTS = 20
DIED = said(
    "This step stopped its worker each time it was tried. The recording may be damaged; an admin "
    "can have it tried again."
)

# Jobs that come round by themselves, and how often.
PERIODIC: Mapping[Job, timedelta] = {
    ExpireUploads(): timedelta(hours=1),
    RemoveRetired(): timedelta(hours=1),
    DropOriginals(): timedelta(hours=1),
    PruneJobs(): timedelta(days=1),
    ForgetAsked(): timedelta(days=1),
    CompactIndex(): timedelta(days=1),
    LookForNew(): timedelta(minutes=10),
    RemindOfReviews(): timedelta(hours=1),
}


@dataclass(frozen=True)
class Sweeper:
    """Repairs what crashes left: every run may die anywhere, the next one goes on."""

    parts: Parts
    waker: CeleryWaker
    registry: Registry
    periodic: Mapping[Job, timedelta]

    def sweep(self) -> None:
        """End jobs that killed all their workers, put what is due, wake who should be awake."""
        database = self.parts.database
        self._end_exhausted(database)
        self._put_periodic(database)
        self._request_vectors(database)
        wake_waiting(database, self.waker)
        scratch.sweep(self.parts.settings, database)

    def _end_exhausted(self, database: Database) -> None:
        with database.reading() as session:
            found = job_queue.list_exhausted(session)
        for job_id in found:
            try:
                with database.transaction() as session:
                    if row := job_queue.find_exhausted(session, job_id):
                        self._end(session, row)
            except Exception:
                # What one handler stumbles over must not keep the others from their end.
                log.exception("job %s could not be ended", job_id)

    def _end(self, session: Session, row: JobRow) -> None:
        job, handler = find(self.registry, row)
        if row.cancel_requested:
            handler.failed(session, job, job_queue.cancelled(session, row.id, row.attempt))
            return
        log.error("job %s (%s of %s): %s", row.id, row.kind, row.subject, DIED)
        job_queue.give_up(session, row.id, row.attempt, error=DIED)
        handler.failed(session, job, DIED)

    def _put_periodic(self, database: Database) -> None:
        for job, every in self.periodic.items():
            with database.transaction() as session:
                if job_queue.may_repeat(session, job.kind, every=every):
                    job_queue.put(session, job)

    def _request_vectors(self, database: Database) -> None:
        """Changes of words are noted by the database alone, so somebody must look for them."""
        if vectors_choice.is_wanted(self.parts.settings):
            with database.transaction() as session:
                meaning_service.request_vectors(session, vectors_choice.MODEL)


def wake_waiting(database: Database, waker: CeleryWaker) -> None:
    """See to it that a hint waits for each job that could start now."""
    with database.reading() as session:
        waiting = job_queue.count_waiting(session)
    for queue, count in waiting.items():
        waker.top_up(queue, min(count, MOST_HINTS))


def run(sweeper: Sweeper, stopping: threading.Event) -> None:
    """Sweep every few seconds until told to stop; a lost database only costs some rounds."""
    while not stopping.is_set():
        try:
            sweeper.sweep()
        except SQLAlchemyError:
            log.warning("the sweep failed; the next one goes on", exc_info=True)
        except Exception:
            log.exception("the sweep met something unexpected; the next one goes on")
        stopping.wait(SWEEP_EVERY_S)
