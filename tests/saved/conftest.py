"""Somebody who saves searches, and the job that looks for what is new."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.session import Database, begin_writing
from mediashare.jobs import queue as job_queue
from mediashare.library.models import Episode
from mediashare.notifications.models import Notification
from mediashare.saved.jobs import LookForNew
from mediashare.saved.models import SavedHit, SavedSearch
from tests.factories import Browser, make_episode, make_transcript, make_user
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner

Browse = Callable[[Any], Browser]


class Desk:
    """A reader who saves searches, and an author who makes what they find."""

    def __init__(self, session: Session, database: Database, browse: Browse) -> None:
        self.session, self.database = session, database
        self.reader = make_user(session, "Rita Reader", handle="rita")
        self.author = make_user(session, "Ada Lovelace", handle="ada")
        self.browser = browse(self.reader)
        self.runner: Runner | None = None

    def save(self, query: str = "q=kafka", **values: str) -> Any:
        answer = self.browser.send("POST", "/api/v1/searches", json={"query": query, **values})
        assert answer.status_code in {200, 201}, answer.json
        return answer.json

    def clip(self, title: str, *, by: User | None = None, **values: Any) -> Episode:
        """A clip that speaks of kafka."""
        clip = make_episode(self.session, by or self.author, title, **values)
        make_transcript(self.session, clip, (10, 12, "kafka it is"))
        return clip

    def look(self) -> None:
        """The job comes round."""
        with self.database.transaction() as session:
            job_queue.put(session, LookForNew())
        assert self.runner is not None
        while self.runner.work("default"):
            pass

    def pass_time(self, **time: float) -> None:
        """All that was saved and found so far was so earlier."""
        begin_writing(self.session)
        for model, names in (
            (SavedSearch, ("created_at", "knows_since", "seen_at", "told_at")),
            (SavedHit, ("found_at",)),
        ):
            for row in self.session.scalars(select(model)):
                for name in names:
                    setattr(row, name, getattr(row, name) - timedelta(**time))
        self.session.commit()

    def change(self, clip: Episode, **values: Any) -> None:
        begin_writing(self.session)
        self.session.execute(update(Episode).where(Episode.id == clip.id).values(**values))
        self.session.commit()

    def notes(self, user: User | None = None) -> list[tuple[str, str]]:
        """What somebody was told and where it leads, oldest first."""
        whose = (user or self.reader).id
        with self.database.reading() as session:
            rows = session.execute(
                select(Notification.text, Notification.path)
                .where(Notification.user_id == whose)
                .order_by(Notification.created_at, Notification.text)
            )
            return [(row.text, row.path) for row in rows]

    def new(self) -> dict[str, int]:
        """By name, how much is new in each saved search."""
        items = self.browser.get("/api/v1/searches").json["items"]
        return {item["name"]: item["new"] for item in items}


@pytest.fixture
def desk(
    session: Session, database: Database, browse: Browse, settings: Settings, storage: Any
) -> Desk:
    found = Desk(session, database, browse)
    found.runner = Runner(Parts(settings, database, storage), REGISTRY)
    return found
