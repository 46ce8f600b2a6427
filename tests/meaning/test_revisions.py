"""The database counts what changes the meaning of an episode, whoever changes it."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from mediashare.db.session import begin_writing
from mediashare.library.models import Episode
from mediashare.meaning import queries as meaning_queries
from mediashare.meaning import service as meaning_service
from mediashare.meaning.models import Meaning, MeaningVectors
from mediashare.meaning.queries import Due
from mediashare.transcripts.models import Segment, Transcript, TranscriptState
from tests.factories import make_episode, make_transcript, make_user

MODEL = "a model"
Change = Callable[[Session, str], object]


def change_words(session: Session, ident: str) -> None:
    session.execute(update(Segment).where(Segment.episode_id == ident).values(text="other words"))


def move_words(session: Session, ident: str) -> None:
    of_it = Segment.episode_id == ident
    session.execute(update(Segment).where(of_it).values(start_ms=Segment.start_ms + 10))


def remove_words(session: Session, ident: str) -> None:
    session.execute(delete(Segment).where(Segment.episode_id == ident))


def add_words(session: Session, ident: str) -> None:
    transcript = session.scalars(select(Transcript).where(Transcript.episode_id == ident)).one()
    row = {"transcript_id": transcript.id, "episode_id": ident, "start_ms": 9, "end_ms": 10}
    session.execute(insert(Segment), [{**row, "text": "one"}, {**row, "text": "more"}])


def change_state(session: Session, ident: str) -> None:
    of_it = Transcript.episode_id == ident
    session.execute(update(Transcript).where(of_it).values(state=TranscriptState.FAILED))


def change_language(session: Session, ident: str) -> None:
    session.execute(update(Transcript).where(Transcript.episode_id == ident).values(language="de"))


def remove_transcript(session: Session, ident: str) -> None:
    session.execute(delete(Transcript).where(Transcript.episode_id == ident))


def rename(session: Session, ident: str) -> None:
    session.execute(update(Episode).where(Episode.id == ident).values(title="Another title"))


def describe(session: Session, ident: str) -> None:
    session.execute(update(Episode).where(Episode.id == ident).values(description="Longer."))


def name_speakers(session: Session, ident: str) -> None:
    session.execute(update(Segment).where(Segment.episode_id == ident).values(speaker="Ada"))


def touch_transcript(session: Session, ident: str) -> None:
    session.execute(update(Transcript).where(Transcript.episode_id == ident).values(note="Draft."))


@pytest.fixture
def ident(session: Session) -> str:
    """An episode whose vectors are those of its words."""
    episode = make_episode(session, make_user(session))
    make_transcript(session, episode, (0, 1, "the broker restarts"), (1, 2, "again"))
    keep(session, episode.id)
    return episode.id


def keep(session: Session, ident: str) -> None:
    begin_writing(session)
    revision = session.scalars(select(Meaning.revision).where(Meaning.episode_id == ident)).one()
    meaning_service.keep_vectors(session, Due(ident, revision), MODEL, b"8 bytes." * 2, b"them")
    session.commit()


def is_current(session: Session, ident: str) -> bool:
    return ident in meaning_queries.list_current(session, MODEL)


@pytest.mark.parametrize(
    "change",
    [
        change_words,
        move_words,
        remove_words,
        add_words,
        change_state,
        change_language,
        remove_transcript,
        rename,
    ],
)
def test_vectors_of_other_words_are_nobodys_at_once_and_made_anew(
    session: Session, ident: str, change: Change
) -> None:
    other = make_episode(session, make_user(session))
    make_transcript(session, other, (0, 1, "elsewhere"))
    keep(session, other.id)
    before = is_current(session, ident)
    session.commit()

    begin_writing(session)
    change(session, ident)
    session.commit()

    assert (before, is_current(session, ident), is_current(session, other.id)) == (
        True,
        False,
        True,
    )
    assert [due.episode_id for due in meaning_queries.list_due(session, MODEL, 10)] == [ident]


@pytest.mark.parametrize("change", [describe, name_speakers, touch_transcript])
def test_what_changes_no_meaning_costs_nothing(
    session: Session, ident: str, change: Change
) -> None:
    begin_writing(session)
    change(session, ident)
    session.commit()

    assert is_current(session, ident)
    assert meaning_queries.list_due(session, MODEL, 10) == []


def add_captions(session: Session, ident: str) -> None:
    beside = Transcript(
        episode_id=ident, is_primary=False, language="de", state=TranscriptState.READY
    )
    session.add(beside)
    session.flush()
    row = {"transcript_id": beside.id, "episode_id": ident, "start_ms": 0, "end_ms": 10}
    session.execute(insert(Segment), [{**row, "text": "eins"}, {**row, "text": "zwei"}])


def change_captions(session: Session, ident: str) -> None:
    beside = select(Transcript.id).where(Transcript.episode_id == ident, ~Transcript.is_primary)
    of_them = Segment.transcript_id.in_(beside)
    session.execute(update(Segment).where(of_them).values(text="drei"))
    session.execute(
        update(Transcript)
        .where(Transcript.id.in_(beside))
        .values(state=TranscriptState.RUNNING, language="fr")
    )


def remove_captions(session: Session, ident: str) -> None:
    beside = select(Transcript.id).where(Transcript.episode_id == ident, ~Transcript.is_primary)
    of_them = Segment.transcript_id.in_(beside)
    session.execute(
        delete(Segment).where(of_them, Segment.text.in_(["eins", "drei"])),
    )
    session.execute(delete(Transcript).where(Transcript.id.in_(beside)))


@pytest.mark.parametrize("change", [add_captions, change_captions, remove_captions])
def test_captions_beside_what_is_said_change_no_meaning(
    session: Session, ident: str, change: Change
) -> None:
    begin_writing(session)
    if change is not add_captions:
        add_captions(session, ident)
        session.commit()
        keep(session, ident)
        begin_writing(session)
    change(session, ident)
    session.commit()

    assert is_current(session, ident)
    assert meaning_queries.list_due(session, MODEL, 10) == []


def test_captions_that_become_what_is_said_count(session: Session, ident: str) -> None:
    begin_writing(session)
    add_captions(session, ident)
    session.execute(delete(Transcript).where(Transcript.episode_id == ident, Transcript.is_primary))
    session.commit()
    keep(session, ident)
    before = is_current(session, ident)
    session.commit()

    begin_writing(session)
    session.execute(
        update(Transcript).where(Transcript.episode_id == ident).values(is_primary=True)
    )
    session.commit()

    assert (before, is_current(session, ident)) == (True, False)


def test_another_model_makes_all_vectors_anew(session: Session, ident: str) -> None:
    assert [due.episode_id for due in meaning_queries.list_due(session, "newer", 10)] == [ident]
    assert meaning_queries.list_current(session, "newer") == {}


def test_vectors_of_what_was_said_before_count_for_nothing(session: Session, ident: str) -> None:
    begin_writing(session)
    [(_, read)] = session.execute(select(Meaning.episode_id, Meaning.revision)).all()
    change_words(session, ident)
    meaning_service.keep_vectors(session, Due(ident, read), MODEL, b"8 bytes.", b"old")
    session.commit()

    assert not is_current(session, ident)


def test_nothing_is_left_of_a_deleted_episode(session: Session, ident: str) -> None:
    begin_writing(session)
    session.execute(delete(Episode).where(Episode.id == ident))
    meaning_service.keep_vectors(session, Due(ident, 1), MODEL, b"8 bytes.", b"late")
    session.commit()

    assert session.scalars(select(Meaning)).all() == []
    assert session.scalars(select(MeaningVectors)).all() == []


@pytest.mark.parametrize("state", [TranscriptState.QUEUED, TranscriptState.RUNNING])
def test_speech_that_is_being_recognised_is_left_alone(
    session: Session, state: TranscriptState
) -> None:
    episode = make_episode(session, make_user(session))
    make_transcript(session, episode, (0, 1, "half of it"), state=state)

    assert meaning_queries.list_due(session, MODEL, 10) == []
