"""Tells the house what this worker process serves and with what, for the health page."""

import logging
import os
import socket
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from mediashare.jobs import reports
from mediashare.jobs.job import QueueName
from mediashare.transcripts import policy as transcripts_policy
from workers.parts import Parts
from workers.scratch import Room
from workers.tools import sandbox

log = logging.getLogger(__name__)

# People read on the pages what is said here, such as that there is no room for their job.
RENEW_EVERY_S = 20.0
NAME_LENGTH = 80
PATIENCE_S = 1.0


class Reporter:
    """Reports one worker process as long as it lives; a lost database only costs some rounds."""

    def __init__(self, parts: Parts, queues: str, room: Callable[[], Room]) -> None:
        self._parts, self._queues, self._room = parts, queues, room
        self._name = f"{socket.gethostname()}:{os.getpid()}"[-NAME_LENGTH:]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reporting", daemon=True)

    def start(self, **_signal: object) -> None:
        """Report now and again every minute, beside the work."""
        self._thread.start()

    def stop(self) -> None:
        """Report no more, and take back what was reported."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(PATIENCE_S)
        try:
            with self._parts.database.transaction() as session:
                reports.withdraw(session, self._name)
        except SQLAlchemyError:
            log.warning("this worker's report stays until it is forgotten", exc_info=True)

    def _run(self) -> None:
        speech, box = self._describe_speech(), sandbox.describe(self._parts.settings.sandbox)
        for sentence in filter(None, (speech, box)):
            log.info("%s", sentence)
        while not self._stopping.is_set():
            self._report(speech, box)
            self._stopping.wait(RENEW_EVERY_S)

    def _report(self, speech: str, box: str) -> None:
        try:
            room = self._room().now
            with self._parts.database.transaction() as session:
                reports.report(
                    session,
                    name=self._name,
                    queues=self._queues,
                    speech=speech,
                    sandbox=box,
                    room=room,
                )
        except (SQLAlchemyError, OSError):
            log.warning("this worker could not report; it tries again", exc_info=True)

    def _describe_speech(self) -> str:
        """Empty for workers that recognise none."""
        if QueueName.SPEECH not in self._queues.split(","):
            return ""
        return transcripts_policy.choose_engine(self._parts.settings).reason
