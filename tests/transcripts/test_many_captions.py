"""Captions are taken quickly, however many they are, and belong to the recording."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.session import Database
from mediashare.library import service as library_service
from mediashare.library.models import Episode, EpisodeState
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Origin, Segment, Transcript, TranscriptState, Word
from mediashare.transcripts.service import Caption
from tests.counting import count_statements
from tests.factories import Browser, make_episode, make_user

Browse = Callable[[object], Browser]

NOTE = "Captions by the author."


def _import(database: Database, episode: Episode, captions: list[Caption]) -> None:
    with database.transaction() as writing:
        fresh = writing.get_one(Episode, episode.id)
        transcripts_service.import_captions(writing, fresh, captions, language=None)


def _make_playable(database: Database, episode: Episode, duration_ms: int) -> Transcript:
    """What the worker does when the first file is there."""
    with database.transaction() as writing:
        library_service.make_ready(writing, episode.id, duration_ms=duration_ms)
        transcripts_service.request_recognition(writing, episode.id, episode.author_id)
    with database.reading() as reading:
        found = transcripts_queries.find_transcript(reading, episode.id)
    assert found is not None
    return found


@pytest.fixture
def ada(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def unknown(session: Session, ada: User) -> Episode:
    """An episode that nobody knows the duration of yet."""
    return make_episode(
        session, ada, state=EpisodeState.PROCESSING, duration_ms=None, published_at=None
    )


def test_captions_keep_no_words_of_which_nobody_measured_the_time(
    session: Session, database: Database, ada: User
) -> None:
    episode = make_episode(session, ada)

    _import(database, episode, [Caption(0, 2000, "mind the gap", "Ada")])

    rows = session.execute(select(Segment.start_ms, Segment.end_ms, Segment.text, Segment.speaker))
    assert rows.all() == [(0, 2000, "mind the gap", "Ada")]
    assert session.scalar(select(func.count()).select_from(Word)) == 0


def test_many_captions_take_no_more_statements_than_one(
    session: Session, database: Database, ada: User
) -> None:
    counts = []
    for number in (1, 3, 5000):
        episode = make_episode(session, ada)
        captions = [Caption(n, n + 1, "word") for n in range(number)]
        counts.append(count_statements(database, partial(_import, database, episode, captions)))

    assert counts[0] == counts[1] == counts[2]


def test_captions_that_go_on_after_the_recording_are_refused(
    session: Session, browse: Browse, ada: User
) -> None:
    episode = make_episode(session, ada, duration_ms=60_000)
    path = f"/api/v1/episodes/{episode.id}/transcript"
    browser = browse(ada)

    def put(end: str) -> tuple[int, dict[str, str] | None]:
        body = f"WEBVTT\n\n00:50.000 --> {end}\nhello\n"
        answer = browser.send("PUT", path, data=body, content_type="text/vtt")
        return answer.status_code, answer.json.get("errors")

    assert put("01:05.000") == (200, None)
    sentence = "These captions go on until 1:00:00, but the recording ends at 0:01:00."
    assert put("01:00:00.000") == (422, {"captions": sentence})


def test_captions_that_begin_after_the_end_are_left_out_once_it_is_known(
    database: Database, unknown: Episode
) -> None:
    captions = [Caption(0, 900, "first"), Caption(900, 4000, "last"), Caption(1000, 2000, "late")]
    _import(database, unknown, captions)

    transcript = _make_playable(database, unknown, 1000)

    with database.reading() as session:
        segments = transcripts_queries.list_segments(session, transcript.id)
    assert [segment.text for segment in segments] == ["first", "last"]
    assert (transcript.state, transcript.origin) == (TranscriptState.READY, Origin.AUTHOR)
    assert transcript.note == f"{NOTE} Left out, as they begin after the end of the recording: 1."


def test_captions_that_fit_stay_as_they_are(database: Database, unknown: Episode) -> None:
    _import(database, unknown, [Caption(0, 900, "first")])

    transcript = _make_playable(database, unknown, 1000)

    assert (transcript.origin, transcript.note) == (Origin.AUTHOR, NOTE)


def test_where_no_caption_belongs_to_the_recording_it_is_listened_to(
    database: Database, unknown: Episode
) -> None:
    _import(database, unknown, [Caption(5000, 9000, "of another recording")])

    transcript = _make_playable(database, unknown, 1000)

    assert (transcript.state, transcript.origin) == (TranscriptState.QUEUED, Origin.RECOGNISER)
