"""What tests of outlines ask and say."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.chapters import queries as chapters_queries
from mediashare.chapters import service as chapters_service
from mediashare.chapters.models import Part
from mediashare.chapters.queries import Line, ShownOutline
from mediashare.db.session import Database
from mediashare.library.models import Episode
from tests.factories import make_user
from tests.pages.test_episode import make_playable

CHAPTERS = (Line(0, "The symptom"), Line(20_000, "The cause"), Line(40_000, "The fix"))
SUMMARY = (Line(5000, "It fails."), Line(25_000, "It is old."), Line(45_000, "Restart it."))


@dataclass(frozen=True)
class Talk:
    """An episode of a minute that plays, with its author; each verb is a transaction."""

    database: Database
    author: User
    episode: Episode

    def propose(self) -> None:
        with self.database.transaction() as session:
            chapters_service.propose(session, self.episode.id, CHAPTERS, SUMMARY)

    def keep(self, part: Part) -> None:
        with self.database.transaction() as session:
            chapters_service.keep(session, session.get_one(Episode, self.episode.id), part)

    def save(self, part: Part, lines: Sequence[Line]) -> None:
        with self.database.transaction() as session:
            episode = session.get_one(Episode, self.episode.id)
            chapters_service.save(session, episode, part, lines)

    def shown(self) -> ShownOutline:
        with self.database.reading() as session:
            return chapters_queries.get_shown(session, self.episode.id)

    def titles(self) -> list[tuple[int, str]]:
        return [(line.start_ms, line.text) for line in self.shown().chapters]

    def sentences(self) -> list[tuple[int, str]]:
        return [(line.start_ms, line.text) for line in self.shown().summary]


@pytest.fixture
def talk(session: Session, database: Database) -> Talk:
    author = make_user(session)
    return Talk(database, author, make_playable(session, author))
