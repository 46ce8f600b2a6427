"""What stands for an episode where it is listed."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from mediashare.db.session import begin_writing
from mediashare.jobs import queue as job_queue
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.models import Picture, PictureFile, Waveform
from mediashare.storage import keys
from tests.mediafiles import MediaFiles
from tests.workers.pipeline import Pipeline
from workers.tools.peaks import read_peaks

pytestmark = pytest.mark.slow


def begin(pipeline: Pipeline) -> Session:
    session = pipeline.database.sessions()
    begin_writing(session)
    return session


def posters(pipeline: Pipeline, ident: str) -> Sequence[Picture]:
    with pipeline.database.reading() as session:
        return media_queries.list_posters(session, ident)


def image(pipeline: Pipeline, file: PictureFile) -> Image.Image:
    return Image.open(io.BytesIO(b"".join(pipeline.storage.open(file.storage_key))))


def send(pipeline: Pipeline, ident: str, picture: Image.Image) -> str:
    """An author sends a picture; the key under which it waits."""
    data, key = io.BytesIO(), keys.sent_picture(ident, "1")
    picture.save(data, "PNG")
    data.seek(0)
    pipeline.storage.put(key, data, content_type="image/png")
    pipeline.do(media_jobs.PreparePoster(subject=ident, key=key))
    return key


@pytest.fixture
def scenes(pipeline: Pipeline, mediafiles: MediaFiles) -> str:
    """An episode whose picture is black, then red, then green, then blue."""
    ident = pipeline.play(mediafiles.get("scenes.mp4"))
    pipeline.do(media_jobs.MakePictures(subject=ident))
    return ident


def test_a_video_proposes_different_moments_and_shows_the_best_but_nothing_empty(
    pipeline: Pipeline, scenes: str
) -> None:
    found = posters(pipeline, scenes)

    assert [(picture.kind, picture.times) for picture in found] == [
        ("frame", [2000]),
        ("frame", [6000]),
    ]
    assert pipeline.episode(scenes).poster == found[1].filename
    red, blue = (image(pipeline, picture.files[-1]).getpixel((160, 90)) for picture in found)
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert (max(red) == red[0], max(blue) == blue[2]) == (True, True)


def test_a_poster_has_a_webp_in_each_size_and_a_jpeg_that_its_name_tells(
    pipeline: Pipeline, scenes: str
) -> None:
    picture = posters(pipeline, scenes)[0]

    assert [(file.name, file.mime_type, file.width, file.height) for file in picture.files] == [
        (f"{picture.id}-320.webp", "image/webp", 320, 180),
        (f"{picture.id}-320x180.jpg", "image/jpeg", 320, 180),
    ]
    for file in picture.files:
        made = image(pipeline, file)
        assert Image.MIME[made.format or ""] == file.mime_type
        assert made.size == (file.width, file.height)
        assert file.size == pipeline.storage.stat(file.storage_key).size
    sizes = pipeline.episode(scenes).poster_sizes
    assert sizes is not None
    assert (sizes.widths, sizes.height) == ([320], 180)


def test_a_video_that_is_black_throughout_still_gets_a_poster(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = pipeline.play(mediafiles.get("black.mp4"))

    pipeline.do(media_jobs.MakePictures(subject=ident))

    [only] = posters(pipeline, ident)
    assert pipeline.episode(ident).poster == only.filename


def test_sound_shows_the_cover_that_came_with_it_and_proposes_a_drawn_one(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    covered = pipeline.make(mediafiles.with_cover())
    huge = pipeline.make(mediafiles.with_cover("4200x2400"))

    cover, drawn = sorted(posters(pipeline, covered), key=lambda picture: picture.kind)
    assert (cover.kind, cover.width, cover.height) == ("cover", 600, 600)
    assert (drawn.kind, drawn.width, drawn.height) == ("drawn", 1280, 720)
    assert pipeline.episode(covered).poster == cover.filename
    [only] = posters(pipeline, huge)
    assert (only.kind, pipeline.episode(huge).poster) == ("drawn", only.filename)


def test_a_cover_is_drawn_anew_when_the_title_has_changed(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = pipeline.make(mediafiles.get("tone.m4a"), title="Before")
    [earlier] = posters(pipeline, ident)

    with begin(pipeline) as session:
        episode = session.get_one(Episode, ident)
        media_service.redraw_cover(session, episode, titled="Before")
        assert "cover" not in pipeline.jobs(ident)
        episode.title = "After"
        media_service.redraw_cover(session, episode, titled="Before")
        session.commit()
    pipeline.work()

    [later] = posters(pipeline, ident)
    assert pipeline.episode(ident).poster == later.filename
    before, after = earlier.files[-1], later.files[-1]
    assert after.size != before.size
    assert before.storage_key not in pipeline.objects()


def test_pictures_made_again_replace_the_earlier_ones_and_a_choice_stays(
    pipeline: Pipeline, scenes: str
) -> None:
    earlier = posters(pipeline, scenes)
    with begin(pipeline) as session:
        media_service.choose_poster(session, scenes, earlier[0].id)
        session.commit()

    pipeline.do(media_jobs.MakePictures(subject=scenes))

    later = posters(pipeline, scenes)
    assert [picture.times for picture in later] == [picture.times for picture in earlier]
    assert pipeline.episode(scenes).poster == later[0].filename
    stored = pipeline.objects()
    assert {file.storage_key for p in later for file in p.files} <= set(stored)
    assert [file for p in earlier for file in p.files if file.storage_key in stored] == []


def test_a_picture_of_ones_own_stands_for_the_episode_until_another_is_sent(
    pipeline: Pipeline, scenes: str
) -> None:
    sent = send(pipeline, scenes, Image.new("RGB", (1500, 1000), "teal"))
    [own] = [picture for picture in posters(pipeline, scenes) if picture.kind == "own"]
    first_shown = pipeline.episode(scenes).poster
    pipeline.do(media_jobs.MakePictures(subject=scenes))
    still_shown = pipeline.episode(scenes).poster

    again = send(pipeline, scenes, Image.new("RGB", (400, 300), "teal"))

    assert first_shown == still_shown == own.filename == f"{own.id}-1280x853.jpg"
    assert sorted(file.width for file in own.files) == [320, 640, 1280, 1280]
    [other] = [picture for picture in posters(pipeline, scenes) if picture.kind == "own"]
    assert pipeline.episode(scenes).poster == other.filename == f"{other.id}-400x300.jpg"
    gone = {sent, again, *(file.storage_key for file in own.files)}
    assert gone & set(pipeline.objects()) == set()


def test_a_picture_that_is_refused_changes_nothing_and_says_why(
    pipeline: Pipeline, scenes: str
) -> None:
    shown = pipeline.episode(scenes).poster

    sent = send(pipeline, scenes, Image.new("1", (7000, 7000)))

    job = pipeline.jobs(scenes)["poster"]
    assert (job.state, job.attempt) == ("failed", 1)
    assert job.error == "The picture has more than 40 million points. Please send a smaller one."
    assert pipeline.episode(scenes).poster == shown
    assert sent not in pipeline.objects()

    with begin(pipeline) as session:
        job_queue.restart(session, job.id)
        session.commit()
    pipeline.work()

    again = pipeline.jobs(scenes)["poster"]
    assert (again.state, again.attempt) == ("failed", 2)
    assert again.error == "This picture is not kept any more. Please send it again."


def test_pictures_of_a_former_version_are_not_kept(pipeline: Pipeline, scenes: str) -> None:
    with begin(pipeline) as session:
        version = media_queries.get_version(session, scenes, 1)
        version.state = version.state.FORMER
        session.commit()
    before = pipeline.objects()

    pipeline.do(media_jobs.MakePictures(subject=scenes))
    pipeline.do(media_jobs.MakeStoryboard(subject=scenes))

    assert {pipeline.jobs(scenes)[kind].state for kind in ("pictures", "storyboard")} == {"done"}
    assert pipeline.objects() == before


def test_an_episode_without_a_waveform_gets_one_with_its_pictures(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = pipeline.make(mediafiles.get("fits.mp4"))
    with begin(pipeline) as session:
        session.delete(session.get_one(Waveform, ident))
        session.commit()

    pipeline.do(media_jobs.MakePictures(subject=ident))

    waveform = pipeline.media(ident).waveform
    assert waveform is not None
    assert len(waveform.peaks) == 800
    # A steady tone is as loud everywhere, but for the very ends.
    assert max(waveform.peaks) - min(waveform.peaks[20:-20]) < 40


def test_deleting_an_episode_removes_every_object_even_those_no_row_names(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident, other = (pipeline.make(mediafiles.get("fits.mp4")) for _ in range(2))
    with mediafiles.get("tone.m4a").open("rb") as file:
        pipeline.storage.put(f"episodes/{ident}/left.mp4", file, content_type="video/mp4")
    mine = {key for key in pipeline.objects() if ident in key}
    others = {key for key in pipeline.objects() if other in key}

    with begin(pipeline) as session:
        media_service.forget_media(session, ident)
        library_service.delete_episode(session, session.get_one(Episode, ident))
        session.commit()
    pipeline.work()

    assert [key.endswith(".webp") for key in mine].count(True) > 0
    assert set(pipeline.objects()) == others


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
