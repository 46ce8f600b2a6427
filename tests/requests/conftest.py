"""People who ask each other for clips, over the API and on pages."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.db.session import Database
from mediashare.groups.models import Group
from mediashare.notifications.models import Notification
from tests.factories import Browser, make_group, make_user

Browse = Callable[[Any], Browser]
API = "/api/v1/requests"


class House:
    """Three members, one of them a moderator; a group with a steward, a member and a guest."""

    def __init__(self, session: Session, database: Database, browse: Browse) -> None:
        self.session, self.database = session, database
        self.people: dict[str, User] = {
            "ada": make_user(session, "Ada Lovelace", handle="ada"),
            "bob": make_user(session, "Bob Kahn", handle="bob"),
            "keeper": make_user(session, "Kim Keeper", role=Role.MODERATOR),
            "steward": make_user(session, "Sam Steward"),
            "insider": make_user(session, "Ida Insider"),
            "guest": make_user(session, "Gus Guest", role=Role.GUEST),
        }
        inside = [self.people["insider"], self.people["guest"]]
        self.group: Group = make_group(
            session, *inside, name="Mesh", stewards=[self.people["steward"]]
        )
        self.by = {name: browse(person) for name, person in self.people.items()}

    def send(self, who: str, method: str, path: str = "", body: Any = None) -> Any:
        return self.by[who].send(method, API + path, json=body)

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
