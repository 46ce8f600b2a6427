"""People who follow each other, over the API and on pages."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from tests.neighbours import Browse, Neighbours


class Street(Neighbours):
    """Ada follows others; what somebody follows is asked of the API."""

    api = "/api/v1/me/following"

    def follow(self, whom: str, who: str = "ada") -> Any:
        return self.send(who, "PUT", f"/{self.people[whom].handle}")

    def stop(self, whom: str, who: str = "ada") -> Any:
        return self.send(who, "DELETE", f"/{self.people[whom].handle}")

    def followed(self, who: str = "ada") -> list[str]:
        """The names of those whom somebody follows, last followed first."""
        answer = self.send(who, "GET")
        assert answer.status_code == 200, answer.json
        return [item["person"]["name"] for item in answer.json["items"]]

    def titles(self, query: str, who: str = "ada") -> list[str]:
        """What a search of the API finds."""
        answer = self.by[who].get(f"/api/v1/search?{query}")
        assert answer.status_code == 200, answer.json
        return sorted(result["episode"]["title"] for result in answer.json["results"])

    def close_account(self, name: str) -> None:
        self.session.rollback()
        self.people[name].is_active = False
        self.session.commit()


@pytest.fixture
def street(session: Session, database: Database, browse: Browse) -> Street:
    return Street(session, database, browse)
