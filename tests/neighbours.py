"""People who know each other, each with a browser; what they see depends on their group."""

from collections.abc import Callable
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.db.session import Database
from mediashare.groups.models import Group
from tests.factories import Browser, make_group, make_user

Browse = Callable[[Any], Browser]


class Neighbours:
    """Three members, one of them a moderator; a group with a steward, a member and a guest."""

    api: ClassVar[str]
    """The address of what they do with each other."""

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
        return self.by[who].send(method, self.api + path, json=body)
