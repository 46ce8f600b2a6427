"""A secret that was said or shown: once an edit hides it, nobody but the author has it."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mediashare.audit.models import AuditEntry
from mediashare.edits import service as edits_service
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Priority
from mediashare.jobs.models import JobRow, JobState
from mediashare.library import queries as library_queries
from mediashare.library.models import EpisodeState
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.errors import VersionReplacedError
from mediashare.media.jobs import MakeRendition
from mediashare.media.models import Picture, Rendition, Sound, Waveform
from mediashare.media.policy import Edit
from mediashare.search import queries as search_queries
from mediashare.search.queries.question import read_question
from mediashare.search.queries.request import SearchRequest
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.models import Origin, Segment, TranscriptState, Word
from tests import factories
from tests.edits.conftest import House

SECRET = Edit(muted=((9_500, 14_500),))
SHOWN = Edit(blurred=((9_500, 14_500),))


def shown_to_others(house: House) -> bool:
    with house.database.sessions() as session:
        reader = factories.make_user(session)
        session.rollback()
        return library_queries.may_user_read(session, reader.id, house.ident)


def words(house: House) -> list[str]:
    return [text for _start, _end, text in house.lines()]


@pytest.mark.parametrize("edit", [SECRET, SHOWN])
def test_others_see_nothing_until_what_was_hidden_is_gone(house: House, edit: Edit) -> None:
    published = house.episode().published_at
    assert shown_to_others(house)

    number = house.save(edit)

    assert house.episode().state is EpisodeState.PROCESSING
    assert not shown_to_others(house)
    house.make(number)
    assert house.episode().state is EpisodeState.READY
    assert house.episode().published_at == published
    assert shown_to_others(house)


def test_it_goes_before_everything_else_and_nothing_more_is_made_of_what_plays(
    house: House,
) -> None:
    with house.database.transaction() as session:
        job_queue.put(session, MakeRendition(subject=house.ident, version=1))

    house.save(SECRET)

    assert house.jobs() == [("rendition", 2)]
    with house.database.reading() as session:
        queued = select(JobRow.priority).where(JobRow.state == JobState.QUEUED)
        assert session.scalars(queued.where(JobRow.subject == house.ident)).all() == [
            Priority.URGENT
        ]


def test_what_was_to_be_made_of_the_old_version_is_refused_meanwhile(house: House) -> None:
    house.save(SECRET)

    with house.database.transaction() as session, pytest.raises(VersionReplacedError):
        media_service.lock_version(session, house.ident, 1)


def test_every_file_of_before_is_removed_with_the_first_new_one(house: House) -> None:
    with house.database.reading() as session:
        before = set(media_queries.list_storage_keys(session, house.ident))
        original = media_queries.find_recording(session, house.ident)
    assert original is not None
    number = house.save(SECRET)

    rendition = house.make(number)

    with house.database.reading() as session:
        assert session.scalars(select(Rendition.id)).all() == [rendition]
        assert session.scalar(select(func.count()).select_from(Sound)) == 1
        assert session.scalar(select(func.count()).select_from(Picture)) == 1
    assert set(house.removed()) == before - {original.storage_key}


def test_a_stream_of_before_ends_with_its_file_and_not_only_with_the_right_to_see_the_episode(
    house: House,
) -> None:
    with house.database.reading() as session:
        [rendition] = media_queries.list_renditions(session, house.ident)
    with house.database.sessions() as session:
        reader = factories.viewer_of(factories.make_user(session))

    def may_go_on() -> bool:
        with house.database.reading() as session:
            return media_queries.is_readable(session, reader, house.ident, rendition.storage_key)

    assert may_go_on()
    house.edit(SECRET)
    assert shown_to_others(house)
    assert not may_go_on()


def test_until_new_ones_are_made_there_is_no_picture_or_waveform(house: House) -> None:
    number = house.save(SHOWN)

    with house.database.transaction() as session:
        version = media_service.lock_version(session, house.ident, number)
        media_service.add_rendition(session, version, _like_the_first(session))

    assert house.episode().poster is None
    with house.database.reading() as session:
        assert session.scalars(select(Picture)).all() == []
        assert session.scalars(select(Waveform)).all() == []


def _like_the_first(session: Session) -> Rendition:
    first = session.scalars(select(Rendition)).first()
    assert first is not None
    names = [column.key for column in Rendition.__table__.columns if column.key != "id"]
    values = {name: getattr(first, name) for name in names}
    return Rendition(**{**values, "storage_key": "episodes/x/new.mp4"})


def test_what_was_hidden_before_already_is_nothing_to_take_back(house: House) -> None:
    house.edit(SECRET)

    house.save(Edit(start_ms=1000, muted=((9_500, 14_500),)))
    assert house.episode().state is EpisodeState.READY
    house.save(Edit(start_ms=1000, muted=((9_500, 15_000),)))
    assert house.episode().state is EpisodeState.PROCESSING


def test_muting_what_is_not_played_takes_nothing_back(house: House) -> None:
    house.edit(Edit(start_ms=20_000))

    house.save(Edit(start_ms=25_000, muted=((1000, 2000),)))

    assert house.episode().state is EpisodeState.READY


def test_the_words_go_at_once_and_can_not_be_found(house: House) -> None:
    house.transcribe()
    request = SearchRequest(question=read_question("swordfish"))

    def found() -> int:
        with house.database.reading() as session:
            return len(search_queries.search(session, house.viewer, request).results)

    assert found() == 1
    house.save(SECRET)

    assert words(house) == ["we restart the broker", "then it works again"]
    house.make(2)
    assert found() == 0
    assert words(house) == ["we restart the broker", "then it works again"]


def test_words_beside_the_secret_stay(house: House) -> None:
    house.transcribe()

    # “the password is swordfish” is said from 10 s to 14 s, one word a second.
    house.edit(Edit(muted=((13_100, 13_900),)))

    assert words(house)[1] == "the password is"


def test_a_caption_that_touches_the_secret_goes_as_a_whole(house: House) -> None:
    house.transcribe(origin=Origin.AUTHOR)
    with house.database.transaction() as session:
        transcript = transcripts_queries.find_transcript(session, house.ident)
        assert transcript is not None
        of_it = select(Segment.id).where(Segment.transcript_id == transcript.id)
        session.execute(delete(Word).where(Word.segment_id.in_(of_it)))

    house.edit(Edit(muted=((13_900, 14_500),)))

    assert words(house) == ["we restart the broker", "then it works again"]


def test_words_that_were_cut_off_before_are_not_kept_either(house: House) -> None:
    house.transcribe()
    house.edit(Edit(start_ms=18_000))

    house.edit(Edit(start_ms=18_000, muted=((9_500, 14_500),)))
    house.edit(Edit(muted=((9_500, 14_500),)))

    assert words(house) == ["we restart the broker", "then it works again"]


def test_going_back_before_it_is_made_shows_the_episode_again(house: House) -> None:
    house.transcribe()
    house.save(SECRET)

    assert house.use(1) == 1

    assert house.states() == {1: "current", 2: "former"}
    assert house.episode().state is EpisodeState.READY
    assert shown_to_others(house)
    # What was deleted is heard again, because it can be heard again.
    assert house.jobs() == [("transcript", 0)]


def test_when_it_can_not_be_made_the_episode_stays_away_from_others(house: House) -> None:
    number = house.save(SECRET)

    house.fail(number)

    assert house.episode().state is EpisodeState.FAILED
    assert house.episode().failure == "The disk was full."
    assert not shown_to_others(house)
    assert house.jobs() == []
    with house.database.transaction() as session, pytest.raises(VersionReplacedError):
        media_service.lock_version(session, house.ident, 1)


def test_what_could_not_be_made_is_tried_again_or_left(house: House) -> None:
    house.fail(house.save(SECRET))

    with house.database.transaction() as session:
        edits_service.make_again(session, house.viewer, house.ident)

    assert house.episode().state is EpisodeState.PROCESSING
    assert house.jobs() == [("rendition", 2)]
    house.fail(2)
    house.use(1)
    assert house.episode().state is EpisodeState.READY


def test_a_replaced_recording_with_a_secret_is_removed_at_once_too(
    house: House, make_upload: Callable[[], str]
) -> None:
    house.save(SECRET)

    number = house.replace(make_upload())
    house.probe(number)
    assert house.episode().state is EpisodeState.PROCESSING
    rendition = house.make(number)

    assert house.episode().state is EpisodeState.READY
    with house.database.reading() as session:
        assert session.scalars(select(Rendition.id)).all() == [rendition]


def test_an_episode_that_was_not_published_is_not_published_by_it(house: House) -> None:
    house.open(published_at=None, publish_when_ready=False)

    house.edit(SECRET)

    assert house.episode().published_at is None


def test_recognition_that_is_under_way_begins_anew_with_what_may_be_heard(house: House) -> None:
    house.transcribe(state=TranscriptState.RUNNING)

    house.edit(SECRET)

    assert words(house) == []
    assert house.jobs() == [("transcript", 0)]


def test_it_is_on_record(house: House) -> None:
    house.save(SECRET)
    house.use(1)

    with house.database.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.at)).all()
    assert [(entry.action, entry.details) for entry in entries] == [
        ("episode_withheld", {"version": 2}),
        ("episode_shown", {"version": 1}),
    ]
    assert {entry.subject_id for entry in entries} == {house.ident}
