"""Rate limits: how often one person or address may do something."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

from mediashare.config import Settings
from mediashare.errors import TooManyRequestsError

log = logging.getLogger(__name__)

A = TypeVar("A")

ANSWER_S = 1
# For so long a Redis that did not answer is left alone, and nothing more is said of it.
PAUSE_S = 60.0


class Limits:
    """Counts acts in a moving window: in Redis where there is one, else in this process.

    While Redis does not answer, this process counts: fewer limits are better than no house.
    """

    def __init__(self, settings: Settings) -> None:
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = _open_shared(settings.celery_broker_url)
        self._shared_from = 0.0
        self._lock = threading.Lock()
        self._parsed: dict[str, RateLimitItem] = {}

    def hit(self, rate: str, *key: str) -> None:
        """Count one act of `key` (what, who); raises TooManyRequestsError beyond `rate`.

        `rate` is written as "15 per 5 minutes".
        """
        item = self._item(rate)
        if not self._ask(lambda limiter: limiter.hit(item, *key)):
            raise self._too_many(item, *key)

    def refuse_beyond(self, rate: str, *key: str) -> None:
        """Count nothing; raise TooManyRequestsError when `key` has reached `rate` already."""
        item = self._item(rate)
        if not self._ask(lambda limiter: limiter.test(item, *key)):
            raise self._too_many(item, *key)

    def _item(self, rate: str) -> RateLimitItem:
        return self._parsed.setdefault(rate, parse(rate))

    def _too_many(self, item: RateLimitItem, *key: str) -> TooManyRequestsError:
        reset, _remaining = self._ask(lambda limiter: limiter.get_window_stats(item, *key))
        return TooManyRequestsError(retry_after=max(1, round(reset - time.time())))

    def _ask(self, question: Callable[[MovingWindowRateLimiter], A]) -> A:
        if self._shared is not None and time.monotonic() >= self._shared_from:
            try:
                return question(self._shared)
            except StorageError as error:
                self._leave_alone(error)
        return question(self._own)

    def _leave_alone(self, error: StorageError) -> None:
        with self._lock:
            if time.monotonic() < self._shared_from:
                return
            self._shared_from = time.monotonic() + PAUSE_S
        log.error(
            "Redis does not answer (%s): each web process counts on its own for %d s",
            error.storage_error,
            PAUSE_S,
        )


def _open_shared(broker: str) -> MovingWindowRateLimiter | None:
    if not broker.startswith("redis"):
        return None
    # People wait meanwhile: one try, and not for long.
    pool = ConnectionPool.from_url(
        broker,
        socket_timeout=ANSWER_S,
        socket_connect_timeout=ANSWER_S,
        retry=Retry(NoBackoff(), 0),
    )
    storage = RedisStorage(broker, connection_pool=pool, wrap_exceptions=True)
    return MovingWindowRateLimiter(storage)
