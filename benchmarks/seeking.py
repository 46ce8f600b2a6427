"""How soon a picture is there after a seek, in a real browser before a real server."""

import random
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.encodes import Stand, open_stand
from benchmarks.scale import Scale, judged
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.library.models import Episode
from mediashare.storage.disk import DiskStorage
from tests.e2e.conftest import CHROMIUM, FLAGS, WITHOUT_MSE, Player, sign_in_by_form
from tests.factories import make_episode, make_user
from tests.ladders import PICTURE_FLAGS, add_rung, make_rung
from tests.servers.web import running_web
from workers.tools.ladder import Size

MOST_MS = 1000
SEEKS = 25
# The ways in which a long video is played, and the script that brings a page to each.
WAYS = {
    "hls.js": "",
    "the browser's own HLS": WITHOUT_MSE,
    "one file": f"{WITHOUT_MSE}; localStorage.setItem('quality', '720')",
}


def measure(scale: Scale) -> Iterator[str]:
    """The time from a seek to its picture, for every way in which a long video is played."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        settings = Settings(data=base / "var", min_free_bytes=0)
        with running_web(settings) as web, _browser() as browser:
            email, episode = _seed(settings, base, scale)
            state = sign_in_by_form(browser, web.url, email)
            for way, script in WAYS.items():
                page = browser.new_context(base_url=web.url, storage_state=state).new_page()
                page.add_init_script(script)
                taken = _seek(page, episode, scale)
                page.close()
                yield (
                    f"seeking: in {scale.long_s // 60} minutes of video by {way} a picture shows "
                    f"after {statistics.median(taken):.0f} ms in the middle, "
                    f"{judged(max(taken), MOST_MS, '.0f')} ms at most"
                )


def _seek(page: Page, episode: Episode, scale: Scale) -> list[float]:
    """Milliseconds of each seek, to seconds that are the same in every run."""
    chance = random.Random(5)  # noqa: S311 - the same places in every run
    player = Player(page)
    player.open(episode.path)
    player.press_play()
    player.wait_until("!m.paused && m.currentTime > 0.4")
    return [player.seek(chance.uniform(1, scale.long_s - 5)) for _ in range(SEEKS)]


def _seed(settings: Settings, base: Path, scale: Scale) -> tuple[str, Episode]:
    """Somebody who may see it, and a long episode in all sizes but the largest."""
    stand = open_stand(base, scale.piece_s)
    sizes = [size for size in stand.sizes if size.side < stand.sizes[0].side]
    stand.encode(sizes)
    database = Database(settings.sqlalchemy_url)
    storage = DiskStorage(settings.data / "objects")
    length_ms = scale.long_s * 1000
    with database.sessions() as session:
        author = make_user(session)
        episode = make_episode(session, author, "A long talk", duration_ms=length_ms)
        for size in sizes:
            rung = make_rung(_lengthen(stand, size, scale.long_s), size.width, size.height)
            add_rung(session, storage, episode, rung, duration_ms=length_ms)
        email = author.email
    database.dispose()
    return email, episode


def _lengthen(stand: Stand, size: Size, seconds: int) -> Path:
    """The clip again and again, copied without coding, in fragments of real size."""
    path = stand.path(size).with_stem(f"long-{size.side}")
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-stream_loop", "-1"]
    command += ["-i", str(stand.path(size)), "-t", str(seconds), "-c", "copy"]
    subprocess.run([*command, "-movflags", PICTURE_FLAGS, str(path)], check=True)  # noqa: S603 - our own words
    return path


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()
