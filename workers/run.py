"""The one task of the workers: claim the best job of a queue, do it, and say how it ended."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from mediashare import logs
from mediashare.jobs import queue as job_queue
from mediashare.jobs.queue import Limits
from workers import scratch
from workers.attempt import Attempt, Stop
from workers.children import kill_children
from workers.hints import Hints
from workers.lanes import Lane, Lanes
from workers.parts import Parts
from workers.registry import Registry, find

log = logging.getLogger(__name__)

# A handler that is asked to end has this long to do so; then its job is handed back without it.
STOP_PATIENCE_S = 6.0
# A message that could not be followed here is passed on this much later: to another worker, or
# to ourselves, in case that there is room meanwhile.
PASS_ON_AFTER_S = 2.0


def _tell_nobody(_queue: str) -> None:
    """Whoever looks again by themselves needs no messages."""


class Runner:
    """Does the jobs of one worker process, in as many threads as call `work`.

    `wake` sends the message again that stands for a job which could not be taken.
    """

    def __init__(
        self, parts: Parts, registry: Registry, wake: Callable[[str], None] = _tell_nobody
    ) -> None:
        self._parts = parts
        self._registry = registry
        self._lanes = Lanes(parts.settings)
        self._hints = Hints(wake, PASS_ON_AFTER_S)
        self._running: set[Attempt] = set()
        self._lock = threading.Lock()
        # One thread looks for work at a time: it must know what the others have taken.
        self._looking = threading.Lock()
        self._stopping = threading.Event()

    def work(self, queue: str) -> bool:
        """Do one job of the queue; False when there was none to do, or no place for it."""
        if self._stopping.is_set():
            return False
        lane = self._lanes[queue]
        if not lane.enter():
            self._hints.pass_on_later(queue)
            return False
        try:
            attempt = self._look(queue, lane)
            if attempt is None:
                return False
            self._run(attempt, lane)
        finally:
            lane.leave()
        if lane.is_wanted:
            self._hints.pass_on(queue)
        return True

    def room(self) -> scratch.Room:
        """The room for scratch beside what runs here."""
        promised = {attempt.folder: attempt.room for attempt in self._list_running()}
        return scratch.measure_room(self._parts.settings, promised)

    def stop(self) -> None:
        """Take no more jobs, and make those that run end and be handed back, within seconds."""
        self._stopping.set()
        self._hints.stop()
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

    def _look(self, queue: str, lane: Lane) -> Attempt | None:
        try:
            with self._looking:
                attempt = self._claim(queue, lane)
        except (OperationalError, PoolTimeoutError):
            # The sweeper sends another message when the database is back.
            log.warning("no job could be claimed from %s", queue, exc_info=True)
            return None
        if attempt is None and lane.is_wanted:
            self._hints.pass_on_later(queue)
        return attempt

    def _claim(self, queue: str, lane: Lane) -> Attempt | None:
        """The next job to do. One that nobody wants any more only ends: its hint stands for the
        next one then."""
        limits = self._limits(lane)
        while True:
            with self._parts.database.transaction() as session:
                row = job_queue.claim(
                    session, [queue], worker=_name(), lease=self._parts.lease, limits=limits
                )
                if row is None:
                    lane.is_wanted = job_queue.is_anything_waiting(session, queue)
                    return None
                job, handler = find(self._registry, row)
                if row.cancel_requested:
                    handler.failed(session, job, job_queue.cancelled(session, row.id, row.attempt))
                    continue
            attempt = Attempt(self._parts, row, job, handler)
            lane.begin(attempt.work)
            with self._lock:
                self._running.add(attempt)
            return attempt

    def _limits(self, lane: Lane) -> Limits:
        room = self.room()
        return Limits(work=lane.longest_work(), room=room.now, most_room=room.most)

    def _run(self, attempt: Attempt, lane: Lane) -> None:
        token = logs.current_id.set(attempt.job_id)
        try:
            if self._stopping.is_set():
                attempt.stop(Stop.SHUTDOWN)
            attempt.run()
        finally:
            logs.current_id.reset(token)
            lane.end(attempt.work)
            with self._lock:
                self._running.discard(attempt)

    def _list_running(self) -> list[Attempt]:
        with self._lock:
            return list(self._running)


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_native_id()}"[-80:]
