"""People who make playlists of each other's clips, over the API and on pages."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.db.session import Database
from mediashare.groups.models import Group
from mediashare.library.models import Episode
from tests.factories import Browser, make_episode, make_group, make_user

Browse = Callable[[Any], Browser]
API = "/api/v1/playlists"
EVERYBODY = ("ada", "bob", "keeper", "steward", "insider", "guest")


class House:
    """Ada makes lists of what Bob has said; a moderator; a group with a steward, a member and a
    guest."""

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

    def clip(self, title: str = "A clip", who: str = "bob", **values: Any) -> Episode:
        """A clip of a minute that all members may see, unless told otherwise."""
        return make_episode(self.session, self.people[who], title, **values)

    def start(self, who: str = "ada", title: str = "First week", **body: Any) -> str:
        answer = self.send(who, "POST", "", {"title": title, **body})
        assert answer.status_code == 201, answer.json
        return str(answer.json["id"])

    def add(self, playlist: str, episode: Episode, who: str = "ada", **body: Any) -> str:
        answer = self.send(who, "POST", f"/{playlist}/items", {"episode_id": episode.id, **body})
        assert answer.status_code == 201, answer.json
        return str(answer.json["id"])

    def show(self, playlist: str, who: str = "ada") -> Any:
        answer = self.send(who, "GET", f"/{playlist}")
        assert answer.status_code == 200, answer.json
        return answer.json

    def titles(self, playlist: str, who: str = "ada") -> list[str]:
        """What somebody sees in it, in order."""
        return [item["episode"]["title"] for item in self.show(playlist, who)["items"]]


@pytest.fixture
def house(session: Session, database: Database, browse: Browse) -> House:
    return House(session, database, browse)
