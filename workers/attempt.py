"""One attempt at one job: keep the lease, run the handler, write down how it ended."""

import errno
import logging
import threading
import time
import traceback
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.errors import MediashareError, StorageFullError, UnavailableError
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Job
from mediashare.jobs.models import JobRow
from mediashare.sentences import said
from workers import scratch
from workers.context import Context
from workers.parts import Parts
from workers.registry import Handler
from workers.tools.process import ToolFailedError

log = logging.getLogger(__name__)

BEATS_PER_LEASE = 3
SETTLE_PATIENCE_S = 60.0
SETTLE_PAUSE_S = 1.0
DETAIL_LENGTH = 8000
FAILS_AGAIN = said(
    "This recording can't be converted: each time it ends with the same mistake. %(reason)s "
    "Please export it anew, as MP4 with H.264 and AAC if you can, and send that."
)
UNEXPECTED = said(
    "This step failed for a reason that we did not expect. An admin can see the details and "
    "have it tried again."
)


class Stop(Enum):
    """Why an attempt must end before its time."""

    CANCELLED = "it was cancelled"
    TAKEN_OVER = "another worker has taken it over"
    SHUTDOWN = "the worker is being stopped"


class Attempt:
    """Runs `handler` on `job`, which this worker has claimed as `row`."""

    def __init__(self, parts: Parts, row: JobRow, job: Job, handler: Handler) -> None:
        self.job_id, self.number, self._kind = row.id, row.attempt, row.kind
        self.work, self.room = row.work, row.room
        self._is_last = row.attempt >= row.max_attempts
        self._said_before = row.error
        self._parts, self._job, self._handler = parts, job, handler
        self._stop: Stop | None = None
        self._must_end = threading.Event()
        self._over = threading.Event()

    @property
    def folder(self) -> str:
        """The name of its scratch folder."""
        return scratch.name_of(self.job_id, self.number)

    def run(self) -> None:
        """Do the job and settle it: done, to be tried again, failed, cancelled or handed back."""
        heart = threading.Thread(target=self._beat, name=f"lease-{self.job_id}", daemon=True)
        heart.start()
        began = time.monotonic()
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is settled here
            self._settle(error)
        else:
            log.info("%s: done in %.1f s", self._name, time.monotonic() - began)
        finally:
            self._over.set()
            heart.join()

    def stop(self, reason: Stop) -> None:
        """Ask the handler to end; the first reason counts."""
        self._stop = self._stop or reason
        self._must_end.set()

    def hand_back(self) -> None:
        """Let another worker have the job at once; what happens here no longer counts."""
        self._write(lambda session: job_queue.hand_back(session, self.job_id, self.number))

    def _work(self) -> None:
        settings = self._parts.settings
        with scratch.folder_of(settings, self.job_id, self.number) as folder:
            context = self._context(folder)
            self._handler.run(context, self._job)
            if not context.is_finished:
                with context.finishing():
                    pass

    def _context(self, folder: Path) -> Context:
        return Context(
            database=self._parts.database,
            storage=self._parts.storage,
            settings=self._parts.settings,
            scratch=folder,
            job_id=self.job_id,
            attempt=self.number,
            cancelled=self._must_end,
        )

    def _beat(self) -> None:
        every = self._parts.settings.job_lease / BEATS_PER_LEASE
        while not self._over.wait(every):
            try:
                self._renew()
            except job_queue.LeaseLostError:
                # Also after the job's end, between its commit and `_over`: harmless then.
                self.stop(Stop.TAKEN_OVER)
                return
            except SQLAlchemyError as error:
                # While the database is away nobody else can take the job either.
                log.warning("%s: the lease could not be renewed: %s", self._name, error)

    def _renew(self) -> None:
        with self._parts.database.transaction() as session:
            lease = self._parts.lease
            if job_queue.renew(session, self.job_id, self.number, lease=lease):
                self.stop(Stop.CANCELLED)

    def _settle(self, error: Exception) -> None:
        if self._stop is not None:
            log.info("%s: stopped, because %s", self._name, self._stop.value)
            self._settle_stopped(self._stop)
        elif isinstance(error, job_queue.LeaseLostError):
            log.warning("%s: refused, because %s", self._name, Stop.TAKEN_OVER.value)
        elif isinstance(error, job_queue.JobCancelledError):
            self._settle_stopped(Stop.CANCELLED)
        else:
            self._settle_failed(error)

    def _settle_stopped(self, reason: Stop) -> None:
        if reason is Stop.SHUTDOWN:
            self.hand_back()
        elif reason is Stop.CANCELLED:
            self._write(self._cancel)

    def _settle_failed(self, error: Exception) -> None:
        sentence = _sentence(error)
        is_same = isinstance(error, ToolFailedError) and sentence == self._said_before
        if is_same:
            sentence = said(FAILS_AGAIN, reason=sentence)
        detail = "".join(traceback.format_exception(error))[-DETAIL_LENGTH:]
        if is_same or self._is_last or not _may_pass(error):
            log.error("%s: failed for good: %s", self._name, sentence, exc_info=error)
            self._write(lambda session: self._give_up(session, sentence, detail))
            return
        log.warning("%s: failed, to be tried again: %s", self._name, error, exc_info=error)
        self._write(
            lambda session: job_queue.retry_later(
                session, self.job_id, self.number, error=sentence, detail=detail
            )
        )

    def _cancel(self, session: Session) -> None:
        sentence = job_queue.cancelled(session, self.job_id, self.number)
        self._handler.failed(session, self._job, sentence)

    def _give_up(self, session: Session, sentence: str, detail: str) -> None:
        job_queue.give_up(session, self.job_id, self.number, error=sentence, detail=detail)
        self._handler.failed(session, self._job, sentence)

    def _write(self, change: Callable[[Session], object]) -> None:
        """Make a change to the job, unless it is no longer ours; waits for a lost database."""
        try:
            _write_patiently(self._parts.database, change)
        except job_queue.LeaseLostError:
            log.warning("%s: %s", self._name, Stop.TAKEN_OVER.value)
        except SQLAlchemyError:
            log.exception("%s: its end could not be written; its lease will run out", self._name)

    @property
    def _name(self) -> str:
        return f"job {self._kind} of {self._job.subject} ({self.job_id}, try {self.number})"


def _write_patiently(database: Database, change: Callable[[Session], object]) -> None:
    end = time.monotonic() + SETTLE_PATIENCE_S
    while True:
        try:
            with database.transaction() as session:
                change(session)
        except OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(SETTLE_PAUSE_S)
        else:
            return


def _may_pass(error: Exception) -> bool:
    return isinstance(error, UnavailableError) or not isinstance(error, MediashareError)


def _sentence(error: Exception) -> str:
    if isinstance(error, MediashareError):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return StorageFullError.message
    return UNEXPECTED
