"""People who make playlists of each other's clips, over the API and on pages."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.library.models import Episode
from tests.factories import make_episode
from tests.neighbours import Browse, Neighbours

API = "/api/v1/playlists"
EVERYBODY = ("ada", "bob", "keeper", "steward", "insider", "guest")


class House(Neighbours):
    """Ada makes lists of what Bob has said."""

    api = API

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
