"""How many jobs of each queue one worker process does at once."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from mediashare.config import Settings
from mediashare.jobs.job import QueueName

# Some minutes of recording. Of several places in a lane one is kept for work that is no longer.
SHORT_WORK_S = 300.0


@dataclass
class Lane:
    """The places of one queue; None for as many as there are threads.

    `is_wanted` is set while something waits that could not be taken: whoever leaves a place says
    so to the broker then, because the message that stood for it is used up.
    """

    places: int | None = None
    is_wanted: bool = False
    _taken: int = 0
    _long: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self) -> bool:
        """Take a place, if one is free."""
        with self._lock:
            if self.places is not None and self._taken >= self.places:
                self.is_wanted = True
                return False
            self._taken += 1
            return True

    def leave(self) -> None:
        """Free the place again."""
        with self._lock:
            self._taken -= 1

    def longest_work(self) -> float | None:
        """The most work that a job may be now: the last place is for short ones."""
        with self._lock:
            if self.places is None or self._long < long_places(self.places):
                return None
            return SHORT_WORK_S

    def begin(self, work: float) -> None:
        """A job of so much work has the place."""
        with self._lock:
            self._long += work > SHORT_WORK_S

    def end(self, work: float) -> None:
        """It is over."""
        with self._lock:
            self._long -= work > SHORT_WORK_S


class Lanes:
    """The lane of each queue, by name."""

    def __init__(self, settings: Settings) -> None:
        places = {
            QueueName.MEDIA: settings.media_concurrency,
            QueueName.SPEECH: settings.speech_concurrency,
        }
        self._lanes: Mapping[str, Lane] = {
            queue.value: Lane(places.get(queue)) for queue in QueueName
        }

    def __getitem__(self, queue: str) -> Lane:
        return self._lanes[queue]


def long_places(places: int) -> int:
    """How many of so many places long work may have."""
    return max(1, places - 1)
