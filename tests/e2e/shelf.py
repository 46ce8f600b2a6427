"""Episodes as the pipeline leaves them, in all their sizes, for tests of the player."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.session import Database, begin_writing
from mediashare.jobs import queue as job_queue
from mediashare.library.models import Audience, Episode
from mediashare.media import service as media_service
from mediashare.media.jobs import MakeLadder
from mediashare.media.models import PictureKind, Rendition
from mediashare.storage.disk import DiskStorage
from tests import factories
from tests.e2e.pictures import make_poster
from tests.ladders import (
    LENGTH_S,
    PICTURE_FLAGS,
    Rung,
    add_rung,
    make_browser_recording,
    make_ladder,
)

HALF_AN_HOUR_S = 1800
WORDS = "Somebody speaks all the time."


@dataclass
class Shelf:
    """Makes episodes in the house's own database and store, and changes them."""

    database: Database
    storage: DiskStorage
    author_email: str
    rungs: dict[str, Rung]
    poster: bytes
    folder: Path

    def add(self, *names: str, length_s: int = LENGTH_S, **values: Any) -> Episode:
        """An episode that can be played with these files."""
        with self.database.sessions() as session:
            author = session.scalars(select(User).where(User.email == self.author_email)).one()
            # In nobody's list: other tests look for the library's own clips there.
            given = {"duration_ms": length_s * 1000, "audience": Audience.UNLISTED, **values}
            episode = factories.make_episode(session, author, "In all sizes", **given)
            for name in names:
                self._add_rung(session, episode, name, length_s)
            self._add_poster(session, episode)
            lines = [(second, second + 4, WORDS) for second in range(0, LENGTH_S, 4)]
            factories.make_transcript(session, episode, *lines)
            return episode

    def improve(self, episode: Episode, *names: str) -> None:
        """Lasting files take the place of what was there."""
        with self.database.sessions() as session:
            begin_writing(session)
            session.execute(_of(episode).values(retired_at=clock.now()))
            session.commit()
            for name in names:
                self._add_rung(session, episode, name, LENGTH_S)

    def remove_retired(self, episode: Episode) -> None:
        """What was replaced goes for good."""
        with self.database.sessions() as session:
            begin_writing(session)
            retired = Rendition.retired_at.is_not(None)
            of_episode = select(Rendition).where(Rendition.episode_id == episode.id, retired)
            gone = session.scalars(of_episode).all()
            for found in gone:
                session.delete(found)
            session.commit()
        # Only now, or what still plays might ask for a file that is promised and not there.
        for found in gone:
            self.storage.delete(found.storage_key)

    def promise_more(self, episode: Episode) -> None:
        """Work on better files is waiting."""
        with self.database.transaction() as session:
            job_queue.put(session, MakeLadder(subject=episode.id))

    def change(self, episode: Episode, **values: Any) -> None:
        with self.database.transaction() as session:
            session.execute(update(Episode).where(Episode.id == episode.id).values(**values))

    def _add_rung(self, session: Session, episode: Episode, name: str, length_s: int) -> None:
        rung = self.rungs[name]
        add_rung(session, self.storage, episode, rung, duration_ms=length_s * 1000)

    def _add_poster(self, session: Session, episode: Episode) -> None:
        image = Image.open(BytesIO(self.poster))
        picture = make_poster(self.storage, episode.id, image, PictureKind.FRAME, 0)
        begin_writing(session)
        media_service.set_posters(session, episode.id, [picture], instead_of=[picture.kind])
        session.commit()


def _of(episode: Episode) -> Any:
    return update(Rendition).where(
        Rendition.episode_id == episode.id, Rendition.retired_at.is_(None)
    )


@contextmanager
def open_shelf(
    settings: Settings, author_email: str, factory: pytest.TempPathFactory
) -> Iterator[Shelf]:
    """The shelf of a running house."""
    folder = factory.mktemp("shelf")
    rungs = make_ladder(factory)
    rungs["recorded"] = make_browser_recording(folder)
    _ffmpeg("-i", rungs["144"].path, "-frames:v", "1", folder / "poster.jpg")
    poster = (folder / "poster.jpg").read_bytes()
    database = Database(settings.sqlalchemy_url)
    storage = DiskStorage(settings.data / "objects")
    yield Shelf(database, storage, author_email, rungs, poster, folder)
    database.dispose()


def make_half_an_hour(shelf: Shelf) -> Episode:
    """The middle size again and again, copied without coding, in fragments of real size."""
    rung = shelf.rungs["216"]
    path = shelf.folder / "half.mp4"
    source = ("-stream_loop", "-1", "-i", rung.path)
    copying = ("-t", HALF_AN_HOUR_S, "-c", "copy", "-movflags", PICTURE_FLAGS)
    _ffmpeg(*source, *copying, path)
    shelf.rungs["half"] = Rung(path, rung.mime_type, rung.codecs, rung.width, rung.height)
    return shelf.add("half", length_s=HALF_AN_HOUR_S)


def _ffmpeg(*words: object) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, words)]
    subprocess.run(command, check=True, timeout=120)  # noqa: S603 - our own words
