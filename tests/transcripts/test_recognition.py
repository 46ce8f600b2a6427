"""What recognition leaves in the database, chunk by chunk."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.errors import CaptionsStandError, ChunkTakenError
from mediashare.transcripts.jobs import Transcribe, TranscribePart
from mediashare.transcripts.models import Chunk, ChunkState, Segment, Transcript, TranscriptState
from mediashare.transcripts.policy import EngineChoice, EngineName
from mediashare.transcripts.service import SpokenSegment, SpokenWord, read_captions
from tests.factories import Browser, make_episode, make_transcript, make_user
from tests.fakes import RecordingWaker

Browse = Callable[[object], Browser]

WHISPER = EngineChoice(EngineName.WHISPER, "because", "base")
ROUGH = EngineChoice(EngineName.POCKETSPHINX, "because", "en-us", is_draft=True)
SPANS = [(0, 2000), (5000, 7000)]


def _said(start: int, text: str) -> SpokenSegment:
    words = [SpokenWord(start, start + 500, word, 0.5) for word in text.split()]
    return SpokenSegment(start, start + 1000, text, words, 0.5)


@pytest.fixture
def episode(session: Session, database: Database) -> Episode:
    """An episode whose recognition has begun and is planned in two chunks."""
    made = make_episode(session, make_user(session))
    with database.transaction() as writing:
        transcripts_service.request_recognition(writing, made.id, made.author_id)
        transcripts_service.begin(writing, made.id, WHISPER)
        transcripts_service.plan(writing, made.id, SPANS)
    return made


def _running_job(session: Session, episode: Episode) -> JobRow:
    row = job_queue.put(session, TranscribePart(subject=episode.id), owner_id=episode.author_id)
    row.state, row.lease_until = JobState.RUNNING, clock.now() + timedelta(seconds=30)
    session.flush()
    return row


def _recognitions(episode: Episode) -> Select[JobRow]:
    return select(JobRow).where(JobRow.subject == episode.id, JobRow.kind == Transcribe.kind)


def _transcript(database: Database, episode: Episode) -> Transcript:
    with database.reading() as session:
        found = transcripts_queries.find_transcript(session, episode.id)
    assert found is not None
    return found


def _texts(database: Database, episode: Episode) -> list[str]:
    with database.reading() as session:
        return list(
            session.scalars(
                select(Segment.text)
                .where(Segment.episode_id == episode.id)
                .order_by(Segment.start_ms)
            )
        )


def test_it_is_asked_for_once(session: Session, database: Database) -> None:
    episode = make_episode(session, make_user(session))

    for _ in range(2):
        with database.transaction() as writing:
            transcripts_service.request_recognition(writing, episode.id, episode.author_id)

    jobs = session.scalars(select(JobRow).where(JobRow.subject == episode.id)).all()
    assert [(job.kind, job.queue, job.owner_id) for job in jobs] == [
        ("transcript", "speech", episode.author_id)
    ]
    assert _transcript(database, episode).state is TranscriptState.QUEUED


def test_a_chunk_that_is_done_twice_is_kept_once(episode: Episode, database: Database) -> None:
    for text in ("first try", "second try"):
        with database.transaction() as writing:
            transcripts_service.keep_chunk(writing, episode.id, 0, [_said(0, text)])

    assert _texts(database, episode) == ["second try"]


def test_a_chunk_is_taken_once_while_its_taker_runs(episode: Episode, database: Database) -> None:
    with database.transaction() as writing:
        first, second, third = (_running_job(writing, episode) for _number in range(3))
        taken = [
            [
                chunk.position
                for chunk in transcripts_service.take_chunk(writing, episode.id, job.id)
            ]
            for job in (first, second, third, first)
        ]
        first.state = JobState.FAILED
        second.lease_until = clock.now() - timedelta(seconds=1)
        writing.flush()
        left = [
            [
                chunk.position
                for chunk in transcripts_service.take_chunk(writing, episode.id, job.id)
            ]
            for job in (third, second)
        ]

    assert taken == [[0], [1], [], [0]]
    assert left == [[0], [1]]


def test_what_somebody_else_has_taken_over_is_not_kept(
    episode: Episode, database: Database
) -> None:
    with database.transaction() as writing:
        first, second = (_running_job(writing, episode) for _number in range(2))
        transcripts_service.take_chunk(writing, episode.id, first.id)
        first.lease_until = clock.now() - timedelta(seconds=1)
        writing.flush()
        transcripts_service.take_chunk(writing, episode.id, second.id)

    said = [_said(0, "hello")]
    with pytest.raises(ChunkTakenError), database.transaction() as writing:
        transcripts_service.keep_chunk(writing, episode.id, 0, said, taker=first.id)
    with database.transaction() as writing:
        transcripts_service.keep_chunk(writing, episode.id, 0, said, taker=second.id)

    assert _texts(database, episode) == ["hello"]


def test_help_is_asked_for_where_a_recording_is_long(episode: Episode, database: Database) -> None:
    def count() -> int:
        with database.transaction() as writing:
            transcripts_service.share_out(writing, episode.id)
            kind = JobRow.kind == "transcript_part"
            return len(writing.scalars(select(JobRow).where(kind)).all())

    short = count()
    hour = [(start, start + 25_000) for start in range(0, 3_600_000, 30_000)]
    with database.transaction() as writing:
        writing.execute(delete(Chunk))
        transcripts_service.plan(writing, episode.id, hour)

    # Fifty minutes of speech are twelve parts of four minutes; asked again, nobody asks for more.
    assert (short, count(), count()) == (0, 12, 12)


def test_parts_get_smaller_towards_the_end(episode: Episode, database: Database) -> None:
    hour = [(start, start + 25_000) for start in range(0, 3_600_000, 30_000)]
    with database.transaction() as writing:
        writing.execute(delete(Chunk))
        transcripts_service.plan(writing, episode.id, hour)
        job = _running_job(writing, episode)
        first = transcripts_service.take_part(writing, episode.id, job.id)
        writing.execute(update(Chunk).where(Chunk.position < 110).values(state=ChunkState.DONE))
        last = transcripts_service.take_part(writing, episode.id, job.id)

    assert [chunk.position for chunk in first] == list(range(8))
    assert [chunk.position for chunk in last] == [110, 111]


def test_a_lost_chunk_is_a_gap_and_not_the_end(episode: Episode, database: Database) -> None:
    with database.transaction() as writing:
        transcripts_service.keep_chunk(writing, episode.id, 0, [_said(0, "hello")])
        transcripts_service.lose_chunk(writing, episode.id, 1, "It hung.")
        transcripts_service.conclude(writing, episode.id)

    transcript = _transcript(database, episode)
    assert transcript.state is TranscriptState.READY
    assert transcript.note == "1 of 2 parts could not be recognised."
    with database.reading() as session:
        gaps = transcripts_queries.list_gaps(session, transcript.id)
    assert [(gap.start_ms, gap.end_ms, gap.error) for gap in gaps] == [(5000, 7000, "It hung.")]


def test_nothing_but_lost_chunks_is_a_failure(episode: Episode, database: Database) -> None:
    with database.transaction() as writing:
        for position in (0, 1):
            transcripts_service.lose_chunk(writing, episode.id, position, "It hung.")
        transcripts_service.conclude(writing, episode.id)

    transcript = _transcript(database, episode)
    assert (transcript.state, transcript.note) == (TranscriptState.FAILED, "It hung.")


def test_chunks_without_words_mean_no_speech(episode: Episode, database: Database) -> None:
    with database.transaction() as writing:
        for position in (0, 1):
            transcripts_service.keep_chunk(writing, episode.id, position, [])
        transcripts_service.conclude(writing, episode.id)

    transcript = _transcript(database, episode)
    assert (transcript.state, transcript.note) == (TranscriptState.NONE, "No speech was found.")


@pytest.mark.parametrize("nothing", [None, "This recording has no sound."])
def test_where_nothing_was_heard_nothing_is_a_rough_draft(
    nothing: str | None, episode: Episode, database: Database
) -> None:
    with database.transaction() as writing:
        transcripts_service.begin(writing, episode.id, ROUGH)
        transcripts_service.conclude(writing, episode.id, nothing=nothing)

    transcript = _transcript(database, episode)
    assert (transcript.state, transcript.is_draft) == (TranscriptState.NONE, False)


def test_the_same_recogniser_goes_on_and_another_one_begins_anew(
    episode: Episode, database: Database
) -> None:
    with database.transaction() as writing:
        transcripts_service.keep_chunk(writing, episode.id, 0, [_said(0, "hello")])

    with database.transaction() as writing:
        transcripts_service.begin(writing, episode.id, WHISPER)
    kept = _texts(database, episode)
    with database.transaction() as writing:
        transcripts_service.begin(writing, episode.id, ROUGH)
    left = _texts(database, episode)

    assert (kept, left) == (["hello"], [])
    assert _transcript(database, episode).is_draft


def test_a_rough_draft_is_labelled(episode: Episode, database: Database) -> None:
    with database.transaction() as writing:
        transcripts_service.begin(writing, episode.id, ROUGH)
        transcripts_service.plan(writing, episode.id, SPANS[:1])
        transcripts_service.keep_chunk(writing, episode.id, 0, [_said(0, "hello")])
        transcripts_service.conclude(writing, episode.id)

    transcript = _transcript(database, episode)
    assert transcript.is_draft
    assert transcript.note == (
        "Rough draft, made by pocketsphinx: many words are wrong, but it helps to search."
    )


def test_captions_of_the_author_end_recognition(episode: Episode, database: Database) -> None:
    captions = read_captions("WEBVTT\n\n00:01.000 --> 00:03.000\nmy own words\n")
    with database.transaction() as writing:
        transcripts_service.import_captions(
            writing, writing.get_one(Episode, episode.id), captions, language=None
        )

    with pytest.raises(CaptionsStandError), database.transaction() as writing:
        transcripts_service.keep_chunk(writing, episode.id, 0, [_said(0, "hello")])
    with database.transaction() as writing:
        transcripts_service.fail(writing, episode.id, "It hung.")

    assert _texts(database, episode) == ["my own words"]
    assert _transcript(database, episode).state is TranscriptState.READY


def test_a_failed_one_is_tried_again_with_the_same_job(
    episode: Episode, database: Database, browse: Browse, waker: RecordingWaker
) -> None:
    with database.transaction() as writing:
        transcripts_service.lose_chunk(writing, episode.id, 1, "It hung.")
        transcripts_service.fail(writing, episode.id, "It broke.")
        job = writing.scalars(_recognitions(episode)).one()
        job.state = JobState.FAILED
        author = writing.get_one(User, episode.author_id)
    browser = browse(author)

    answer = browser.post(f"/api/v1/episodes/{episode.id}/transcript/retry")
    again = browser.post(f"/api/v1/episodes/{episode.id}/transcript/retry")

    assert (answer.status_code, answer.json["state"]) == (202, "queued")
    assert again.status_code == 409
    assert again.json["detail"] == "Speech recognition is already on its way."
    # What was heard before it failed is looked through meanwhile.
    assert waker.woken == ["default", "speech"]
    with database.reading() as session:
        jobs = session.scalars(_recognitions(episode)).all()
        chunks = transcripts_queries.list_chunks(session, _transcript(database, episode).id)
    assert [job.state for job in jobs] == [JobState.QUEUED]
    assert [chunk.state for chunk in chunks] == [ChunkState.PLANNED, ChunkState.PLANNED]


def test_a_rough_draft_is_tried_again_by_a_form(
    session: Session, browse: Browse, database: Database
) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode, (1, 2, "hello"), is_draft=True)

    answer = browse(ada).post(f"/e/{episode.slug}/transcript/retry")

    assert (answer.status_code, answer.location) == (302, f"/e/{episode.slug}")
    assert _transcript(database, episode).state is TranscriptState.QUEUED


def test_a_complete_one_is_not_tried_again(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode, (1, 2, "hello"))

    answer = browse(ada).post(f"/api/v1/episodes/{episode.id}/transcript/retry")

    assert answer.status_code == 409
    assert answer.json["detail"] == "There is nothing to try again: this transcript is complete."
