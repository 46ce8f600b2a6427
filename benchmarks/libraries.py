"""Libraries to search in: words that follow Zipf's law, sentences as long as people's are."""

import itertools
import random
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.accounts.policy import Viewer
from mediashare.db.base import new_id
from mediashare.db.session import Database
from mediashare.groups.models import Group, Membership
from mediashare.library.models import (
    Audience,
    Episode,
    EpisodeGroup,
    EpisodeKind,
    EpisodeState,
)
from mediashare.transcripts.models import Segment, Transcript, TranscriptState

LINES = 100
VOCABULARY = 45_000
PEOPLE, GROUPS, JOINED = 200, 400, 200
# Of five episodes one is for a group and one in twenty is its author's alone.
FOR_GROUPS, FOR_NOBODY = 0.2, 0.05
MEAN_WORDS, DEVIATION, LEAST_WORDS, MOST_WORDS = 12, 5, 3, 30
BEGINNING = datetime(2023, 1, 1, tzinfo=UTC)
LONGEST, LETTERS = 4, string.ascii_lowercase
SOUNDS = [c + v for c in (*"bcdfghklmnprstvw", "ch", "st", "tr") for v in "aeiou"]


class Language:
    """A made-up language that is the same in every run."""

    def __init__(self) -> None:
        self._chance = random.Random(7)  # noqa: S311 - the same library in every run
        words: dict[str, None] = {}
        while len(words) < VOCABULARY:
            words[self._sound(self._chance.choice((2, 2, 3, 3, 4)))] = None
        self.words, self._known = list(words), words
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))

    def say(self, count: int) -> str:
        """So many words."""
        return " ".join(self._chance.choices(self.words, cum_weights=self._weights, k=count))

    def say_sentence(self) -> str:
        """A sentence of a usual length."""
        length = round(self._chance.gauss(MEAN_WORDS, DEVIATION))
        return self.say(min(MOST_WORDS, max(LEAST_WORDS, length)))

    def make_up(self) -> str:
        """A word that this language might have and does not."""
        while (word := self._sound(LONGEST)) in self._known:
            pass
        return word

    def mistype(self, word: str) -> str:
        """One of its words with another letter behind the first, so that it is none of them."""
        while True:
            place = self._chance.randrange(1, len(word))
            other = word[:place] + self._chance.choice(LETTERS) + word[place + 1 :]
            if other not in self._known:
                return other

    def _sound(self, count: int) -> str:
        return "".join(self._chance.choices(SOUNDS, k=count))

    def choose(self, choices: Sequence[Any]) -> Any:  # noqa: ANN401 - one of whatever there is
        """One of several things."""
        return self._chance.choice(choices)

    def happens(self, probability: float) -> bool:
        """Whether something of that probability is so."""
        return self._chance.random() < probability


@dataclass(frozen=True)
class Readers:
    """Two members: one without a group, one who belongs to half of them."""

    alone: Viewer
    joined: Viewer


class Library:
    """Grows in the given database, an episode at a time."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.language = Language()
        self.segments = 0
        self._people = [_person(number) for number in range(PEOPLE)]
        self._groups = [_group(number) for number in range(GROUPS)]
        joined = [
            {"group_id": group["id"], "user_id": self._people[1]["id"], "role": "member"}
            for group in self._groups[:JOINED]
        ]
        with database.transaction() as session:
            session.execute(insert(User), self._people)
            session.execute(insert(Group), self._groups)
            session.execute(insert(Membership), joined)

    @property
    def readers(self) -> Readers:
        """Those who search."""
        alone, joined = self._people[:2]
        return Readers(
            Viewer(alone["id"], Role.MEMBER, alone["handle"]),
            Viewer(joined["id"], Role.MEMBER, joined["handle"]),
        )

    def grow(self, segments: int) -> None:
        """Add episodes until there are so many segments."""
        while self.segments < segments:
            with self.database.transaction() as session:
                self._add_episode(session)

    def settle(self) -> None:
        """Let PostgreSQL know how its tables look now, as it does by itself in time."""
        if self.database.dialect == "postgresql":
            autocommit = self.database.engine.execution_options(isolation_level="AUTOCOMMIT")
            with autocommit.connect() as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")

    def _add_episode(self, session: Session) -> None:
        episode = self._episode(self.segments // LINES)
        session.execute(insert(Episode), [episode])
        if episode["audience"] == Audience.GROUP:
            group = self.language.choose(self._groups)
            session.execute(
                insert(EpisodeGroup), [{"episode_id": episode["id"], "group_id": group["id"]}]
            )
        transcript = Transcript(episode_id=episode["id"], state=TranscriptState.READY)
        session.add(transcript)
        session.flush()
        # Many rows in one statement, as the session does with those that it is given.
        lines = list(self._lines(episode["id"], transcript.id))
        session.execute(insert(Segment).returning(Segment.id), lines)
        self.segments += LINES

    def _episode(self, number: int) -> dict[str, Any]:
        audience = Audience.INTERNAL
        if self.language.happens(FOR_GROUPS):
            audience = Audience.GROUP
        elif self.language.happens(FOR_NOBODY):
            audience = Audience.PRIVATE
        published = BEGINNING + timedelta(hours=3 * number)
        return {
            "id": new_id(),
            "slug": f"clip-{number}",
            "author_id": self.language.choose(self._people[2:])["id"],
            "title": self.language.say(5),
            "description": self.language.say(25),
            "language": "en",
            "kind": EpisodeKind.VIDEO,
            "duration_ms": LINES * 5000,
            "audience": audience,
            "state": EpisodeState.READY,
            "published_at": published,
            "solved_count": self.language.choose((0, 0, 0, 1, 5)),
        }

    def _lines(self, episode_id: str, transcript_id: str) -> Iterator[dict[str, Any]]:
        for position in range(LINES):
            yield {
                "transcript_id": transcript_id,
                "episode_id": episode_id,
                "start_ms": position * 5000,
                "end_ms": position * 5000 + 4500,
                "text": self.language.say_sentence(),
            }


def _person(number: int) -> dict[str, Any]:
    ident = new_id()
    return {
        "id": ident,
        "email": f"{ident}@example.com",
        "handle": f"p{number}x",
        "name": f"P{number}x",
        "role": Role.MEMBER,
        "password_hash": "",
    }


def _group(number: int) -> dict[str, Any]:
    return {"id": new_id(), "slug": f"group-{number}", "name": f"Group {number}"}
