"""The page of a clip that plays already, while what lasts of it and its transcript are made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select, update

from mediashare import clock
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode
from mediashare.media.jobs import MakeRendition
from mediashare.transcripts.models import Segment, Transcript, TranscriptState
from tests.e2e.conftest import Player
from tests.e2e.copies import copy_sound
from tests.e2e.library import Library

pytestmark = pytest.mark.e2e

MADE = "The transcript is being made. You can play already."
WORDS = "Stop the service before you rotate the certificate."


@dataclass
class Fresh:
    """A clip that is shown as it was sent; the test does what a worker would do."""

    database: Database
    ident: str
    path: str

    def change_job(self, **values: Any) -> None:
        """How far the files are that last."""
        with self.database.transaction() as session:
            session.execute(update(JobRow).where(JobRow.subject == self.ident).values(**values))

    def finish_files(self) -> None:
        """They are there, and at the same moment the transcript is asked for."""
        with self.database.transaction() as session:
            done = update(JobRow).where(JobRow.subject == self.ident)
            session.execute(done.values(state=JobState.DONE, finished_at=clock.now()))
            session.add(Transcript(episode_id=self.ident))

    def write_down(self) -> None:
        """All that is said has been recognised."""
        with self.database.transaction() as session:
            own = select(Transcript).where(Transcript.episode_id == self.ident)
            found = session.scalars(own).one()
            found.state, found.language = TranscriptState.READY, "en"
            given = {"episode_id": self.ident, "start_ms": 0, "end_ms": 4000, "text": WORDS}
            session.add(Segment(transcript_id=found.id, **given))


@pytest.fixture
def fresh(house_settings: Settings, library: Library) -> Iterator[Fresh]:
    """The files that last are being made, and so nobody has asked for a transcript yet."""
    database = Database(house_settings.sqlalchemy_url)
    with database.sessions() as session:
        episode = copy_sound(session, house_settings, library, "Rotating a certificate")
    made = Fresh(database, episode.id, episode.path)
    with database.transaction() as session:
        job_queue.put(session, MakeRendition(subject=episode.id))
    made.change_job(state=JobState.RUNNING, progress=0.15)
    yield made
    # Others count what is in the house.
    with database.transaction() as session:
        session.execute(delete(JobRow).where(JobRow.subject == episode.id))
        session.execute(delete(Episode).where(Episode.id == episode.id))
    database.dispose()


@pytest.mark.parametrize("who", ["author", "reader"])
def test_whoever_stays_on_the_page_is_offered_the_transcript_once_it_is_there(
    fresh: Fresh, open_as: Callable[[str], Page], who: str
) -> None:
    page = open_as(who)
    Player(page).open(fresh.path)
    panel = page.get_by_role("complementary")

    expect(panel).to_contain_text(MADE)
    fresh.finish_files()
    with page.expect_response("**/progress?*") as told:
        pass
    assert MADE in told.value.text()
    fresh.write_down()
    page.get_by_role("link", name="The transcript is ready").click()

    expect(page.get_by_role("region", name="Transcript text")).to_contain_text(WORDS)


def test_the_author_sees_the_steps_go_on(fresh: Fresh, open_as: Callable[[str], Page]) -> None:
    page = open_as("author")
    Player(page).open(fresh.path)
    steps = page.get_by_role("complementary").get_by_role("listitem")

    expect(steps).to_have_text("Playable 15 %")
    fresh.change_job(progress=0.6)

    expect(steps).to_have_text("Playable 60 %")


def test_where_the_files_fail_nobody_waits_for_a_transcript(
    fresh: Fresh, open_as: Callable[[str], Page]
) -> None:
    page = open_as("reader")
    Player(page).open(fresh.path)
    panel = page.get_by_role("complementary")
    expect(panel).to_contain_text(MADE)

    fresh.change_job(state=JobState.FAILED)

    expect(panel).to_contain_text("There is no transcript.")
    expect(page.locator("#progress[hx-get]")).to_have_count(0)
