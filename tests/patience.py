"""Waiting for what other processes do."""

import time
from collections.abc import Callable

PATIENCE_S = 60.0
PAUSE_S = 0.05


def wait_until(is_so: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Return as soon as it is so; fails when it takes too long."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it took too long"
        time.sleep(PAUSE_S)
