"""Where the check is required, nobody else sees an episode before all is decided."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.checks.policy import Policy
from mediashare.checks.queries import CheckState
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow
from mediashare.library import service as library_service
from mediashare.library.models import Episode, EpisodeState
from mediashare.media.policy import Edit
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.jobs import CheckTranscript
from mediashare.transcripts.models import TranscriptState
from tests.api import caller
from tests.checks.conftest import SLIP, CheckedHouse
from tests.factories import Browser, make_token
from workers.handlers import check

CLEAN = (2.0, 6.0, "we restart the broker")
CAPTIONS = "WEBVTT\n\n00:10.000 --> 00:14.000\nThe password is swordfish.\n"


@pytest.fixture
def policy() -> Policy:
    return Policy.REQUIRE


@pytest.fixture
def held(house: CheckedHouse) -> CheckedHouse:
    """An episode that plays for its author, who wants it published."""
    house.open(published_at=None, is_held=True)
    return house


def is_seen(house: CheckedHouse) -> bool:
    return house.episode().published_at is not None


def test_it_waits_until_what_is_said_was_looked_through(held: CheckedHouse) -> None:
    held.say(CLEAN)
    before = is_seen(held)

    held.work()

    assert (before, is_seen(held), held.notices()) == (False, True, [])


def test_it_waits_until_its_author_has_decided_about_everything(held: CheckedHouse) -> None:
    one, two = held.check(SLIP, (20.0, 24.0, "write to ada@example.com about it"))
    seen = [is_seen(held)]

    for finding in (one, two):
        held.keep(finding)
        seen.append(is_seen(held))

    assert seen == [False, False, True]
    assert held.notices() == [
        (
            f"“{held.episode().title}” may say 2 things that others should not hear. "
            "It is published once you have decided about each."
        )
    ]


def test_what_was_muted_is_published_when_the_muted_version_is_made(held: CheckedHouse) -> None:
    (found,) = held.check(SLIP)

    held.mute(found)
    held.work()
    before = (is_seen(held), held.episode().state)
    held.make(2)

    assert before == (False, EpisodeState.PROCESSING)
    assert is_seen(held)
    assert held.found() == [("password", "muted")]


@pytest.mark.parametrize("state", [TranscriptState.NONE, TranscriptState.FAILED])
def test_an_episode_without_words_passes(held: CheckedHouse, state: TranscriptState) -> None:
    held.check(state=state)

    assert is_seen(held)


def test_words_that_were_heard_before_recognition_failed_count(held: CheckedHouse) -> None:
    held.check(SLIP, state=TranscriptState.FAILED)

    assert (is_seen(held), held.found()) == (False, [("password", "open")])


def test_what_its_author_does_not_want_published_is_not(held: CheckedHouse) -> None:
    with held.database.transaction() as session:
        library_service.unpublish(session.get_one(Episode, held.ident))

    held.check(CLEAN)

    assert (is_seen(held), held.episode().is_held) == (False, False)


def test_words_that_change_before_it_is_published_are_looked_through_first(
    house: CheckedHouse,
) -> None:
    house.open(published_at=None, publish_when_ready=False)
    house.check(CLEAN)
    house.say(SLIP)

    publish(house)
    house.work()

    assert (is_seen(house), house.found()) == (False, [("password", "open")])


def test_what_was_never_checked_is_checked_when_it_is_to_be_published(house: CheckedHouse) -> None:
    house.open(published_at=None, publish_when_ready=False)
    house.transcribe()

    publish(house)
    waits = house.status().state
    house.work()

    assert waits is CheckState.WAITING
    assert (is_seen(house), house.found()) == (False, [("password", "open")])


def test_what_is_published_is_not_taken_back_by_what_is_found_later(house: CheckedHouse) -> None:
    house.check(SLIP)

    assert is_seen(house)
    assert len(house.notices()) == 1


def test_an_edit_does_not_let_a_held_episode_go(held: CheckedHouse) -> None:
    held.check(SLIP)

    held.edit(Edit(muted=((20_000, 21_000),)))
    held.work()

    assert (is_seen(held), held.episode().is_held) == (False, True)
    assert held.episode().is_released


def test_a_check_that_fails_keeps_it_held_and_tells_its_author(
    held: CheckedHouse, browse: Callable[[Any], Browser]
) -> None:
    held.say(CLEAN)
    with held.database.transaction() as session:
        job = CheckTranscript(subject=held.ident)
        row = session.scalars(select(JobRow).where(JobRow.kind == job.kind)).one()
        job_queue.cancel_one(session, row.id, reason="Stopped.")
        check.failed(session, job, "Stopped.")

    page = browse(held.author).get(held.episode().path).text

    assert (is_seen(held), held.status().state) == (False, CheckState.FAILED)
    assert "which has failed" in page
    assert len(held.notices()) == 1
    publish(held)
    held.work()
    assert is_seen(held)


def test_a_house_that_does_not_require_it_any_more_lets_it_go(held: CheckedHouse) -> None:
    held.check(SLIP)

    relaxed = held.settings.model_copy(update={"prepublish_check": "off"})
    held.settings = relaxed
    held.say(SLIP)
    held.work()

    assert is_seen(held)


def test_an_episode_made_by_a_program_is_held_until_its_captions_have_passed(
    house: CheckedHouse, session: Session, app: Any
) -> None:
    upload = caller.make_upload(session, house.author)
    house.put(upload.storage_key)
    token = {"Authorization": f"Bearer {make_token(session, house.author)}"}
    body = {"upload_id": upload.id, "title": "A clip", "captions": CAPTIONS}
    api = app.test_client()

    made = api.post("/api/v1/episodes", json=body, headers=token).json
    again = api.post("/api/v1/episodes", json=body, headers=token).json
    house.ident = made["id"]
    house.work()
    with house.database.transaction() as writing:
        library_service.make_ready(writing, house.ident, duration_ms=60_000)
    check = api.get(f"/api/v1/episodes/{house.ident}/check", headers=token).json
    (finding,) = check["findings"]
    path = f"/api/v1/episodes/{house.ident}/findings/{finding['id']}/keep"
    before = is_seen(house)
    after = api.post(path, headers=token).json

    assert (made["is_held"], again["id"]) == (True, made["id"])
    assert (check["policy"], check["state"], check["is_passed"]) == ("require", "done", False)
    assert (finding["kind"], finding["start"], finding["masked"]) == ("password", 10.0, "s•••")
    assert (before, is_seen(house)) == (False, True)
    assert (after["is_passed"], after["is_held"]) == (True, False)


def test_recognition_that_is_tried_again_is_waited_for(held: CheckedHouse) -> None:
    held.say(state=TranscriptState.RUNNING)
    held.work()

    assert (is_seen(held), held.status().state) == (False, CheckState.WAITING)

    with held.database.transaction() as session:
        transcripts_service.conclude(session, held.ident)
    held.work()

    assert is_seen(held)


def publish(house: CheckedHouse) -> None:
    """What the button does."""
    house.hold()
    with house.database.transaction() as session:
        library_service.publish(session.get_one(Episode, house.ident))
