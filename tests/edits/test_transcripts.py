"""A transcript follows what is played: moved, cut, brought back, or made anew."""

from collections.abc import Callable

from sqlalchemy import select

from mediashare.chapters.jobs import ProposeOutline
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobState
from mediashare.library.models import EpisodeState
from mediashare.media.policy import Edit
from mediashare.notifications.models import Notification
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.jobs import Transcribe
from mediashare.transcripts.models import (
    Chunk,
    ChunkState,
    CutSegment,
    Origin,
    Segment,
    TranscriptState,
    Word,
)
from mediashare.transcripts.policy import EngineChoice, EngineName
from mediashare.transcripts.service import Caption
from tests.edits.conftest import House
from tests.factories import make_episode

CAPTIONS = [Caption(2000, 6000, "We restart."), Caption(20_000, 24_000, "It works.", "Ada")]


def bring_captions(house: House) -> None:
    with house.database.transaction() as session:
        transcripts_service.import_captions(
            session, session.merge(house.episode()), CAPTIONS, language="en"
        )


def test_what_is_played_later_or_earlier_is_said_later_or_earlier(house: House) -> None:
    house.transcribe()

    house.edit(Edit(start_ms=8000))

    assert house.lines() == [
        (2000, 6000, "the password is swordfish"),
        (12_000, 16_000, "then it works again"),
    ]
    assert [(w.start_ms, w.text) for w in house.said()[0].words][:2] == [
        (2000, "the"),
        (3000, "password"),
    ]


def test_what_is_cut_off_is_not_there_and_comes_back_exactly(house: House) -> None:
    house.transcribe()
    before = house.said()

    house.edit(Edit(8000, 18_000))
    trimmed = house.lines()
    house.make(house.use(1))

    assert trimmed == [(2000, 6000, "the password is swordfish")]
    assert house.said() == before
    assert house.jobs() == []


def test_a_sentence_that_is_cut_in_two_says_what_is_heard_of_it(house: House) -> None:
    house.transcribe()
    before = house.said()

    house.edit(Edit(11_800, 22_200))
    trimmed = house.lines()
    house.edit(Edit(10_600, 22_200))
    wider = house.lines()
    house.make(house.use(1))

    assert trimmed == [(200, 2200, "is swordfish"), (8200, 10_200, "then it")]
    assert wider == [(400, 3400, "password is swordfish"), (9400, 11_400, "then it")]
    assert house.said() == before


def _put_in(house: House) -> None:
    """The glossary has written `password is swordfish` where something else was heard."""
    heard = {"password": "past word is sword fish", "is": "", "swordfish": ""}
    with house.database.transaction() as session:
        for word in session.scalars(select(Word).where(Word.text.in_(heard))):
            word.heard = heard[word.text]


def test_what_was_heard_before_a_term_was_put_in_comes_back_with_it(house: House) -> None:
    house.transcribe()
    _put_in(house)
    before = house.said()

    house.edit(Edit(start_ms=18_000))
    house.make(house.use(1))

    assert "past word is sword fish" in str(before)
    assert house.said() == before


def test_what_was_heard_goes_with_what_is_muted_of_its_sentence(house: House) -> None:
    house.transcribe()
    _put_in(house)

    house.edit(Edit(muted=((12_100, 14_000),)))

    with house.database.reading() as session:
        kept = {word.text: word.heard for word in session.scalars(select(Word))}
    assert "swordfish" not in kept
    assert "password" in kept
    assert set(kept.values()) == {None}


def test_captions_of_the_author_are_kept_and_moved_and_never_recognised(house: House) -> None:
    bring_captions(house)
    before = house.said()

    house.edit(Edit(start_ms=10_000))
    trimmed = house.said()
    house.make(house.use(1))

    assert [(one.start_ms, one.text, one.speaker) for one in trimmed] == [
        (10_000, "It works.", "Ada")
    ]
    assert house.said() == before
    assert house.jobs() == [(ProposeOutline.kind, 0)]


def test_a_caption_that_is_half_cut_off_is_shown_while_it_can_be_heard(house: House) -> None:
    bring_captions(house)

    house.edit(Edit(3000, 21_000))

    assert house.lines() == [(0, 3000, "We restart.")]


def test_what_nobody_has_listened_to_is_recognised_when_it_is_played(house: House) -> None:
    house.edit(Edit(8000, 18_000))
    house.transcribe()

    house.make(house.use(1))

    assert house.lines() == []
    assert house.transcript().state is TranscriptState.QUEUED
    assert house.jobs() == [("transcript", 0)]


