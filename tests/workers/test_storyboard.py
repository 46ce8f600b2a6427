"""The small pictures that show what is where along a video."""

import io

import pytest
from PIL import Image

from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media.models import Picture, PictureFile, RenditionKind
from tests.mediafiles import MediaFiles
from tests.workers.pipeline import Pipeline
from workers.tools import sidx, storyboard
from workers.tools.process import Bench

pytestmark = pytest.mark.slow


def make(pipeline: Pipeline, ident: str) -> Picture | None:
    pipeline.do(media_jobs.MakeStoryboard(subject=ident))
    assert pipeline.jobs(ident)["storyboard"].state == "done"
    return pipeline.media(ident).storyboard


def sheets(pipeline: Pipeline, found: Picture) -> list[tuple[PictureFile, Image.Image]]:
    with pipeline.database.reading() as session:
        viewer = pipeline.viewer
        board = media_queries.get_readable_storyboard(session, viewer, found.episode_id, found.id)
    return [
        (file, Image.open(io.BytesIO(b"".join(pipeline.storage.open(file.storage_key)))))
        for file in board.files
    ]


def test_each_tile_shows_what_is_played_at_its_time(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = pipeline.play(mediafiles.get("scenes.mp4"))

    found = make(pipeline, ident)

    assert found is not None
    assert found.times == [0, 2000, 4000, 6000, 8000]
    [(file, sheet)] = sheets(pipeline, found)
    assert (file.name, file.mime_type) == (f"{found.id}-1.jpg", "image/jpeg")
    assert sheet.size == (file.width, file.height) == (4 * 160, 90)
    colours = [sheet.getpixel((80 + 160 * tile, 45)) for tile in range(4)]
    strongest = [
        colour.index(max(colour)) if isinstance(colour, tuple) and max(colour) > 60 else None
        for colour in colours
    ]
    assert strongest == [None, 0, 1, 2]


def test_a_storyboard_made_again_replaces_the_earlier_one(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = pipeline.play(mediafiles.get("scenes.mp4"))
    first = make(pipeline, ident)
    before = len(pipeline.objects())

    second = make(pipeline, ident)

    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert len(pipeline.objects()) == before


def test_a_short_clip_has_none(pipeline: Pipeline, mediafiles: MediaFiles) -> None:
    ident = pipeline.play(mediafiles.get("black.mp4"))
    before = pipeline.objects()

    assert make(pipeline, ident) is None
    assert pipeline.objects() == before


def test_sound_has_none(pipeline: Pipeline, mediafiles: MediaFiles) -> None:
    ident = pipeline.play(mediafiles.get("scenes.mp4"), kind=RenditionKind.AUDIO)
    before = pipeline.objects()

    assert make(pipeline, ident) is None
    assert pipeline.objects() == before


def test_a_long_video_has_three_sheets_at_most_and_upright_pictures_stand_in_the_middle(
    bench: Bench, mediafiles: MediaFiles
) -> None:
    path = mediafiles.get("talk.mp4")
    (bench.folder / "in.mp4").write_bytes(path.read_bytes())
    lengths = [length for _offset, _size, length in sidx.read_index(path).segments]
    keyframes = [sum(lengths[:number]) for number in range(len(lengths))]
    assert len(keyframes) == 700

    board = storyboard.make(bench, "in.mp4", keyframes, sum(lengths))

    assert list(board.times) == [*range(0, 700_000, 3000), 700_000]
    assert list(board.sheets) == ["sheet-1.jpg", "sheet-2.jpg", "sheet-3.jpg"]
    assert (board.width, board.height) == (1600, 900)
    assert sorted(path.name for path in bench.folder.glob("sheet-*")) == list(board.sheets)
    with Image.open(bench.folder / "sheet-1.jpg") as sheet:
        assert sheet.size == (1600, 900)
        edge, middle = sheet.getpixel((4, 45)), sheet.getpixel((70, 45))
    assert isinstance(edge, tuple)
    assert isinstance(middle, tuple)
    assert (max(edge) < 40, max(middle) > 120) == (True, True)
