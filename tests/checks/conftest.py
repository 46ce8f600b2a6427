"""A house whose workers look through what is said."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mediashare.checks import queries as checks_queries
from mediashare.checks import service as checks_service
from mediashare.checks.models import Finding
from mediashare.checks.policy import Policy
from mediashare.checks.queries import CheckStatus
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.library.models import Episode
from mediashare.notifications.models import Notification
from mediashare.storage.disk import DiskStorage
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Transcript
from tests import factories
from tests.edits.conftest import House
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner

SLIP = (10.0, 14.0, "the password is swordfish")


class CheckedHouse(House):
    """The same episode of a minute, and the worker that checks it under a policy."""

    def __init__(
        self, database: Database, storage: DiskStorage, settings: Settings, author: Any
    ) -> None:
        super().__init__(database, storage, author)
        self.settings = settings

    @property
    def policy(self) -> Policy:
        return Policy(self.settings.prepublish_check)

    def say(self, *sentences: tuple[float, float, str], **values: Any) -> None:
        """Something else is said from now on, and will be looked through."""
        with self.database.transaction() as session:
            session.execute(delete(Transcript).where(Transcript.episode_id == self.ident))
        with self.database.sessions() as session:
            episode = session.get_one(Episode, self.ident)
            session.rollback()
            factories.make_transcript(session, episode, *sentences, **values)
        with self.database.transaction() as session:
            transcripts_service.request_check(session, self.ident)

    def hold(self) -> None:
        """What happens when an episode is made or published."""
        with self.database.transaction() as session:
            episode = session.get_one(Episode, self.ident)
            checks_service.hold_if_required(session, episode, self.policy)

    def work(self) -> None:
        """Do what waits in the queue of small jobs."""
        runner = Runner(Parts(self.settings, self.database, self.storage), REGISTRY)
        while runner.work("default"):
            pass

    def check(self, *sentences: tuple[float, float, str], **values: Any) -> list[Finding]:
        """Something is said and looked through."""
        self.say(*sentences, **values)
        self.work()
        return self.findings()

    def status(self) -> CheckStatus:
        with self.database.reading() as session:
            return checks_queries.get_status(session, self.ident)

    def findings(self) -> list[Finding]:
        with self.database.reading() as session:
            return list(checks_queries.list_all(session, self.ident))

    def found(self) -> list[tuple[str, str]]:
        return [(one.kind.value, one.state.value) for one in self.findings()]

    def keep(self, finding: Finding) -> None:
        with self.database.transaction() as session:
            checks_service.keep(session, self.viewer, (self.ident, finding.id), self.policy)

    def mute(self, finding: Finding) -> None:
        with self.database.transaction() as session:
            checks_service.mute(session, self.viewer, (self.ident, finding.id))

    def notices(self) -> Sequence[str]:
        with self.database.reading() as session:
            mine = select(Notification.text).where(Notification.user_id == self.author.id)
            return session.scalars(mine.order_by(Notification.created_at)).all()


@pytest.fixture
def policy() -> Policy:
    """What this house does with what is found; modules override it."""
    return Policy.ADVISE


@pytest.fixture
def settings(settings: Settings, policy: Policy) -> Settings:
    return settings.model_copy(update={"prepublish_check": policy.value})


@pytest.fixture
def house(
    database: Database, storage: DiskStorage, settings: Settings, session: Session
) -> CheckedHouse:
    """An episode of a minute that plays, published, with its author."""
    found = CheckedHouse(database, storage, settings, factories.make_user(session))
    found.open()
    return found
