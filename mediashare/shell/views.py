"""What the page of all components shows in them. Nothing of it is in the database."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import sin
from typing import Any

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.jobs.models import JobState
from mediashare.jobs.steps import Step
from mediashare.library.models import Audience, Episode, EpisodeKind, EpisodeState, Tag

THEMES = ("light", "dark")
# How loud a sound might be, from 0 to 255, at as many moments as a list's picture has bars.
PEAKS = [int(110 + 90 * sin(number / 3) * sin(number / 17)) for number in range(180)]


def components() -> Mapping[str, Any]:
    """People, episodes and steps in all the states that look different."""
    return {
        "themes": THEMES,
        "person": _person(),
        "episodes": _episodes(),
        "peaks": PEAKS,
        "steps": _steps(),
    }


def _person() -> User:
    return User(id="0" * 32, handle="priya", name="Priya Raman", team="Platform Security")


def _episodes() -> Sequence[Episode]:
    return [
        _episode("Why mTLS handshakes fail right after a rollout", solved_count=31),
        _episode("Postmortem radio: the expired intermediate", kind=EpisodeKind.AUDIO),
        _episode("For the mesh guild alone", audience=Audience.GROUP),
        _episode("Taken out of sight", hidden_at=clock.now()),
        _episode("On its way", state=EpisodeState.PROCESSING, published_at=None),
        _episode("Broken", state=EpisodeState.FAILED, published_at=None),
    ]


def _episode(title: str, **values: object) -> Episode:
    given: dict[str, Any] = {
        "kind": EpisodeKind.VIDEO,
        "state": EpisodeState.READY,
        "audience": Audience.INTERNAL,
        "published_at": clock.now() - timedelta(hours=3),
        "created_at": clock.now() - timedelta(hours=4),
        "duration_ms": 278_000,
        "rating_sum": 18,
        "rating_count": 4,
        "solved_count": 0,
        "comment_count": 2,
        **values,
    }
    return Episode(
        id="0" * 32,
        slug="example",
        title=title,
        description="",
        author=_person(),
        tags=[Tag(name="mtls"), Tag(name="kubernetes")],
        **given,
    )


def _steps() -> Sequence[Step]:
    return [
        _step("probe", JobState.DONE, took=2.0),
        _step("rendition", JobState.RUNNING, progress=0.41, seconds_left=130),
        _step("pictures", JobState.QUEUED, waiting_for="waiting for a free worker"),
        _step("transcript", JobState.FAILED, error="The disk is full."),
        _step("storyboard", JobState.CANCELLED),
    ]


def _step(name: str, state: JobState, **values: object) -> Step:
    given: dict[str, Any] = {
        "progress": 0.0,
        "error": None,
        "attempts": 1,
        "job_id": "0" * 32,
        **values,
    }
    return Step(name=name, state=state, **given)
