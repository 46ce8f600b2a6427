"""The one task of the workers: claim the best job of a queue, do it, and say how it ended."""

import logging
import os
import socket
import threading
import time

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from mediashare import logs
from mediashare.jobs import queue as job_queue
from workers.attempt import Attempt, Stop
from workers.children import kill_children
from workers.parts import Parts
from workers.registry import Registry, find

log = logging.getLogger(__name__)

# A handler that is asked to end has this long to do so; then its job is handed back without it.
STOP_PATIENCE_S = 6.0


class Runner:
    """Does the jobs of one worker process, in as many threads as call `work`."""

    def __init__(self, parts: Parts, registry: Registry) -> None:
        self._parts = parts
        self._registry = registry
        self._running: set[Attempt] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def work(self, queue: str) -> bool:
        """Do one job of the queue; False when there was none to do."""
        if self._stopping.is_set():
            return False
        try:
            attempt = self._claim(queue)
        except (OperationalError, PoolTimeoutError):
            # The sweeper sends another message when the database is back.
            log.warning("no job could be claimed from %s", queue, exc_info=True)
            return False
        if attempt is None:
            return False
        token = logs.current_id.set(attempt.job_id)
        try:
            self._run(attempt)
        finally:
            logs.current_id.reset(token)
        return True

    def stop(self) -> None:
        """Take no more jobs, and make those that run end and be handed back, within seconds."""
        self._stopping.set()
        for attempt in self._list_running():
            attempt.stop(Stop.SHUTDOWN)
        end = time.monotonic() + STOP_PATIENCE_S
        while self._list_running() and time.monotonic() < end:
            time.sleep(0.05)

    def abandon(self) -> None:
        """Hand back what would not end in time and kill its child processes."""
        for attempt in self._list_running():
            log.warning("job %s did not end in time; handing it back", attempt.job_id)
            attempt.hand_back()
        kill_children()

    def is_idle(self) -> bool:
        """Whether no job runs now."""
        return not self._list_running()

    def _claim(self, queue: str) -> Attempt | None:
        """The next job to do. One that nobody wants any more only ends: its hint stands for the
        next one then."""
        worker = f"{socket.gethostname()}:{os.getpid()}:{threading.get_native_id()}"
        lease = self._parts.lease
        while True:
            with self._parts.database.transaction() as session:
                row = job_queue.claim(session, [queue], worker=worker[-80:], lease=lease)
                if row is None:
                    return None
                job, handler = find(self._registry, row)
                if not row.cancel_requested:
                    return Attempt(self._parts, row, job, handler)
                job_queue.cancelled(session, row.id, row.attempt)
                handler.failed(session, job, job_queue.STOPPED)

    def _run(self, attempt: Attempt) -> None:
        with self._lock:
            self._running.add(attempt)
        try:
            if self._stopping.is_set():
                attempt.stop(Stop.SHUTDOWN)
            attempt.run()
        finally:
            with self._lock:
                self._running.discard(attempt)

    def _list_running(self) -> list[Attempt]:
        with self._lock:
            return list(self._running)
