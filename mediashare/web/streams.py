"""Long exchanges of bytes: how many there may be at once, and how long a right to one lasts."""

import errno
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterator

from mediashare.errors import UnavailableError
from mediashare.sentences import said

# A browser opens six connections to one house; nobody is refused before that.
FEWEST_FOR_ONE = 6
# Decided: a lost right is lost within 60 s. What is under way in between must fit as well.
LOOK_EVERY_S = 25.0

Clock = Callable[[], float]


class TooManyStreamsError(UnavailableError):
    """As many byte streams as this process can carry, or as one person may have, are open."""

    message = said(
        "Too much is being played or sent at the moment. Please try again in a few seconds."
    )


class RightLostError(ConnectionResetError):
    """Whoever reads may not any more; the connection ends here, because its bytes can't."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "the right to see this was lost")


class Place:
    """One open stream's place among the others; given back at the latest when it is forgotten."""

    def __init__(self, leave: Callable[[], None]) -> None:
        # A finalizer runs once, however often and from wherever it is called.
        self.leave = weakref.finalize(self, leave)


class Streams:
    """The byte streams of one process. A quarter of the `threads` is always left for pages."""

    def __init__(self, threads: int, *, clock: Clock = time.monotonic) -> None:
        self.most = max(1, threads * 3 // 4)
        self.most_for_one = min(self.most, max(FEWEST_FOR_ONE, threads // 8))
        self._clock = clock
        self._open: Counter[str] = Counter()
        # Garbage is collected in the middle of anything, also while this thread has the lock.
        self._lock = threading.RLock()

    def enter(self, who: str) -> Place:
        """A place for one more stream of `who`; raises TooManyStreamsError when there is none."""
        with self._lock:
            if self._open.total() >= self.most or self._open[who] >= self.most_for_one:
                raise TooManyStreamsError
            self._open[who] += 1
        return Place(lambda: self._leave(who))

    def send(
        self, blocks: Iterator[bytes], place: Place, may_go_on: Callable[[], bool]
    ) -> "Blocks":
        """The blocks of one answer, for as long as `may_go_on` says so."""
        return Blocks(blocks, place, may_go_on, self._clock)

    def _leave(self, who: str) -> None:
        with self._lock:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]


class Blocks:
    """An answer's blocks; whether they may still be read is asked again and again meanwhile.

    Raises RightLostError when they may not: an answer that just ended early would leave its
    reader waiting for the rest.
    """

    def __init__(
        self, blocks: Iterator[bytes], place: Place, may_go_on: Callable[[], bool], clock: Clock
    ) -> None:
        self._blocks, self._place = blocks, place
        self._may_go_on, self._clock = may_go_on, clock
        self._looked_at = clock()

    def __iter__(self) -> "Blocks":
        return self

    def __next__(self) -> bytes:
        if self._clock() - self._looked_at >= LOOK_EVERY_S:
            if not self._may_go_on():
                raise RightLostError
            self._looked_at = self._clock()
        return next(self._blocks)

    def close(self) -> None:
        """Called by the server at the end, whatever that was."""
        self._place.leave()
