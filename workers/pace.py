"""How fast a job goes on, and when it will be over if it goes on like that."""

import math
from dataclasses import dataclass

# Before this much is done in this much time, an estimate would only jump about.
MEANINGFUL_S, MEANINGFUL_SHARE = 5.0, 0.03
# What was slow or quick longer ago than this hardly counts any more.
MEMORY_S = 30.0


@dataclass
class Pace:
    """Hears how far a job is, from 0 to 1, at moments in seconds.

    What was there when it first heard counts as given: a job that goes on where an earlier
    attempt has stopped was not quick.
    """

    _first: tuple[float, float] | None = None
    _last: tuple[float, float] = (0.0, 0.0)
    _speed: float = 0.0

    def hear(self, at: float, fraction: float) -> None:
        """The job is this far now."""
        if self._first is None:
            self._first = self._last = (at, fraction)
            return
        passed, done = at - self._last[0], fraction - self._last[1]
        if passed <= 0:
            return
        # At the start the average of all, then of what is remembered.
        weight = max(1 - math.exp(-passed / MEMORY_S), min(1.0, passed / (at - self._first[0])))
        self._speed += weight * (done / passed - self._speed)
        self._last = (at, fraction)

    def seconds_left(self) -> float | None:
        """How much longer it takes, once that means something."""
        if self._first is None or self._speed <= 0:
            return None
        (began, given), (at, fraction) = self._first, self._last
        if at - began < MEANINGFUL_S or fraction - given < MEANINGFUL_SHARE:
            return None
        return max(0.0, 1 - fraction) / self._speed
