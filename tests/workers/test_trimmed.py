"""A recording that its author has trimmed before it was sent: the rest is never made playable."""

from pathlib import Path

import pytest
from sqlalchemy import select

from mediashare.edits import service as edits_service
from mediashare.library.models import EpisodeState
from mediashare.media.models import Rendition, Version
from mediashare.media.policy import Edit
from tests.mediafiles import MediaFiles
from tests.workers.pipeline import Pipeline

pytestmark = pytest.mark.slow


def send(pipeline: Pipeline, path: Path, edit: Edit) -> str:
    """A new episode of which only this is to be played, with everything done."""
    ident = pipeline.send(path)
    with pipeline.database.transaction() as session:
        edits_service.begin_with(session, ident, edit)
    pipeline.work()
    return ident


def test_no_file_ever_shows_what_was_trimmed(pipeline: Pipeline, mediafiles: MediaFiles) -> None:
    ident = send(pipeline, mediafiles.get("tone.m4a"), Edit(start_ms=1000, end_ms=2500))

    with pipeline.database.reading() as session:
        lengths = session.scalars(
            select(Rendition.duration_ms).where(Rendition.episode_id == ident)
        ).all()
    assert pipeline.episode(ident).duration_ms == pytest.approx(1500, abs=120)
    assert lengths
    assert max(lengths) < 1700


def test_an_end_beyond_the_end_is_the_end(pipeline: Pipeline, mediafiles: MediaFiles) -> None:
    ident = send(pipeline, mediafiles.get("tone.m4a"), Edit(start_ms=1000, end_ms=60_000))

    with pipeline.database.reading() as session:
        version = session.scalars(select(Version).where(Version.episode_id == ident)).one()
        ends = (version.start_ms, version.end_ms)
    assert ends == (1000, None)
    assert pipeline.episode(ident).duration_ms == pytest.approx(2000, abs=120)


def test_a_recording_of_which_nothing_would_be_left_says_so(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = send(pipeline, mediafiles.get("tone.m4a"), Edit(start_ms=30_000))

    episode = pipeline.episode(ident)
    assert episode.state is EpisodeState.FAILED
    assert (episode.failure or "").startswith("The recording ends at 0:0")
