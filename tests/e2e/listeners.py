"""People whose places are kept, in the house of the browser tests, and what is found of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.base import new_id
from mediashare.db.session import Database
from mediashare.library.models import Episode
from mediashare.listening.models import Position
from mediashare.media.models import Recording, Sound, Version, VersionState
from tests.e2e.library import Library
from tests.factories import make_user


@dataclass
class Listener:
    """A person of these tests alone, and the database in which their traces are."""

    database: Database
    user: User

    @property
    def email(self) -> str:
        return self.user.email

    def stop_at(self, path: str, seconds: float) -> None:
        """On another device they have stopped there."""
        with self.database.transaction() as session:
            place = {"user_id": self.user.id, "episode_id": find_episode(session, path).id}
            session.add(Position(**place, position_ms=round(seconds * 1000)))

    def want(self, **wishes: bool) -> None:
        """Another way of playing, such as `wants_captions`."""
        with self.database.transaction() as session:
            session.execute(update(User).where(User.id == self.user.id).values(**wishes))

    def places(self) -> list[float]:
        """The seconds at which they have stopped."""
        with self.database.reading() as session:
            found = session.scalars(select(Position).where(Position.user_id == self.user.id))
            return [one.position for one in found]

    def plays(self, path: str) -> int:
        """How often an episode has been played."""
        with self.database.reading() as session:
            return find_episode(session, path).play_count


@contextmanager
def open_listener(settings: Settings, library: Library) -> Iterator[Listener]:
    """Somebody new in the house of this library, whose account goes with the test."""
    assert library.reader
    database = Database(settings.sqlalchemy_url)
    with database.sessions() as session:
        user = make_user(session, "Mara Lind")
    yield Listener(database, user)
    with database.transaction() as session:
        session.execute(delete(User).where(User.id == user.id))
    database.dispose()


def make_silent(settings: Settings, path: str, *silences: tuple[float, float]) -> None:
    """It was found out that an episode is silent there."""
    database = Database(settings.sqlalchemy_url)
    with database.transaction() as session:
        ident = find_episode(session, path).id
        of_episode: dict[str, Any] = {"episode_id": ident}
        recording = Recording(id=new_id(), filename="a.mp3", size=1, **of_episode)
        recording.storage_key = f"recordings/{recording.id}"
        version = Version(id=new_id(), recording_id=recording.id, number=1, **of_episode)
        version.state = VersionState.CURRENT
        sound = Sound(version_id=version.id, size=1, integrated=-20, peak=-3, gain_db=0)
        sound.episode_id, sound.storage_key = ident, f"sounds/{ident}"
        sound.silences = [[round(start * 1000), round(end * 1000)] for start, end in silences]
        for row in (recording, version, sound):
            session.add(row)
            session.flush()
    database.dispose()


def find_episode(session: Session, path: str) -> Episode:
    """The episode whose page that is."""
    return session.scalars(select(Episode).where(Episode.slug == path.removeprefix("/e/"))).one()
