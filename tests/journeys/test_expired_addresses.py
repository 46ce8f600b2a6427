"""The store's addresses that we hand out die within seconds, and nobody who may watch notices."""

import hashlib
import io
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, Playwright, expect
from werkzeug.serving import make_server

from mediashare.app import create_app
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.library.models import Audience, Episode
from mediashare.media.models import Rendition, RenditionKind
from mediashare.storage.s3 import S3Storage
from tests import factories
from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.fakes import RecordingWaker
from tests.patience import wait_until
from tests.servers.buckets import make_bucket, s3_settings
from tests.webvisitor import WebVisitor

LENGTH_S = 60
# Long enough to follow a redirect, short enough to wait for.
SOON_S = 5
IS_THERE = f"""() => {{
  const media = document.querySelector("video");
  return !media.seeking && media.readyState >= 2 && media.currentTime >= {LENGTH_S - 5};
}}"""

pytestmark = pytest.mark.slow


class Impatient(S3Storage):
    """An S3 store whose addresses die when the test says so, not after a minute."""

    lifetime_s = 60

    def presign(
        self, key: str, seconds: int, *, content_type: str, filename: str | None = None
    ) -> str | None:
        lifetime = min(seconds, self.lifetime_s)
        return super().presign(key, lifetime, content_type=content_type, filename=filename)


@dataclass(frozen=True)
class Shown:
    """An episode that lies on Swift, and the application before it."""

    settings: Settings
    database: Database
    storage: Impatient
    episode: Episode
    rendition: Rendition
    viewer_email: str

    @property
    def media_url(self) -> str:
        return f"/media/{self.episode.id}/{self.rendition.filename}"

    def make_private(self) -> None:
        with self.database.transaction() as session:
            session.get_one(Episode, self.episode.id).audience = Audience.PRIVATE


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute too large for a browser to fetch ahead: noise, which nothing compresses."""
    path = tmp_path_factory.mktemp("noise") / "noise.mp4"
    picture = ["-f", "lavfi", "-i", f"color=gray:s=640x360:r=5:d={LENGTH_S},noise=alls=80:allf=t"]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "8", "-g", "10"]
    form = ["-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    subprocess.run(  # noqa: S603 - our own words
        ["ffmpeg", "-nostdin", "-v", "error", *picture, *coding, *form, path],  # noqa: S607 - any ffmpeg
        check=True,
        timeout=120,
    )
    assert path.stat().st_size > 30_000_000
    return path


@pytest.fixture
def shown(
    tmp_path: Path, swift_url: str, recording: Path, sqlite_template: Path
) -> Iterator[Shown]:
    settings = make_bucket(s3_settings(tmp_path, swift_url))
    settings.data.mkdir(parents=True)
    (settings.data / "mediashare.db").write_bytes(sqlite_template.read_bytes())
    database, storage = Database(settings.sqlalchemy_url), Impatient(settings)
    with database.sessions() as session:
        author, viewer = factories.make_user(session), factories.make_user(session)
        episode = factories.make_episode(session, author, duration_ms=LENGTH_S * 1000)
        rendition = _make_rendition(episode.id, recording)
        session.add(rendition)
        session.commit()
    data = io.BytesIO(recording.read_bytes())
    storage.put(rendition.storage_key, data, content_type="video/mp4")
    yield Shown(settings, database, storage, episode, rendition, viewer.email)
    database.dispose()


def _make_rendition(episode_id: str, path: Path) -> Rendition:
    data = path.read_bytes()
    return Rendition(
        episode_id=episode_id,
        kind=RenditionKind.VIDEO,
        storage_key=f"episodes/{episode_id}/{path.name}",
        mime_type="video/mp4",
        codecs="avc1.42C01E",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        duration_ms=LENGTH_S * 1000,
        bitrate=8_000_000,
        width=640,
        height=360,
        init_size=0,
        segments=[],
    )


@contextmanager
def serving(shown: Shown) -> Iterator[str]:
    """The application before its impatient store, in this process; yields its URL."""
    app = create_app(
        shown.settings, database=shown.database, storage=shown.storage, waker=RecordingWaker()
    )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def is_dead(address: str) -> bool:
    answer = requests.get(address, headers={"Range": "bytes=0-0"}, timeout=30)
    return answer.status_code == 403


def test_a_dead_address_is_no_loss_to_whoever_may_watch(shown: Shown) -> None:
    with serving(shown) as url, WebVisitor(url, shown.viewer_email) as viewer:
        shown.storage.lifetime_s = 1
        old = viewer.get(shown.media_url)
        wait_until(lambda: is_dead(old.headers["Location"]))
        shown.storage.lifetime_s = SOON_S

        new = viewer.get(shown.media_url)

        assert (old.status_code, new.status_code) == (302, 302)
        bytes_there = requests.get(
            new.headers["Location"], headers={"Range": "bytes=4-7"}, timeout=30
        )
        assert (bytes_there.status_code, bytes_there.content) == (206, b"ftyp")
        shown.make_private()
        assert viewer.get(shown.media_url).status_code == 404
        wait_until(lambda: is_dead(new.headers["Location"]))


@pytest.mark.e2e
def test_a_browser_seeks_long_after_it_has_opened_the_page(
    shown: Shown, playwright: Playwright
) -> None:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
    with serving(shown) as url, WebVisitor(url, shown.viewer_email) as viewer:
        page = browser.new_context(base_url=url).new_page()
        sign_in(page, shown.viewer_email)
        shown.storage.lifetime_s = 1
        page.goto(shown.episode.path)
        page.wait_for_function("() => document.querySelector('video').readyState >= 2")
        given_then = viewer.get(shown.media_url).headers["Location"]
        wait_until(lambda: is_dead(given_then))

        page.evaluate(f"document.querySelector('video').currentTime = {LENGTH_S - 5}")

        page.wait_for_function(IS_THERE)
        shown.make_private()
        page.evaluate("document.querySelector('video').currentTime = 20")
        fault = page.get_by_role("alert")
        expect(fault).to_have_text("You can no longer see this episode.", timeout=30_000)
        browser.close()


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
