"""How long something takes: the median of several runs, and what most of them stay below."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Each of several questions is asked so often.
TIMES = 4


@dataclass(frozen=True)
class Taken:
    """Milliseconds of one kind of question: the middle one, and the one that 95 % stay below."""

    p50: float
    p95: float


def median_ms(act: Callable[[], object], *, runs: int = 15) -> float:
    """Median wall time of `act` in milliseconds, after one run that is not counted."""
    act()
    taken = []
    for _ in range(runs):
        begin = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken) * 1000


def time_all(acts: Sequence[Callable[[], object]]) -> Taken:
    """What each of these takes, after one run that is not counted."""
    taken = []
    for act in acts:
        act()
        for _ in range(TIMES):
            begin = time.perf_counter()
            act()
            taken.append((time.perf_counter() - begin) * 1000)
    return Taken(statistics.median(taken), statistics.quantiles(taken, n=20)[-1])
