"""What a handler gets to work with: the parts of the system, a scratch folder, and its job."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.errors import MediashareError
from mediashare.jobs import queue as job_queue
from mediashare.sentences import said
from mediashare.storage.port import Storage
from workers.pace import Pace

log = logging.getLogger(__name__)

PROGRESS_EVERY_S = 1.0
# A restarted database is back within this; the work of an hour is not thrown away for it.
DATABASE_PATIENCE_S = 60.0
DATABASE_PAUSE_S = 0.5


class StoppedError(MediashareError):
    """The job must end now: it was cancelled or taken over, or the worker is being stopped."""

    message = said("The work was stopped.")


@dataclass(kw_only=True)
class Context:
    """One attempt at one job.

    `scratch` is an empty folder that is removed after the attempt. `cancelled` is set as soon as
    the work should stop, whatever the reason; a handler that waits for a child process looks at
    it, ends the child and raises.
    """

    database: Database
    storage: Storage
    settings: Settings
    scratch: Path
    job_id: str
    attempt: int
    cancelled: threading.Event
    is_finished: bool = field(default=False, init=False)
    _progress_at: float = field(default=0.0, init=False)
    _pace: Pace = field(default_factory=Pace, init=False)

    def progress(self, fraction: float) -> None:
        """Show how far the work is, from 0 to 1; raises StoppedError when it should end."""
        self.check()
        self._pace.hear(time.monotonic(), fraction)
        if time.monotonic() - self._progress_at < PROGRESS_EVERY_S:
            return
        self._progress_at = time.monotonic()
        try:
            with self.database.transaction() as session:
                self._report(session, fraction)
        except OperationalError:
            # Only a number on a page; the heartbeat and `finishing` deal with a lost database.
            log.warning("progress of job %s could not be noted", self.job_id)

    def note_progress(self, session: Session, fraction: float) -> None:
        """The same in a transaction of the handler, which counts only while the job is ours."""
        self._pace.hear(time.monotonic(), fraction)
        self._report(session, fraction)

    def go_on_from(self, fraction: float) -> None:
        """So much was done before: how long the rest takes is measured from here on."""
        self._pace = Pace()
        self._pace.hear(time.monotonic(), fraction)

    def check(self) -> None:
        """Raise StoppedError when the work should end."""
        if self.cancelled.is_set():
            raise StoppedError

    def fetch(self, key: str, path: Path) -> None:
        """Copy an object of the store to a local file."""
        with path.open("wb") as file:
            for block in self.storage.open(key):
                self.check()
                file.write(block)

    @contextmanager
    def finishing(self) -> Iterator[Session]:
        """The one transaction that ends the job: store the result and put what follows in it.

        Raises LeaseLostError when the job was taken over, and JobCancelledError when somebody
        does not want it any more; then nothing of the block is kept.
        """
        self._wait_for_database()
        with self.database.transaction() as session:
            # The job ends first: whoever lost it is refused before anything is written, and
            # nobody can take or cancel it until the commit.
            job_queue.finish(session, self.job_id, self.attempt)
            yield session
        self.is_finished = True

    def _report(self, session: Session, fraction: float) -> None:
        left = self._pace.seconds_left()
        ends_at = None if left is None else clock.now() + timedelta(seconds=left)
        job_queue.report_progress(session, self.job_id, self.attempt, fraction, ends_at)

    def _wait_for_database(self) -> None:
        end = time.monotonic() + DATABASE_PATIENCE_S
        while True:
            self.check()
            try:
                with self.database.transaction() as session:
                    job_queue.renew(session, self.job_id, self.attempt, lease=self._lease)
            except OperationalError:
                if time.monotonic() > end:
                    raise
                log.warning("job %s waits for the database", self.job_id)
                self.cancelled.wait(DATABASE_PAUSE_S)
            else:
                return

    @property
    def _lease(self) -> timedelta:
        return timedelta(seconds=self.settings.job_lease)