def test_what_was_muted_and_is_not_any_more_is_recognised_again(house: House) -> None:
    house.transcribe()
    house.edit(Edit(muted=((9500, 14_500),)))
    assert house.jobs() == []

    house.make(house.use(1))

    assert house.jobs() == [("transcript", 0)]


def test_another_recording_is_recognised_anew(house: House, make_upload: Callable[[], str]) -> None:
    house.transcribe(note="Rough.", is_draft=True)

    number = house.replace(make_upload())
    during = house.lines()
    house.probe(number)
    house.make(number)

    assert len(during) == 3
    assert house.lines() == []
    found = house.transcript()
    assert (found.state, found.note, found.is_draft) == (TranscriptState.QUEUED, None, False)
    assert house.jobs() == [("transcript", 0)]


def test_captions_go_with_their_recording_and_the_author_is_told(
    house: House, make_upload: Callable[[], str]
) -> None:
    bring_captions(house)

    number = house.replace(make_upload())
    house.probe(number)
    house.make(number)

    assert house.lines() == []
    assert house.transcript().origin is Origin.RECOGNISER
    with house.database.reading() as session:
        note = session.scalars(select(Notification)).one()
    assert note.text == (
        "Your captions of “A clip” belonged to the recording that you have replaced and are gone. "
        "Speech is recognised instead, until you bring captions of the new recording."
    )


def test_recognition_that_was_under_way_is_stopped_and_asked_for_again(house: House) -> None:
    house.transcribe(state=TranscriptState.QUEUED)
    with house.database.transaction() as session:
        job_queue.put(session, Transcribe(subject=house.ident))

    house.edit(Edit(start_ms=8000))

    assert house.jobs(JobState.CANCELLED) == [("transcript", 0)]
    assert house.jobs() == [("transcript", 0)]


def test_gaps_move_along_and_those_that_were_cut_off_are_tried_again_later(house: House) -> None:
    found = house.transcribe()
    with house.database.transaction() as session:
        for position, (start, end) in enumerate(((30_000, 35_000), (50_000, 55_000))):
            session.add(
                Chunk(
                    transcript_id=found.id,
                    position=position,
                    start_ms=start,
                    end_ms=end,
                    state=ChunkState.FAILED,
                )
            )

    house.edit(Edit(8000, 40_000))
    with house.database.reading() as session:
        gaps = transcripts_queries.list_gaps(session, found.id)
    house.make(house.use(1))

    assert [(gap.start_ms, gap.end_ms) for gap in gaps] == [(22_000, 27_000)]
    assert house.jobs() == [("transcript", 0)]


def count_aside(house: House) -> int:
    with house.database.reading() as session:
        return len(session.scalars(select(CutSegment)).all())


def test_new_captions_forget_what_was_put_aside(house: House) -> None:
    house.transcribe()
    house.edit(Edit(start_ms=8000))
    assert count_aside(house) == 1

    bring_captions(house)

    assert count_aside(house) == 0


def test_another_recogniser_forgets_what_was_put_aside(house: House) -> None:
    house.transcribe()
    house.edit(Edit(start_ms=8000))

    with house.database.transaction() as session:
        choice = EngineChoice(EngineName.POCKETSPHINX, "because", "another")
        transcripts_service.begin(session, house.ident, choice)

    assert count_aside(house) == 0
    assert house.transcript().heard is None


def test_captions_that_came_with_the_upload_follow_the_first_version(
    house: House, make_upload: Callable[[], str]
) -> None:
    with house.database.sessions() as session:
        house.ident = make_episode(session, house.author, state=EpisodeState.PROCESSING).id
    house.replace(make_upload())
    bring_captions(house)
    house.probe(1)

    house.edit(Edit(start_ms=1000))

    assert house.lines()[0] == (1000, 5000, "We restart.")


def test_the_language_that_was_heard_in_a_sentence_comes_back_with_it(house: House) -> None:
    house.transcribe(language="en")
    with house.database.transaction() as session:
        for segment in session.scalars(select(Segment).where(Segment.text.contains("works"))):
            segment.language = "fr"

    house.edit(Edit(start_ms=22_500))
    trimmed = house.said()
    house.make(house.use(1))

    assert [one.language for one in trimmed] == ["fr"]
    assert [one.language for one in house.said()] == [None, None, "fr"]
