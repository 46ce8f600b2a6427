"""The job that makes vectors: of what has none, of what was changed, and of nothing else."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mediashare.config import Settings
from mediashare.db.session import Database, begin_writing
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode
from mediashare.meaning import queries as meaning_queries
from mediashare.meaning import service as meaning_service
from mediashare.meaning.jobs import EmbedTranscripts
from mediashare.meaning.models import MeaningVectors
from mediashare.storage.disk import DiskStorage
from mediashare.transcripts.models import Segment, Transcript, TranscriptState
from mediashare.vectors import choice, compact, encoder
from mediashare.vectors.choice import NoModelError
from tests.factories import make_episode, make_transcript, make_user
from workers.context import Context, StoppedError
from workers.handlers import embed

SENTENCES = ((0.0, 2.0, "The broker restarts."), (2.0, 4.0, "Nobody knows why."))


class Desk:
    """The job, and what it has made."""

    def __init__(
        self, database: Database, storage: DiskStorage, settings: Settings, scratch: Path
    ) -> None:
        self.database = database
        self._parts = {"storage": storage, "settings": settings, "scratch": scratch}

    def context(self) -> Context:
        with self.database.transaction() as session:
            row = job_queue.put(session, EmbedTranscripts())
            row.state, row.attempt = JobState.RUNNING, 1
            session.flush()
            ident = row.id
        return Context(
            database=self.database,
            job_id=ident,
            attempt=1,
            cancelled=threading.Event(),
            **self._parts,  # type: ignore[arg-type]  # as they are named
        )

    def run(self) -> None:
        embed.run(self.context(), EmbedTranscripts())

    def kept(self, ident: str) -> list[tuple[int, int]]:
        """When the stretches of an episode are spoken, in seconds."""
        with self.database.reading() as session:
            found = [kept.spans for kept in meaning_queries.load(session, [ident])]
        return [
            (start // 1000, end // 1000)
            for spans in found
            for start, end in np.frombuffer(spans, compact.SPAN).tolist()
        ]

    def due(self) -> Sequence[str]:
        with self.database.reading() as session:
            found = meaning_queries.list_due(session, choice.MODEL, 10)
        return [one.episode_id for one in found]


@pytest.fixture
def desk(database: Database, storage: DiskStorage, settings: Settings, tmp_path: Path) -> Desk:
    return Desk(database, storage, settings, tmp_path)


@pytest.fixture
def episode(session: Session) -> Episode:
    made = make_episode(session, make_user(session), "On call")
    make_transcript(session, made, *SENTENCES)
    return made


def test_what_is_said_gets_the_vectors_of_its_words_and_title(desk: Desk, episode: Episode) -> None:
    desk.run()

    with desk.database.reading() as session:
        [kept] = meaning_queries.load(session, [episode.id])
    text = "On call. The broker restarts. Nobody knows why."
    [likeness] = compact.similarities(compact.unpack(kept.vectors), encoder.load().question(text))
    assert likeness == pytest.approx(1, abs=0.001)
    assert (desk.kept(episode.id), desk.due()) == ([(0, 4)], [])


def test_it_is_done_again_when_words_were_put_right(
    desk: Desk, episode: Episode, session: Session
) -> None:
    desk.run()
    begin_writing(session)
    of_it = Segment.episode_id == episode.id
    session.execute(delete(Segment).where(of_it, Segment.start_ms > 0))
    session.execute(update(Segment).where(of_it).values(text="The broker rests."))
    session.commit()
    due = desk.due()

    desk.run()

    assert (due, desk.kept(episode.id), desk.due()) == ([episode.id], [(0, 2)], [])


@pytest.mark.parametrize(
    "values", [{"state": TranscriptState.FAILED}, {"state": "none"}, {"language": "de"}]
)
def test_what_can_not_be_understood_has_none_and_is_not_tried_again(
    desk: Desk, episode: Episode, session: Session, values: dict[str, object]
) -> None:
    desk.run()
    begin_writing(session)
    of_it = Transcript.episode_id == episode.id
    session.execute(update(Transcript).where(of_it).values(**values))
    session.commit()

    desk.run()

    assert (desk.kept(episode.id), desk.due()) == ([], [])
    assert session.scalars(select(MeaningVectors)).all() == []


def test_vectors_go_with_the_transcript(desk: Desk, episode: Episode, session: Session) -> None:
    desk.run()
    begin_writing(session)
    session.execute(delete(Transcript).where(Transcript.episode_id == episode.id))
    session.commit()

    desk.run()

    assert session.scalars(select(MeaningVectors)).all() == []


@pytest.mark.usefixtures("episode")
def test_it_ends_when_it_should_and_keeps_what_is_done(desk: Desk, session: Session) -> None:
    other = make_episode(session, make_user(session))
    make_transcript(session, other, *SENTENCES)
    context = desk.context()
    progress = context.progress

    def stop_after_one(fraction: float) -> None:
        if fraction > 0:
            context.cancelled.set()
        progress(fraction)

    context.progress = stop_after_one  # type: ignore[method-assign] # the one moment in between
    with pytest.raises(StoppedError):
        embed.run(context, EmbedTranscripts())

    assert len(desk.due()) == 1


def test_a_worker_without_the_model_leaves_it_to_others(
    desk: Desk, episode: Episode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "NEEDED", ("numpy", "a_package_that_is_not_there"))

    with pytest.raises(NoModelError, match="not installed"):
        desk.run()

    assert desk.due() == [episode.id]


@pytest.mark.usefixtures("episode")
def test_it_is_asked_for_once_and_only_when_something_is_due(desk: Desk, session: Session) -> None:
    def waiting() -> int:
        with desk.database.transaction() as other:
            meaning_service.request_vectors(other, choice.MODEL)
        with desk.database.reading() as other:
            rows = other.scalars(select(JobRow.state))
            return sum(state is JobState.QUEUED for state in rows)

    assert [waiting(), waiting()] == [1, 1]
    begin_writing(session)
    session.execute(delete(JobRow))
    session.commit()
    desk.run()
    assert waiting() == 0
