"""How long something takes: the median of several runs."""

import statistics
import time
from collections.abc import Callable


def median_ms(act: Callable[[], object], *, runs: int = 15) -> float:
    """Median wall time of `act` in milliseconds, after one run that is not counted."""
    act()
    taken = []
    for _ in range(runs):
        begin = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken) * 1000
