"""`mediashare demo`: fills the library of a running house, or starts one for it."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.demo.fill import DemoError, fill
from mediashare.demo.script import read_library
from mediashare.jobs.wake import CeleryWaker, wake_after_commits

START_WITHIN_S = 60


def run(settings: Settings, say: Callable[[str], None]) -> int:
    """Fill the house that answers at the port of the settings; without one, start it and stay
    until it is stopped. Returns the exit status. Raises DemoError in production."""
    if settings.env == "production":
        raise DemoError("The demo library does not belong into a production house.")
    url = f"http://127.0.0.1:{settings.port}"
    if _answers(url):
        _fill(settings, url, say)
        return 0
    house = subprocess.Popen([sys.executable, "-m", "mediashare", "up"])
    signal.signal(signal.SIGTERM, lambda *_: house.terminate())
    try:
        _wait_for(url, house)
        _fill(settings, url, say)
        say("Stop it with Ctrl+C.")
        return house.wait()
    except KeyboardInterrupt:
        return house.wait()
    finally:
        if house.poll() is None:
            house.terminate()
            house.wait()


def _fill(settings: Settings, url: str, say: Callable[[str], None]) -> None:
    database = Database(settings.sqlalchemy_url)
    wake_after_commits(database, CeleryWaker(settings))
    try:
        fill(database, url, read_library(), say)
    finally:
        database.dispose()


def _wait_for(url: str, house: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_WITHIN_S
    while not _answers(url):
        if house.poll() is not None:
            raise DemoError("mediashare could not be started; see above.")
        if time.monotonic() > end:
            raise DemoError(f"mediashare does not answer at {url}.")
        time.sleep(0.5)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5):  # noqa: S310 - loopback
            return True
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
