"""Messages that this worker could not follow, sent again so that somebody does."""

import threading
from collections.abc import Callable


class Hints:
    """Passes messages on by `wake`: at once, or a little later, one for each queue at a time.

    Sent at once they would only come back to a worker that is still full.
    """

    def __init__(self, wake: Callable[[str], None], after_s: float) -> None:
        self._wake, self._after_s = wake, after_s
        self._timers: dict[str, threading.Timer] = {}
        self._lock = threading.Lock()
        self._is_stopped = False

    def pass_on(self, queue: str) -> None:
        """There is a place now: whoever looks first has it."""
        self._wake(queue)

    def pass_on_later(self, queue: str) -> None:
        """There is none: perhaps another worker has one, or we have one soon."""
        with self._lock:
            if self._is_stopped or queue in self._timers:
                return
            timer = threading.Timer(self._after_s, self._pass_on_now, [queue])
            timer.daemon = True
            self._timers[queue] = timer
            timer.start()

    def stop(self) -> None:
        """Send no more; what waits is told to the others when this worker ends."""
        with self._lock:
            self._is_stopped = True
            for timer in self._timers.values():
                timer.cancel()

    def _pass_on_now(self, queue: str) -> None:
        with self._lock:
            self._timers.pop(queue, None)
        self._wake(queue)
