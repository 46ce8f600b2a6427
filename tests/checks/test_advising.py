"""Where the check advises, episodes are published at once, and authors are told what was found."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mediashare.checks import queries as checks_queries
from mediashare.checks import service as checks_service
from mediashare.checks.queries import CheckState
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode
from mediashare.media.policy import Edit
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Origin, TranscriptState
from tests import factories
from tests.checks.conftest import SLIP, CheckedHouse
from tests.security.rows import all_rows
from workers.tools.findings import search

LEASE = timedelta(minutes=5)
CLEAN = (2.0, 6.0, "we restart the broker")
MAIL = (20.0, 24.0, "write to ada@example.com about it")


def test_what_slips_out_is_found_with_its_seconds(house: CheckedHouse) -> None:
    found = house.check(CLEAN, SLIP, MAIL)

    assert [(one.kind.value, one.start_ms, one.end_ms, one.masked) for one in found] == [
        ("password", 13_000, 14_000, "s•••"),
        ("email", 21_600, 22_400, "a•••"),
    ]
    assert house.episode().published_at is not None
    assert house.episode().is_held is False


def test_the_author_is_told_once_and_never_what_it_was(house: CheckedHouse) -> None:
    house.check(SLIP)
    house.check(CLEAN, SLIP)

    (notice,) = house.notices()

    assert "may say 1 thing that others should not hear" in notice
    assert "swordfish" not in notice


def test_the_author_is_told_of_what_is_found_later(house: CheckedHouse) -> None:
    (found,) = house.check(SLIP)
    house.keep(found)

    house.check(SLIP, MAIL)
    house.check(SLIP, MAIL)

    first, second = house.notices()
    assert "may say 1 thing" in first
    assert "may say 1 thing" in second


def test_nobody_is_told_of_nothing(house: CheckedHouse) -> None:
    house.check(CLEAN)

    assert house.notices() == []
    assert (house.found(), house.status().state) == ([], CheckState.DONE)


def test_the_words_stand_in_no_log_and_in_no_table_once_they_are_muted(
    house: CheckedHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (found,) = house.check(SLIP)

    house.mute(found)
    house.work()
    house.make(2)
    house.work()

    assert "swordfish" not in caplog.text
    assert "swordfish" not in str(all_rows(house.database))


def test_muting_takes_the_words_out_at_once_and_stays_when_it_is_made(
    house: CheckedHouse,
) -> None:
    (found,) = house.check(CLEAN, SLIP)

    house.mute(found)
    house.work()
    at_once = (house.found(), house.lines())
    house.make(2)
    house.work()

    assert at_once == (
        [("password", "muted")],
        [(2000, 6000, CLEAN[2]), (10_000, 12_000, "the password")],
    )
    assert house.version(2).muted == [[12_900, 14_100]]
    assert (house.found(), house.lines()) == at_once


def test_what_is_muted_is_not_kept(house: CheckedHouse, browse: Any) -> None:
    (found,) = house.check(SLIP)
    house.mute(found)

    path = f"/api/v1/episodes/{house.ident}/findings/{found.id}/keep"
    answer = browse(house.author).send("POST", path)

    assert answer.status_code == 409
    assert answer.json["detail"].startswith("This is muted. Take the mute back on the edit page")
    assert house.found() == [("password", "muted")]


def test_muting_on_the_edit_page_counts_too(house: CheckedHouse) -> None:
    house.check(CLEAN, SLIP)

    house.edit(Edit(muted=((9_500, 14_500),)))
    house.work()

    assert house.found() == [("password", "muted")]


def test_what_is_not_muted_any_more_and_is_heard_again_is_asked_about_again(
    house: CheckedHouse,
) -> None:
    (found,) = house.check(SLIP)
    house.mute(found)
    house.make(2)

    house.make(house.use(1))
    house.check(SLIP)

    assert house.found() == [("password", "open")]


def test_two_are_muted_before_the_first_is_made(house: CheckedHouse) -> None:
    one, two = house.check(SLIP, MAIL)

    house.mute(one)
    house.mute(two)
    house.work()

    assert house.version(3).muted == [[12_900, 14_100], [21_500, 22_500]]
    assert house.found() == [("password", "muted"), ("email", "muted")]


def test_what_is_trimmed_differently_is_muted_at_its_place_in_the_recording(
    house: CheckedHouse,
) -> None:
    house.edit(Edit(start_ms=8_000))
    (found,) = house.check((2.0, 6.0, SLIP[2]))

    house.mute(found)

    assert (found.start_ms, found.end_ms) == (13_000, 14_000)
    assert house.version(3).muted == [[12_900, 14_100]]
    assert house.version(3).start_ms == 8_000


def test_what_was_kept_stays_kept_however_it_is_trimmed(house: CheckedHouse) -> None:
    (found,) = house.check(CLEAN, SLIP)
    house.keep(found)

    house.edit(Edit(start_ms=8_000))
    house.work()

    assert house.found() == [("password", "kept")]


def test_other_words_at_the_same_place_are_asked_about_again(house: CheckedHouse) -> None:
    (found,) = house.check(SLIP)
    house.keep(found)

    house.check((10.0, 14.0, "the password is marlin"))

    assert house.found() == [("password", "open")]


def test_what_is_not_said_any_more_needs_no_decision(house: CheckedHouse) -> None:
    house.check(SLIP)

    house.check(CLEAN)

    assert house.found() == [("password", "gone")]
    assert house.status().is_passed


def test_a_check_of_words_that_have_changed_meanwhile_is_not_kept(house: CheckedHouse) -> None:
    house.say(SLIP)
    with house.database.transaction() as session:
        slow = job_queue.claim(session, ["default"], worker="slow", lease=LEASE)
        material = checks_queries.get_material(session, house.ident)
    assert slow is not None
    house.say(CLEAN)

    waiting = house.status().state
    house.work()
    with house.database.transaction() as session:
        found = search.find(material)
        checks_service.conclude(session, material, found, house.policy, job_id=slow.id)

    assert waiting is CheckState.WAITING
    assert [one.masked for one in found] == ["s•••"]
    assert house.found() == []


def test_a_transcript_that_changes_often_is_looked_through_once(house: CheckedHouse) -> None:
    house.say(SLIP)
    house.say(CLEAN)

    with house.database.reading() as session:
        waiting = session.scalars(select(JobRow.kind).where(JobRow.state == JobState.QUEUED)).all()
    assert waiting.count("check") == 1


def test_recognition_that_ends_without_words_says_so(house: CheckedHouse) -> None:
    house.say(state=TranscriptState.RUNNING)
    with house.database.transaction() as session:
        transcripts_service.fail(session, house.ident, "The engine died.")
    house.work()

    status = house.status()

    assert (status.state, status.is_passed, status.has_words) == (CheckState.DONE, True, False)


def test_what_slips_out_in_another_language_is_found_once_and_shown_there(
    house: CheckedHouse, browse: Any
) -> None:
    house.say(CLEAN, SLIP)
    beside = {"is_primary": False, "language": "fr", "origin": Origin.AUTHOR}
    lines = (
        (10.0, 14.0, "le password is swordfish"),
        (30.0, 34.0, "écrivez à eve@example.com demain"),
    )
    with house.database.sessions() as session:
        episode = session.get_one(Episode, house.ident)
        session.rollback()
        factories.make_transcript(session, episode, *lines, **beside)
    house.work()

    found = house.found()
    page = browse(house.author).get(f"{house.episode().path}/check").text

    assert found == [("password", "open"), ("email", "open")]
    assert 'lang="fr">écrivez à <mark>eve@example.com</mark> demain' in page
    assert page.count("<mark>swordfish</mark>") == 2


def test_nothing_has_passed_while_something_is_being_translated(house: CheckedHouse) -> None:
    house.check(CLEAN)
    with house.database.sessions() as session:
        episode = session.get_one(Episode, house.ident)
        session.rollback()
        values = {"is_primary": False, "language": "en", "origin": Origin.TRANSLATION}
        factories.make_transcript(session, episode, state=TranscriptState.RUNNING, **values)
    before = house.status().state

    with house.database.transaction() as session:
        transcripts_service.fail(session, house.ident, "No luck.", "en")
    house.work()

    assert (before, house.status().state) == (CheckState.WAITING, CheckState.DONE)
