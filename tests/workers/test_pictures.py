"""What stands for an episode where it is listed, and what is drawn while it plays."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from mediashare.db.session import begin_writing
from mediashare.jobs import queue as job_queue
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.media import jobs as media_jobs
from mediashare.media import service as media_service
from tests.mediafiles import MediaFiles
from tests.workers.pipeline import Pipeline
from workers.tools.peaks import read_peaks

pytestmark = pytest.mark.slow
JPEG_START, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"


def begin(pipeline: Pipeline) -> Session:
    session = pipeline.database.sessions()
    begin_writing(session)
    return session


def test_a_video_gets_a_poster_and_a_waveform(pipeline: Pipeline, mediafiles: MediaFiles) -> None:
    ident = pipeline.make(mediafiles.get("fits.mp4"))

    media, episode = pipeline.media(ident), pipeline.episode(ident)
    assert media.picture is not None
    assert episode.poster == media.picture.filename
    assert (media.picture.width, media.picture.height) == (320, 240)
    data = b"".join(pipeline.storage.open(media.picture.storage_key))
    assert (data[:3], data[-2:]) == (JPEG_START, JPEG_END)
    assert media.picture.size == len(data)
    assert media.waveform is not None
    assert len(media.waveform.peaks) == 800
    # A steady tone is as loud everywhere, but for the very ends.
    assert max(media.waveform.peaks) - min(media.waveform.peaks[20:-20]) < 40


def test_sound_gets_its_cover_or_no_poster_at_all(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    covered = pipeline.make(mediafiles.with_cover())
    huge = pipeline.make(mediafiles.with_cover("8000x8000"))
    plain = pipeline.make(mediafiles.get("tone.m4a"))

    picture = pipeline.media(covered).picture
    assert picture is not None
    assert (picture.width, picture.height) == (600, 600)
    assert pipeline.episode(covered).kind == "audio"
    assert [pipeline.episode(ident).poster for ident in (huge, plain)] == [None, None]
    assert {pipeline.jobs(ident)["pictures"].state for ident in (huge, plain)} == {"done"}


def test_a_video_without_sound_has_no_waveform(pipeline: Pipeline, mediafiles: MediaFiles) -> None:
    ident = pipeline.make(mediafiles.get("mute.mp4"))

    assert pipeline.media(ident).waveform is None
    assert pipeline.episode(ident).poster is not None


def test_pictures_made_again_replace_the_earlier_ones(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = pipeline.make(mediafiles.get("fits.mp4"))
    earlier = pipeline.media(ident).picture
    assert earlier is not None

    with begin(pipeline) as session:
        job_queue.put(session, media_jobs.MakePictures(subject=ident))
        session.commit()
    pipeline.work()

    later = pipeline.media(ident).picture
    assert later is not None
    assert later.id != earlier.id
    assert pipeline.episode(ident).poster == later.filename
    assert later.storage_key in pipeline.objects()
    assert earlier.storage_key not in pipeline.objects()


def test_deleting_an_episode_removes_every_object_even_those_no_row_names(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident, other = (pipeline.make(mediafiles.get("fits.mp4")) for _ in range(2))
    with mediafiles.get("tone.m4a").open("rb") as file:
        pipeline.storage.put(f"episodes/{ident}/left.mp4", file, content_type="video/mp4")
    assert len(pipeline.objects()) == 7

    with begin(pipeline) as session:
        media_service.forget_media(session, ident)
        library_service.delete_episode(session, session.get_one(Episode, ident))
        session.commit()
    pipeline.work()

    assert len(pipeline.objects()) == 3
    assert {key for key in pipeline.objects() if ident in key} == set()
    assert all(other in key for key in pipeline.objects())


def test_peaks_follow_the_loudness_and_are_at_most_800(tmp_path: Path) -> None:
    path = tmp_path / "sound.raw"
    quiet, loud, full = (200).to_bytes(2, "little"), (8192).to_bytes(2, "little"), b"\x00\x80"
    path.write_bytes(b"\0\0" * 2000 + quiet * 2000 + loud * 2000 + full * 2000)

    values = read_peaks(path)

    assert len(values) == 800
    assert set(values[:200]) == {0}
    assert set(values[200:400]) == {20}
    assert set(values[400:600]) == {128}
    assert set(values[600:]) == {255}


def test_peaks_of_almost_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sound.raw"

    path.write_bytes(b"")
    assert read_peaks(path) == []
    path.write_bytes(b"\x00\x80\x00\x00")
    assert read_peaks(path) == [255, 0]
