"""Saving edits: what is asked for, what gives way, what plays meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from mediashare.edits import policy
from mediashare.edits import service as edits_service
from mediashare.edits.errors import NotEditableError
from mediashare.errors import InvalidInputError, NotAllowedError, NotFoundError
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobState
from mediashare.library.models import Audience, EpisodeState
from mediashare.media.jobs import MakeLadder
from mediashare.media.models import Recording, Rendition, VersionState
from mediashare.media.policy import Edit
from mediashare.notifications.models import Notification
from tests import factories
from tests.edits.conftest import FACTS, RECORDED_MS, SOUND_ONLY, House

TRIM = Edit(start_ms=10_000, end_ms=40_000)


def test_an_edit_is_another_version_of_the_same_recording(house: House) -> None:
    number = house.save(TRIM)

    first, second = house.version(1), house.version(number)
    assert (number, second.recording_id) == (2, first.recording_id)
    assert (second.start_ms, second.end_ms, second.made_by_id) == (10_000, 40_000, house.author.id)
    assert house.jobs() == [("rendition", 2)]


def test_a_trim_leaves_what_plays_alone_until_the_new_files_are_there(house: House) -> None:
    number = house.save(TRIM)
    meanwhile = house.episode()

    house.make(number)

    assert (meanwhile.state, meanwhile.duration_ms) == (EpisodeState.READY, RECORDED_MS)
    assert house.states() == {1: "former", 2: "current"}
    assert house.episode().duration_ms == 30_000
    with house.database.reading() as session:
        kept = session.scalars(select(Rendition.retired_at).order_by(Rendition.created_at)).all()
    assert [moment is None for moment in kept] == [False, True]


@pytest.mark.parametrize(
    ("edit", "errors"),
    [
        (Edit(20_000, 20_000), {"end": "The end must come after the start."}),
        (Edit(20_000, 10_000), {"end": "The end must come after the start."}),
        (Edit(20_000, 20_999), {"end": "At least one second must be left."}),
        (Edit(59_500), {"end": "At least one second must be left."}),
        (Edit(60_000), {"start": "The recording ends at 1:00."}),
        (Edit(0, 60_001), {"end": "The recording ends at 1:00."}),
        (Edit(muted=((5, 5),)), {"muted": "Each span must end after it starts."}),
        (Edit(muted=((59_000, 60_001),)), {"muted": "The recording ends at 1:00."}),
        (
            Edit(blurred=tuple((n * 10, n * 10 + 5) for n in range(101))),
            {"blurred": "At most 100 spans."},
        ),
    ],
)
def test_what_is_wrong_with_an_edit_is_said_by_field(edit: Edit, errors: dict[str, str]) -> None:
    recording = Recording(facts=FACTS)

    assert policy.find_mistakes(edit, recording, RECORDED_MS) == errors


def test_an_edit_that_can_not_be_made_is_refused(house: House) -> None:
    with pytest.raises(InvalidInputError) as caught:
        house.save(Edit(20_000, 20_999))

    assert caught.value.errors == {"end": "At least one second must be left."}
    assert (house.states(), house.jobs()) == ({1: "current"}, [])


@pytest.mark.parametrize(
    ("facts", "errors"),
    [
        (SOUND_ONLY, {"blurred": "There is no picture to blur."}),
        ({**FACTS, "audio": None}, {"muted": "There is no sound to mute."}),
    ],
)
def test_what_a_recording_does_not_have_can_not_be_hidden(
    facts: dict[str, Any], errors: dict[str, str]
) -> None:
    edit = Edit(muted=((0, 1000),), blurred=((0, 1000),))

    assert policy.find_mistakes(edit, Recording(facts=facts), RECORDED_MS) == errors


def test_spans_are_kept_in_order_and_joined(house: House) -> None:
    number = house.save(Edit(0, RECORDED_MS, ((5000, 6000), (1000, 2000), (1500, 5000))))

    made = house.version(number)
    assert (made.end_ms, made.muted) == (None, [[1000, 6000]])


def test_only_the_author_edits_and_nobody_else_learns_more(house: House) -> None:
    with house.database.sessions() as session:
        other = factories.viewer_of(factories.make_user(session))
        hidden = factories.make_episode(session, house.author, audience=Audience.PRIVATE).id

    with pytest.raises(NotAllowedError):
        house.save(TRIM, other)
    house.ident = hidden
    with pytest.raises(NotFoundError):
        house.save(TRIM, other)


def test_a_newer_edit_takes_the_place_of_one_that_is_being_made(house: House) -> None:
    house.save(TRIM)

    number = house.save(Edit(start_ms=5000))

    assert house.states() == {1: "current", 2: "former", 3: "making"}
    assert house.version(2).failure == "Version 3 took its place before it was made."
    assert house.jobs() == [("rendition", number)]
    assert house.jobs(JobState.CANCELLED) == [("rendition", 2)]


def test_asking_for_the_same_again_changes_nothing(house: House) -> None:
    first = house.save(TRIM)

    assert house.save(TRIM) == first
    assert house.jobs() == [("rendition", first)]
    house.make(first)
    assert house.save(TRIM) == first
    assert house.jobs() == []


def test_what_is_still_played_need_not_be_made_again(house: House) -> None:
    house.save(TRIM)

    number = house.save(Edit())

    assert number == 1
    assert house.states() == {1: "current", 2: "former"}
    assert house.version(2).failure == "You have gone back to version 1, which was still played."
    assert house.jobs() == []


def test_every_version_can_be_gone_back_to(house: House) -> None:
    house.edit(TRIM)

    house.make(house.use(1))
    house.make(house.use(2))

    assert house.states() == {1: "former", 2: "former", 3: "former", 4: "current"}
    assert Edit.of(house.version(3)) == Edit()
    assert Edit.of(house.version(4)) == TRIM


def test_before_a_recording_was_looked_at_it_can_not_be_edited(
    house: House, make_upload: Callable[[], str]
) -> None:
    with house.database.sessions() as session:
        house.ident = factories.make_episode(
            session, house.author, state=EpisodeState.PROCESSING
        ).id
    with pytest.raises(NotEditableError):
        house.save(TRIM)

    house.replace(make_upload())

    with pytest.raises(NotEditableError):
        house.save(TRIM)


def test_an_edit_before_anything_plays_is_made_instead(
    house: House, make_upload: Callable[[], str]
) -> None:
    with house.database.sessions() as session:
        house.ident = factories.make_episode(
            session, house.author, state=EpisodeState.PROCESSING, published_at=None
        ).id
    house.replace(make_upload())
    house.probe(1)

    house.edit(TRIM)

    assert house.states() == {1: "former", 2: "current"}
    assert house.episode().state is EpisodeState.READY


def test_an_edit_that_fails_leaves_what_plays_and_tells_the_author(house: House) -> None:
    number = house.save(TRIM)

    house.fail(number)

    assert house.states() == {1: "current", 2: "failed"}
    assert house.version(2).failure == "The disk was full."
    assert house.episode().state is EpisodeState.READY
    with house.database.reading() as session:
        note = session.scalars(select(Notification)).one()
    assert note.user_id == house.author.id
    assert note.text == "The new version of “A clip” could not be made: The disk was full."
    assert note.path == f"{house.episode().path}/edit"


def test_what_was_stopped_for_an_edit_goes_on_when_that_fails(house: House) -> None:
    with house.database.transaction() as session:
        job_queue.put(session, MakeLadder(subject=house.ident, version=1))
    number = house.save(TRIM)
    stopped = house.jobs(JobState.CANCELLED)

    house.fail(number)

    assert stopped == [("ladder", 1)]
    assert house.jobs() == [("ladder", 1)]


def test_what_failed_is_tried_again(house: House) -> None:
    number = house.save(TRIM)
    house.fail(number)

    for _twice in range(2):
        with house.database.transaction() as session:
            edits_service.make_again(session, house.viewer, house.ident)

    assert house.states() == {1: "current", 2: "making"}
    assert house.jobs() == [("rendition", 2)]
    house.make(number)
    assert house.states() == {1: "former", 2: "current"}


def test_versions_say_since_when_their_fate_is_known(house: House) -> None:
    number = house.save(TRIM)

    assert house.version(number).settled_at is None
    house.make(number)
    made = house.version(number)
    assert made.state is VersionState.CURRENT
    assert made.settled_at is not None
