"""The steps of processing for programs: what they say, trying one again, stopping one."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Scope, User
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode, EpisodeState
from tests import factories
from tests.api.caller import Caller


def make_step(session: Session, episode: Episode, **values: Any) -> JobRow:
    row = JobRow(subject=episode.id, **{"queue": "media", "max_attempts": 4, **values})
    session.add(row)
    session.commit()
    return row


def make_waiting(session: Session, author: User) -> Episode:
    return factories.make_episode(session, author, state=EpisodeState.PROCESSING, published_at=None)


def test_a_running_step_says_how_long_it_takes(session: Session, ada: User, as_ada: Caller) -> None:
    episode = make_waiting(session, ada)
    make_step(session, episode, kind="rendition", state=JobState.RUNNING, attempt=1, progress=0.5,
              ends_at=clock.now() + timedelta(seconds=90))  # fmt: skip

    (step,) = (as_ada.get(f"/episodes/{episode.id}").json or {})["steps"]

    assert step.pop("seconds_left") in range(60, 91)
    assert step == {
        "name": "rendition",
        "state": "running",
        "progress": 0.5,
        "error": None,
        "attempts": 1,
        "waiting_for": None,
    }


def test_a_step_is_stopped_and_tried_again(session: Session, ada: User, as_ada: Caller) -> None:
    episode = make_waiting(session, ada)
    make_step(session, episode, kind="probe")
    path = f"/episodes/{episode.id}/steps/probe"

    stopped, again = as_ada.post(f"{path}/cancel", None), as_ada.post(f"{path}/retry", None)

    assert (stopped.status_code, again.status_code) == (200, 200)
    found = [answer.json or {} for answer in (stopped, again)]
    assert [(episode["state"], episode["failure"]) for episode in found] == [
        ("failed", "Stopped by its author."),
        ("processing", None),
    ]
    assert [episode["steps"][0]["state"] for episode in found] == ["cancelled", "queued"]


def test_a_step_that_is_over_is_not_stopped_and_one_that_waits_not_tried_again(
    session: Session, ada: User, as_ada: Caller
) -> None:
    episode = make_waiting(session, ada)
    make_step(session, episode, kind="probe", state=JobState.DONE)
    make_step(session, episode, kind="rendition")
    path = f"/episodes/{episode.id}/steps"

    answers = [
        as_ada.post(f"{path}/{act}", None)
        for act in ("probe/cancel", "rendition/retry", "poetry/retry", "poetry/cancel")
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 404, 404]
    assert (answers[0].json or {})["detail"] == "Only what waits or runs can be stopped."


def test_a_token_that_may_only_read_changes_nothing(
    client: FlaskClient, session: Session, ada: User
) -> None:
    episode = make_waiting(session, ada)
    step = make_step(session, episode, kind="probe")
    reader = Caller(client, session, ada, Scope.READ)

    answer = reader.post(f"/episodes/{episode.id}/steps/probe/cancel", None)

    session.refresh(step)
    assert (answer.status_code, step.state) == (403, JobState.QUEUED)


def test_what_others_may_not_see_has_no_steps_for_them(
    session: Session, ada: User, as_bob: Caller
) -> None:
    episode = make_waiting(session, ada)
    make_step(session, episode, kind="probe")

    own, missing = (
        as_bob.post(f"/episodes/{ident}/steps/probe/cancel", None)
        for ident in (episode.id, "0" * 32)
    )

    assert (own.status_code, own.data) == (404, missing.data)
