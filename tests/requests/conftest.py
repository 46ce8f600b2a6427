"""People who ask each other for clips, over the API and on pages."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.notifications.models import Notification
from tests.neighbours import Browse, Neighbours

API = "/api/v1/requests"


class House(Neighbours):
    """Neighbours who ask each other for clips."""

    api = API

    def ask(self, who: str, title: str = "How do I rotate it?", **body: Any) -> str:
        answer = self.send(who, "POST", "", {"title": title, **body})
        assert answer.status_code == 201, answer.json
        return str(answer.json["id"])

    def offer(self, who: str, request: str, link: str) -> str:
        answer = self.send(who, "POST", f"/{request}/answers", {"link": link})
        assert answer.status_code == 201, answer.json
        return str(answer.json["id"])

    def notes(self, who: str) -> list[str]:
        """What somebody was told, oldest first."""
        with self.database.reading() as session:
            own = Notification.user_id == self.people[who].id
            return list(
                session.scalars(
                    select(Notification.text)
                    .where(own)
                    .order_by(Notification.created_at, Notification.text)
                )
            )


@pytest.fixture
def house(session: Session, database: Database, browse: Browse) -> House:
    return House(session, database, browse)
