"""What search needs to find by meaning; it says nothing of how."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

# Components of a vector, as `all-MiniLM-L6-v2` makes them.
DIMENSIONS = 384


@dataclass(frozen=True, slots=True)
class Near:
    """A stretch of speech, in milliseconds, and the cosine of its meaning and the question's."""

    episode_id: str
    start_ms: int
    end_ms: int
    similarity: float


class Asked(Protocol):
    """A question that is being looked into."""

    def find(
        self, session: Session, conditions: Sequence[ColumnElement[bool]], limit: int
    ) -> Sequence[Near]:
        """The stretches nearest to it, best first, at most `limit`, of those episodes alone that
        fulfil the conditions: what they rule out changes nothing in the answer."""
        ...

    def again(self, text: str) -> "Asked":
        """Begin to look for what is like another text, in the same session and under the same
        conditions: what fulfils them need not be asked twice."""
        ...


class Finder(Protocol):
    """Finds what is said in other words."""

    def ask(self, session: Session, text: str) -> Asked:
        """Begin to look for what is like `text`; what needs no database goes on aside."""
        ...

    def start(self) -> None:
        """Keep up by itself from now on, as long as this process serves."""
        ...

    def close(self) -> None:
        """Keep up no longer."""
        ...
