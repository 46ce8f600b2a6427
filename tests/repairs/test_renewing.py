"""What a machine made of the words is made anew once people have put them right, and only then."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mediashare.chapters import queries as chapters_queries
from mediashare.chapters import service as chapters_service
from mediashare.chapters.models import Part
from mediashare.chapters.queries import Line
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode
from mediashare.repairs.errors import ClashError
from mediashare.repairs.service import Wording
from mediashare.storage.disk import DiskStorage
from mediashare.transcripts.models import Transcript
from tests import factories
from tests.repairs.conftest import Desk
from tests.talks import length_ms, talk
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner

CHAPTERS = (Line(0, "Hosts"), Line(6000, "The broker"), Line(11_000, "It works"))
SUMMARY = (Line(1000, "we run cube cuttle on every host", 4000),)
ANEW = ["chapters", "check"]

RIGHT = "we run kubectl on every host"
ACTS: dict[str, Callable[[Desk], object]] = {
    "the author saves": lambda desk: desk.fix("author", 0, RIGHT),
    "a steward saves": lambda desk: desk.fix("steward", 0, RIGHT),
    "everywhere": lambda desk: desk.everywhere("author", "cube cuttle", "kubectl"),
    "a word is confirmed": lambda desk: desk.fix("author", 0, desk.texts()[0], confirmed=(2,)),
}


def waiting(desk: Desk) -> list[str]:
    """The kinds of the jobs about the episode that wait."""
    with desk.database.reading() as session:
        about = (JobRow.subject == desk.episode.id, JobRow.state == JobState.QUEUED)
        return sorted(session.scalars(select(JobRow.kind).where(*about)))


def nothing_waits(desk: Desk) -> None:
    with desk.database.transaction() as session:
        session.execute(delete(JobRow))


def propose(desk: Desk) -> None:
    with desk.database.transaction() as session:
        chapters_service.propose(session, desk.episode.id, CHAPTERS, SUMMARY)


def keep(desk: Desk, *parts: Part) -> None:
    with desk.database.transaction() as session:
        for part in parts:
            chapters_service.keep(session, session.get_one(Episode, desk.episode.id), part)


@pytest.fixture
def proposed(desk: Desk) -> Desk:
    """A transcript with an outline that nobody has kept."""
    propose(desk)
    return desk


@pytest.mark.parametrize("act", ACTS)
def test_what_is_saved_is_looked_through_and_proposed_anew(proposed: Desk, act: str) -> None:
    ACTS[act](proposed)

    assert waiting(proposed) == ANEW


def test_many_fixes_ask_for_one_look(proposed: Desk) -> None:
    for number, text in enumerate(proposed.texts()):
        proposed.fix("author", number, f"{text} again")

    assert waiting(proposed) == ANEW


def test_a_suggestion_asks_for_nothing_until_it_is_accepted(proposed: Desk) -> None:
    fix = proposed.fix("reader", 0, RIGHT)
    before = waiting(proposed)

    proposed.accept("author", fix)

    assert (before, waiting(proposed)) == ([], ANEW)


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_suggestion_that_is_rejected_asks_for_nothing(
    proposed: Desk, *, everywhere: bool
) -> None:
    if everywhere:
        fix = proposed.everywhere("reader", "cube cuttle", "kubectl")
    else:
        fix = proposed.fix("reader", 0, RIGHT)

    proposed.reject("author", fix)

    assert waiting(proposed) == []


def test_a_suggestion_that_clashes_asks_for_nothing(proposed: Desk) -> None:
    fix = proposed.fix("reader", 0, RIGHT)
    proposed.fix("author", 0, "we run cubectl on every host")
    nothing_waits(proposed)

    with pytest.raises(ClashError):
        proposed.accept("author", fix)

    assert waiting(proposed) == []


def test_a_suggestion_that_is_accepted_in_other_words_is_looked_through(proposed: Desk) -> None:
    fix = proposed.fix("reader", 0, RIGHT)

    proposed.accept("author", fix, Wording(proposed.texts()[0], "we run it on every host"))

    assert waiting(proposed) == ANEW


def test_what_is_undone_is_looked_through_and_proposed_anew(proposed: Desk) -> None:
    fix = proposed.fix("author", 0, RIGHT)
    nothing_waits(proposed)

    proposed.undo("author", fix)

    assert waiting(proposed) == ANEW


def test_what_nobody_has_made_yet_is_not_asked_for_by_a_fix(desk: Desk) -> None:
    desk.fix("author", 0, RIGHT)

    assert waiting(desk) == ["check"]


def test_what_a_person_has_kept_is_not_proposed_anew(proposed: Desk) -> None:
    keep(proposed, *Part)

    proposed.fix("author", 0, RIGHT)

    assert waiting(proposed) == ["check"]


class Talk(Desk):
    """A talk long enough for chapters, and the worker of its house."""

    def __init__(self, session: Session, database: Database, parts: Parts) -> None:
        super().__init__(session, database)
        self._parts = parts
        said = talk()
        with database.transaction() as writing:
            writing.execute(delete(Transcript))
            writing.get_one(Episode, self.episode.id).duration_ms = length_ms(said)
        lines = [(one.start_ms / 1000, one.end_ms / 1000, one.text) for one in said]
        factories.make_transcript(session, self.episode, *lines)
        with database.transaction() as writing:
            chapters_service.request_outline(writing, self.episode.id)
        self.work()

    def work(self) -> None:
        runner = Runner(self._parts, REGISTRY)
        while runner.work("default"):
            pass

    def outline(self, part: Part) -> str:
        with self.database.reading() as session:
            shown = chapters_queries.get_shown(session, self.episode.id)
        return " ".join(line.text for line in shown.lines(part)).lower()


@pytest.fixture
def long_talk(
    session: Session, database: Database, storage: DiskStorage, settings: Settings
) -> Talk:
    """A talk of which a machine has proposed chapters and a summary."""
    return Talk(session, database, Parts(settings, database, storage))


def test_proposals_say_what_the_words_say_now_and_what_was_kept_stays(
    long_talk: Talk,
) -> None:
    heard = {part: long_talk.outline(part) for part in Part}
    keep(long_talk, Part.CHAPTERS)

    long_talk.everywhere("author", "authority", "issuer")
    long_talk.work()

    assert all("authority" in text for text in heard.values())
    assert long_talk.outline(Part.CHAPTERS) == heard[Part.CHAPTERS]
    assert "issuer" in long_talk.outline(Part.SUMMARY)
    assert "authority" not in long_talk.outline(Part.SUMMARY)
