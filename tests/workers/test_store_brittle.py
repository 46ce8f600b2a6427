"""The store fails at each thing that each step asks of it; the episode ends ready, once (F-11 to
F-13)."""

from collections import Counter

import pytest

from mediashare.jobs.models import JobState
from mediashare.storage import keys
from mediashare.storage.port import StorageUnavailableError
from tests.mediafiles import MediaFiles
from tests.workers import misfortune
from tests.workers.misfortune import MEDIA, BrittleStorage
from tests.workers.pipeline import Pipeline

pytestmark = pytest.mark.slow


def test_each_call_of_each_step_fails_once_and_costs_an_attempt(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = pipeline.send(mediafiles.get("steps.webm"))
    storage = BrittleStorage(pipeline.settings.data / "objects")
    pipeline.storage = storage
    failed: Counter[str] = Counter()

    for job in misfortune.attempts(pipeline, storage.begin_attempt):
        if job.state is not JobState.DONE:
            assert (job.state, job.error) == (JobState.QUEUED, StorageUnavailableError.message)
            failed[job.id] += 1
        assert misfortune.list_left(pipeline.settings) == []

    assert failed == Counter(job_id for job_id, _call, _number in storage.failed)
    for job in pipeline.jobs(ident).values():
        if job.queue == MEDIA:
            calls = Counter(call for job_id, call, _ in storage.failed if job_id == job.id)
            stored = len(list(pipeline.storage.list(keys.results(ident, job.id))))
            assert calls["put"] == stored
            assert calls["open"] >= 1
    misfortune.check_it_is_ready_once(pipeline, ident)
