"""Pictures of every page in both widths and both themes, to be looked at: `make shots`."""

import itertools
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import click
from playwright.sync_api import Browser, StorageState, sync_playwright

from mediashare.config import Settings
from mediashare.db import migrate
from mediashare.db.session import Database
from mediashare.storage.disk import DiskStorage
from tests.e2e.asking import fill_asking
from tests.e2e.conftest import CHROMIUM, FLAGS, sign_in_by_form
from tests.e2e.library import Library, encode_media, seed
from tests.e2e.lists import fill_lists
from tests.e2e.test_accessibility import NARROW, PAGES, WIDE
from tests.servers.web import running_web

FOLDER = Path("build/shots")
THEMES = ("light", "dark")


@click.command()
@click.argument("words", nargs=-1)
@click.option("--language", default="en", help="What the browser asks for.")
def take(words: tuple[str, ...], language: str) -> None:
    """Take pictures of all pages, or of those whose names have one of these WORDS."""
    chosen = [name for name in PAGES if not words or any(word in name for word in words)]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        settings = Settings(data=Path(folder) / "var", min_free_bytes=0)
        library = _fill(settings, Path(folder))
        with running_web(settings) as web:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
            camera = _Camera(browser, web.url, library, language)
            for name, size, theme in itertools.product(chosen, (WIDE, NARROW), THEMES):
                click.echo(camera.take(name, size, theme))
            browser.close()


def _fill(settings: Settings, folder: Path) -> Library:
    settings.data.mkdir()
    database = Database(settings.sqlalchemy_url)
    migrate.upgrade(database)
    encode_media(folder)
    library = seed(database, DiskStorage(settings.data / "objects"), folder, folder)
    fill_asking(database, library)
    fill_lists(database, library)
    database.dispose()
    return library


class _Camera:
    def __init__(self, browser: Browser, url: str, library: Library, language: str) -> None:
        self._browser, self._url, self._library = browser, url, library
        self._language = language
        self._states: Callable[[str], StorageState | None] = cache(self._sign_in)

    def take(self, name: str, size: tuple[int, int], theme: str) -> Path:
        """One picture of the whole page; where it is."""
        who, address = PAGES[name]
        width, height = size
        context = self._browser.new_context(
            base_url=self._url,
            storage_state=self._states(who),
            locale=self._language,
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            service_workers="block",
        )
        page = context.new_page()
        page.goto(address.format(**vars(self._library)), wait_until="networkidle")
        title = re.sub("[^a-z0-9]+", "-", name.lower())
        path = FOLDER / f"{title}_{width}_{theme}_{self._language}.png"
        page.screenshot(path=path, full_page=True)
        context.close()
        return path

    def _sign_in(self, who: str) -> StorageState | None:
        if who == "nobody":
            return None
        return sign_in_by_form(self._browser, self._url, getattr(self._library, who))


if __name__ == "__main__":
    take()
