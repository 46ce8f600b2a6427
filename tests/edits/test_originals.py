"""Originals: how long they stay, who needs them, and what goes with them."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from mediashare import clock
from mediashare.audit.models import AuditEntry
from mediashare.config import Settings
from mediashare.edits import policy
from mediashare.edits import queries as edits_queries
from mediashare.edits import service as edits_service
from mediashare.edits.errors import NothingElseError, OriginalRemovedError, StillNeededError
from mediashare.edits.jobs import DropOriginals
from mediashare.errors import NotAllowedError, NotFoundError
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import EpisodeState
from mediashare.media import queries as media_queries
from mediashare.media.jobs import MakeLadder
from mediashare.media.models import Recording, Rendition, Version
from mediashare.media.policy import Edit
from mediashare.storage import keys
from mediashare.storage.port import ObjectMissingError
from mediashare.uploads import queries as uploads_queries
from mediashare.verify import list_findings
from tests import factories
from tests.edits.conftest import House
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner

DAYS = 30


def pass_days(house: House, days: float) -> None:
    """Everything so far happened so many days earlier."""
    with house.database.transaction() as session:
        for version in session.scalars(select(Version).where(Version.settled_at.is_not(None))):
            assert version.settled_at is not None
            version.settled_at -= timedelta(days=days)


def sweep(house: House, settings: Settings, days: int = DAYS) -> None:
    """The job comes round, and all that it asks for is done."""
    with house.database.transaction() as session:
        job_queue.put(session, DropOriginals())
    given = settings.model_copy(update={"original_days": days})
    runner = Runner(Parts(given, house.database, house.storage), REGISTRY)
    while runner.work("default"):
        pass


def kept(house: House) -> list[bool]:
    """Whether the bytes of each recording are there, oldest first."""
    with house.database.reading() as session:
        found = media_queries.list_recordings(session, house.ident)
    there = []
    for recording in reversed(found):
        try:
            house.storage.stat(recording.storage_key)
        except ObjectMissingError:
            there.append(False)
        else:
            there.append(True)
        assert there[-1] is (recording.dropped_at is None)
    return there


def remove(house: House) -> int:
    with house.database.transaction() as session:
        return edits_service.remove_originals(session, house.viewer, house.ident)


@pytest.mark.parametrize(
    ("passed", "days", "stays"),
    [(29.9, DAYS, True), (30.1, DAYS, False), (40_000, 0, True)],
)
def test_an_original_is_kept_for_as_many_days_as_the_house_says(
    house: House, settings: Settings, passed: float, days: int, *, stays: bool
) -> None:
    pass_days(house, passed)

    sweep(house, settings, days)

    assert kept(house) == [stays]


def test_only_the_bytes_go(house: House, settings: Settings) -> None:
    pass_days(house, DAYS + 1)

    sweep(house, settings)

    with house.database.reading() as session:
        recording = session.scalars(select(Recording)).one()
        assert recording.facts is not None
        assert len(media_queries.list_renditions(session, house.ident)) == 1
    assert house.episode().state is EpisodeState.READY


def test_an_original_stays_while_a_version_is_being_made(house: House, settings: Settings) -> None:
    pass_days(house, DAYS + 1)
    house.save(Edit(start_ms=1000))

    sweep(house, settings)

    assert kept(house) == [True]


def test_an_original_stays_while_any_file_is_being_made(house: House, settings: Settings) -> None:
    pass_days(house, DAYS + 1)
    with house.database.transaction() as session:
        job_queue.put(session, MakeLadder(subject=house.ident, version=1))

    sweep(house, settings)

    assert kept(house) == [True]


def test_the_days_are_counted_from_the_last_version_of_a_recording(
    house: House, settings: Settings
) -> None:
    pass_days(house, DAYS + 1)
    house.edit(Edit(start_ms=1000))

    sweep(house, settings)

    assert kept(house) == [True]


def test_a_replaced_recording_goes_by_the_same_rule(
    house: House, settings: Settings, make_upload: Callable[[], str]
) -> None:
    number = house.replace(make_upload())
    house.probe(number)
    pass_days(house, DAYS + 1)
    house.make(number)

    sweep(house, settings)

    assert kept(house) == [False, True]


def test_the_only_thing_that_is_there_of_an_episode_is_never_dropped(
    house: House, settings: Settings, make_upload: Callable[[], str]
) -> None:
    with house.database.sessions() as session:
        house.ident = factories.make_episode(
            session, house.author, state=EpisodeState.PROCESSING
        ).id
    house.replace(make_upload())
    house.fail(1, "This is no recording.")
    pass_days(house, DAYS + 1)

    sweep(house, settings)

    assert kept(house) == [True]
    with pytest.raises(NothingElseError):
        remove(house)


def test_who_asks_for_something_at_the_last_moment_gets_it(house: House) -> None:
    pass_days(house, DAYS + 1)
    before = clock.now() - timedelta(days=DAYS)
    with house.database.reading() as session:
        [due] = edits_queries.list_due(session, before, most=10)
    house.save(Edit(start_ms=1000))

    with house.database.transaction() as session:
        edits_service.drop_if_due(session, due, before=before)

    assert kept(house) == [True]


def test_without_the_original_nothing_can_be_edited_and_the_author_is_told_why(
    house: House,
) -> None:
    remove(house)
    now = clock.now()
    day = f"{now.day} {now:%b %Y}"

    with pytest.raises(OriginalRemovedError) as caught:
        house.save(Edit(start_ms=1000))

    assert str(caught.value) == (
        f"The original was removed on {day}; send the recording again to edit it."
    )
    assert house.jobs() == []


def test_authors_let_it_go_at_once_and_what_only_former_viewers_play_with_it(
    house: House, settings: Settings
) -> None:
    house.edit(Edit(start_ms=1000))

    assert remove(house) == 1
    sweep(house, settings)

    assert kept(house) == [False]
    with house.database.reading() as session:
        assert [one.retired_at for one in session.scalars(select(Rendition))] == [None]
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.details) == ("originals_removed", {"count": 1})
    assert remove(house) == 0


def test_it_does_not_go_while_something_is_made_of_it(house: House) -> None:
    house.save(Edit(muted=((1000, 2000),)))

    with pytest.raises(StillNeededError):
        remove(house)


def test_nobody_else_lets_it_go(house: House) -> None:
    with house.database.sessions() as session:
        other = factories.viewer_of(factories.make_user(session))

    with house.database.transaction() as session, pytest.raises(NotAllowedError):
        edits_service.remove_originals(session, other, house.ident)


def test_a_dropped_original_can_not_be_downloaded(house: House) -> None:
    with house.database.reading() as session:
        media_queries.get_own_recording(session, house.viewer, house.ident)
    remove(house)

    with house.database.reading() as session, pytest.raises(NotFoundError):
        media_queries.get_own_recording(session, house.viewer, house.ident)


def test_only_what_is_kept_counts_for_the_quota(
    house: House, make_upload: Callable[[], str]
) -> None:
    def reserved() -> int:
        with house.database.reading() as session:
            return uploads_queries.count_reserved_bytes(session, house.author.id)

    assert reserved() == 9
    number = house.replace(make_upload())
    assert reserved() == 14
    house.probe(number)
    house.make(number)
    remove(house)
    assert reserved() == 0


def test_verify_knows_what_was_dropped_and_finds_what_stayed_behind(
    house: House,
) -> None:
    remove(house)
    key = keys.recording(house.ident)
    house.storage.put(key, io.BytesIO(b"recording"), content_type="video/mp4")

    def findings() -> list[str]:
        return list(list_findings(house.database, house.storage, grace=timedelta()))

    assert findings() == []
    with house.database.transaction() as session:
        session.execute(update(JobRow).values(state=JobState.DONE))
    assert findings() == [f"The object {key} is in the store, but nothing refers to it."]
    house.storage.delete(key)
    assert findings() == []


def test_the_page_says_until_when(house: House) -> None:
    first = house.version(1)

    assert first.settled_at is not None
    assert policy.kept_until([first], DAYS) == first.settled_at + timedelta(days=DAYS)
    assert policy.kept_until([first], 0) is None
    assert policy.kept_until([first, Version()], DAYS) is None
