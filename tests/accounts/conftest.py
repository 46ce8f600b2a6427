"""Cheap password hashes, and a clock that can be moved."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from mediashare import clock

PASSWORDS = "mediashare.accounts.service.passwords"


@pytest.fixture(autouse=True)
def _cheap_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing in costs what it costs; tests that sign in often need not pay for it."""
    if "real_hashes" in request.fixturenames:
        return
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(f"{PASSWORDS}._hasher", cheap)
    monkeypatch.setattr(f"{PASSWORDS}._nobodys_hash", lambda: cheap.hash("nobody's"))


@pytest.fixture
def real_hashes() -> None:
    """For tests of the cost itself."""


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Sets the clock this far ahead of the real one."""
    real = clock.now

    def move(ahead: timedelta) -> None:
        monkeypatch.setattr(clock, "now", lambda: real() + ahead)

    return move
