"""A library that is searched in other words than those that were said."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database
from mediashare.jobs.job import QueueName
from mediashare.library.models import Episode
from mediashare.meaning import service as meaning_service
from mediashare.meaning.queries.opening import open_finder
from mediashare.search import queries as search_queries
from mediashare.search.forms import read_request
from mediashare.search.queries.request import SearchPage
from mediashare.storage.disk import DiskStorage
from mediashare.vectors import choice
from tests.factories import make_episode, make_transcript, make_user, viewer_of
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner

POWER = "After the power cut the server would not boot."
CAKE = "Whisk the eggs with sugar, then fold in the flour."
QUESTION = "electricity failed, computer dead"
FIRST = PageRequest()


class Library:
    """Clips that say one sentence each, embedded as the workers do it."""

    def __init__(
        self, database: Database, session: Session, settings: Settings, storage: DiskStorage
    ) -> None:
        self.database, self.session, self.settings = database, session, settings
        self._runner = Runner(Parts(settings, database, storage), REGISTRY)
        self.ada, self.eve = make_user(session), make_user(session)

    def add(self, *sentences: str, title: str = "A clip", **values: object) -> Episode:
        episode = make_episode(self.session, self.ada, title, **values)
        timed = [(n * 5.0, n * 5.0 + 4, text) for n, text in enumerate(sentences)]
        make_transcript(self.session, episode, *timed)
        return episode

    def embed(self) -> None:
        with self.database.transaction() as session:
            meaning_service.request_vectors(session, choice.MODEL)
        while self._runner.work(QueueName.DEFAULT):
            pass

    def ask(
        self,
        user: User,
        text: str,
        page: PageRequest = FIRST,
        filters: Mapping[str, str] = MappingProxyType({}),
    ) -> SearchPage:
        """Search with a finder that has just started."""
        finder = open_finder(self.settings, self.database)
        request = read_request({"q": text, **filters}, viewer_of(user), page)
        with self.database.reading() as session:
            return search_queries.search(session, viewer_of(user), request, finder)


def titles(page: SearchPage) -> list[str]:
    return [result.episode.title for result in page.results]
