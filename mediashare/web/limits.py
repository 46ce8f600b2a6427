"""Rate limits: how often one person or address may do something."""

import time

from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from mediashare.config import Settings
from mediashare.errors import TooManyRequestsError


class Limits:
    """Counts acts in a moving window: in Redis where there is one, else in this process."""

    def __init__(self, settings: Settings) -> None:
        broker = settings.celery_broker_url
        self._limiter = MovingWindowRateLimiter(
            storage_from_string(broker if broker.startswith("redis") else "memory://")
        )
        self._parsed: dict[str, RateLimitItem] = {}

    def hit(self, rate: str, *key: str) -> None:
        """Count one act of `key` (what, who); raises TooManyRequestsError beyond `rate`.

        `rate` is written as "15 per 5 minutes".
        """
        item = self._item(rate)
        if not self._limiter.hit(item, *key):
            raise self._too_many(item, *key)

    def refuse_beyond(self, rate: str, *key: str) -> None:
        """Count nothing; raise TooManyRequestsError when `key` has reached `rate` already."""
        item = self._item(rate)
        if not self._limiter.test(item, *key):
            raise self._too_many(item, *key)

    def _item(self, rate: str) -> RateLimitItem:
        return self._parsed.setdefault(rate, parse(rate))

    def _too_many(self, item: RateLimitItem, *key: str) -> TooManyRequestsError:
        reset, _remaining = self._limiter.get_window_stats(item, *key)
        return TooManyRequestsError(retry_after=max(1, round(reset - time.time())))
