"""The job that proposes chapters: from a transcript that is ready, and as it is at the end."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare.chapters import queries as chapters_queries
from mediashare.chapters import service as chapters_service
from mediashare.chapters.jobs import ProposeOutline
from mediashare.chapters.models import Part
from mediashare.chapters.queries import ShownOutline
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.storage.disk import DiskStorage
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Segment, Transcript, TranscriptState
from mediashare.transcripts.service import Caption
from tests.factories import make_episode, make_transcript, make_user
from tests.talks import length_ms, talk
from workers.context import Context
from workers.handlers import outline


class Desk:
    """One episode with a talk, and the job about it."""

    def __init__(self, database: Database, context: Callable[[str], Context]) -> None:
        self.database, self._context = database, context
        self.ident = ""

    def put(self) -> str:
        with self.database.transaction() as session:
            row = job_queue.put(session, ProposeOutline(subject=self.ident))
            row.state, row.attempt = JobState.RUNNING, 1
            session.flush()
            return row.id

    def run(self, before: Callable[[Session], object] | None = None) -> None:
        """Do the job; `before` happens after the transcript was read."""
        context = self._context(self.put())
        if before is not None:
            check = context.check

            def meanwhile() -> None:
                context.check = check  # type: ignore[method-assign] # once
                with self.database.transaction() as session:
                    before(session)

            context.check = meanwhile  # type: ignore[method-assign] # the one moment in between
        outline.run(context, ProposeOutline(subject=self.ident))

    def shown(self) -> ShownOutline:
        with self.database.reading() as session:
            return chapters_queries.get_shown(session, self.ident)

    def waiting(self) -> int:
        with self.database.reading() as session:
            rows = session.scalars(select(JobRow).where(JobRow.state == JobState.QUEUED))
            return len([row for row in rows if row.kind == "chapters"])


@pytest.fixture
def desk(
    database: Database, storage: DiskStorage, settings: Settings, tmp_path: Path, session: Session
) -> Desk:
    def make_context(job_id: str) -> Context:
        return Context(
            database=database,
            storage=storage,
            settings=settings,
            scratch=tmp_path,
            job_id=job_id,
            attempt=1,
            cancelled=threading.Event(),
        )

    found = Desk(database, make_context)
    said = talk()
    episode = make_episode(session, make_user(session), duration_ms=length_ms(said))
    sentences = [(one.start_ms / 1000, one.end_ms / 1000, one.text) for one in said]
    make_transcript(session, episode, *sentences)
    found.ident = episode.id
    return found


def test_a_transcript_that_is_ready_gets_chapters_and_a_summary(desk: Desk) -> None:
    desk.run()

    found = desk.shown()
    assert [(line.start_ms, line.text) for line in found.chapters] == [
        (0, "Trust store, unknown authority, certificate"),
        (96_000, "Backup, restore, archive"),
        (192_000, "Coffee machine, beans, cup"),
    ]
    assert len(found.summary) == 3
    assert found.is_proposed(Part.CHAPTERS)
    assert found.is_proposed(Part.SUMMARY)


def test_nothing_is_proposed_from_a_rough_draft(desk: Desk) -> None:
    with desk.database.transaction() as session:
        session.execute(update(Transcript).values(is_draft=True))

    desk.run()

    assert (desk.shown().chapters, desk.shown().summary) == ([], [])


def test_a_transcript_that_is_being_made_is_left_alone(desk: Desk) -> None:
    with desk.database.transaction() as session:
        session.execute(update(Transcript).values(state=TranscriptState.RUNNING))

    desk.run()

    assert desk.shown().chapters == ()


def test_a_word_that_is_taken_back_meanwhile_is_not_proposed(desk: Desk) -> None:
    def take_back(session: Session) -> None:
        session.execute(update(Segment).values(text="Nothing."))
        transcript = session.scalars(select(Transcript)).one()
        transcript.updated_at = transcript.updated_at.replace(year=2031)

    desk.run(take_back)

    assert desk.shown().chapters == ()
    assert desk.waiting() == 1


def test_an_episode_that_is_deleted_meanwhile_has_no_outline(desk: Desk) -> None:
    desk.run(
        lambda session: library_service.delete_episode(
            session, session.get_one(Episode, desk.ident)
        )
    )

    assert desk.shown().chapters == ()


def test_what_a_person_keeps_meanwhile_is_theirs(desk: Desk) -> None:
    desk.run()

    def change(session: Session) -> None:
        chapters_service.keep(session, session.get_one(Episode, desk.ident), Part.CHAPTERS)
        chapters_service.remove(session, session.get_one(Episode, desk.ident), Part.SUMMARY)

    desk.run(change)

    assert len(desk.shown().chapters) == 3
    assert not desk.shown().is_proposed(Part.CHAPTERS)
    assert desk.shown().summary == []


def test_captions_of_the_author_are_a_transcript_like_any_other(desk: Desk) -> None:
    captions = [Caption(one.start_ms, one.end_ms, one.text) for one in talk()]
    with desk.database.transaction() as session:
        episode = session.get_one(Episode, desk.ident)
        transcripts_service.import_captions(session, episode, captions, language="en")

    assert desk.waiting() == 1
