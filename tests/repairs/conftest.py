"""A published episode with a transcript, and the people around it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.db.session import Database
from mediashare.glossary.models import GlossaryProposal
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.notifications.models import Notification
from mediashare.repairs import queries as repairs_queries
from mediashare.repairs import service as repairs_service
from mediashare.repairs.models import Fix
from mediashare.repairs.service import Everywhere, NewFix, Wording
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.queries import SaidSegment
from tests import factories

LINES = (
    (1, 5, "we run cube cuttle on every host"),
    (6, 10, "then the broker starts again"),
    (11, 13, "and Cube Cuttle works"),
)


class Desk:
    """The transcript of one episode and what people do to it, each act a transaction."""

    def __init__(self, session: Session, database: Database) -> None:
        self.database = database
        self.people: dict[str, User] = {
            "author": factories.make_user(session, "Ada"),
            "reader": factories.make_user(session, "Bob"),
            "other": factories.make_user(session, "Cleo"),
            "steward": factories.make_user(session, "Stan"),
            "moderator": factories.make_user(session, "Mo", role=Role.MODERATOR),
        }
        group = factories.make_group(
            session,
            *(self.people[name] for name in ("author", "reader", "other")),
            stewards=[self.people["steward"]],
        )
        self.group_id = group.id
        self.episode: Episode = factories.make_episode(
            session, self.people["author"], "Hosts", groups=[group]
        )
        factories.make_transcript(session, self.episode, *LINES)

    def said(self) -> list[SaidSegment]:
        with self.database.reading() as session:
            found = transcripts_queries.find_transcript(session, self.episode.id)
            assert found is not None
            return list(transcripts_queries.list_segments(session, found.id))

    def texts(self) -> list[str]:
        return [line.text for line in self.said()]

    def fix(
        self, who: str, number: int, text: str, *, before: str | None = None, **values: Any
    ) -> Fix:
        """Somebody puts a line right that they read as `before`, or as it is."""
        line = self.said()[number]
        assert line.ident is not None
        new = NewFix(line.ident, line.text if before is None else before, text, **values)
        return self.save(who, new)

    def save(self, who: str, new: NewFix) -> Fix:
        found: Fix = self._act(who, repairs_service.save_fix, new)
        return found

    def everywhere(self, who: str, wanted: str, replacement: str) -> Fix:
        asked = Everywhere(wanted, replacement)
        found: Fix = self._act(who, repairs_service.fix_everywhere, asked)
        return found

    def accept(self, who: str, fix: Fix, wording: Wording | None = None) -> int:
        return int(self._decide(who, fix, repairs_service.accept_fix, wording))

    def reject(self, who: str, fix: Fix) -> None:
        self._decide(who, fix, repairs_service.reject_fix)

    def undo(self, who: str, fix: Fix) -> int:
        return int(self._decide(who, fix, repairs_service.undo_fix))

    def state(self, fix: Fix) -> str:
        with self.database.reading() as session:
            return session.get_one(Fix, fix.id).state.value

    def proposals(self) -> list[tuple[str, str, str | None]]:
        """What is proposed to any glossary: what was heard, the term, and the group."""
        with self.database.reading() as session:
            often = GlossaryProposal.times >= 2
            rows = session.scalars(select(GlossaryProposal).where(often)).all()
            return [(row.heard, row.term, row.group_id) for row in rows]

    def notes(self, who: str) -> list[str]:
        with self.database.reading() as session:
            rows = session.scalars(
                select(Notification.text)
                .where(Notification.user_id == self.people[who].id)
                .order_by(Notification.created_at, Notification.id)
            )
            return list(rows)

    def _act(self, who: str, act: Callable[..., Any], *rest: Any) -> Any:
        viewer = factories.viewer_of(self.people[who])
        with self.database.transaction() as session:
            episode = library_queries.get_episode(session, viewer, self.episode.id)
            return act(session, viewer, episode, *rest)

    def _decide(self, who: str, fix: Fix, act: Callable[..., Any], *rest: Any) -> Any:
        viewer = factories.viewer_of(self.people[who])
        with self.database.transaction() as session:
            found = repairs_queries.get_fix(session, viewer, fix.id)
            return act(session, viewer, found, *rest)


@pytest.fixture
def desk(session: Session, database: Database) -> Desk:
    """The transcript and the people."""
    return Desk(session, database)
