"""Playlists say exactly where the parts of a rendition lie."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mediashare.db.session import begin_writing
from mediashare.media import policy as media_policy
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media import views as media_views
from mediashare.media.models import PictureFile, Rendition, RenditionKind, Sound
from tests import factories
from tests.media.conftest import MakeClip
from tests.pictures import make_storyboard
from tests.webvtt_grammar import read_storyboard


def test_the_master_playlist_names_each_rendition_with_what_players_must_know(
    session: Session, make_clip: MakeClip, browse: Callable[[Any], factories.Browser]
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)

    text = browse(author).get(clip.url("master.m3u8")).text

    assert text == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=880,AVERAGE-BANDWIDTH=672,"
        'CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=320x240,FRAME-RATE=29.970\n'
        f"{clip.rendition.id}.m3u8\n"
    )


def test_neighbouring_fragments_are_joined_to_segments_of_six_seconds(
    session: Session, make_clip: MakeClip, browse: Callable[[Any], factories.Browser]
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)
    name = clip.rendition.filename

    text = browse(author).get(clip.url(f"{clip.rendition.id}.m3u8")).text

    assert text == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-TARGETDURATION:6\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n"
        f'#EXT-X-MAP:URI="{name}",BYTERANGE="100@0"\n'
        f"#EXTINF:4.000,\n#EXT-X-BYTERANGE:440@160\n{name}\n"
        f"#EXTINF:6.000,\n#EXT-X-BYTERANGE:400@600\n{name}\n"
        "#EXT-X-ENDLIST\n"
    )


def test_the_api_says_what_an_episode_can_be_played_with(
    app: Flask, session: Session, make_clip: MakeClip
) -> None:
    clip = make_clip(factories.make_user(session))

    with app.test_request_context():
        media = media_queries.get_media(session, clip.episode.id)
        found = media_views.media_json(clip.episode, media)

    assert found == {
        "poster": clip.url(clip.picture.filename),
        "waveform": clip.url("waveform.json"),
        "storyboard": clip.url(f"{clip.storyboard.id}.vtt"),
        "hls": clip.url("master.m3u8"),
        "duration": 10.0,
        "more_coming": False,
        "files": [
            {
                "url": clip.file_url,
                "kind": "video",
                "type": "video/mp4",
                "codecs": "avc1.64001f,mp4a.40.2",
                "width": 320,
                "height": 240,
                "fps": 30000 / 1001,
                "bitrate": 800,
                "size": 1000,
                "provisional": False,
            }
        ],
        "silences": [],
    }


def test_a_storyboard_says_where_the_picture_of_each_moment_is(
    session: Session, make_clip: MakeClip, browse: Callable[[Any], factories.Browser]
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)
    sheet = clip.url(f"{clip.storyboard.id}-1.jpg")

    answer = browse(author).get(clip.url(f"{clip.storyboard.id}.vtt"))

    assert answer.text == (
        "WEBVTT\n\n"
        f"00:00:00.000 --> 00:00:02.000\n{sheet}#xywh=0,0,160,90\n\n"
        f"00:00:02.000 --> 00:00:05.000\n{sheet}#xywh=160,0,160,90\n"
    )


def test_a_long_storyboard_goes_on_in_the_next_row_and_on_the_next_sheet(app: Flask) -> None:
    picture = make_storyboard("0" * 32)
    picture.times = [number * 36_000 for number in range(302)]
    picture.files = [PictureFile(name=f"{picture.id}-{number}.jpg") for number in (1, 2, 3, 4)]

    with app.test_request_context():
        text = media_views.storyboard_vtt(picture)
    cues = text.split("\n\n")

    def place(cue: str) -> str:
        return cue.split("\n")[1].removeprefix(f"/media/{'0' * 32}/{picture.id}").strip()

    assert [place(cues[1 + number]) for number in (9, 10, 99, 100, 200, 300)] == [
        "-1.jpg#xywh=1440,0,160,90",
        "-1.jpg#xywh=0,90,160,90",
        "-1.jpg#xywh=1440,810,160,90",
        "-2.jpg#xywh=0,0,160,90",
        "-3.jpg#xywh=0,0,160,90",
        "-4.jpg#xywh=0,0,160,90",
    ]
    assert cues[1 + 100].startswith("01:00:00.000 --> 01:00:36.000\n")
    assert [cue.start_ms for cue in read_storyboard(text)] == picture.times[:-1]


def test_the_api_says_where_nothing_is_to_be_heard(
    app: Flask, session: Session, make_clip: MakeClip
) -> None:
    clip = make_clip(factories.make_user(session))
    version = media_queries.find_version(session, clip.episode.id)
    assert version is not None
    sound = Sound(
        version_id=version.id,
        episode_id=clip.episode.id,
        storage_key="speech.flac",
        size=1,
        integrated=-30,
        peak=-10,
        gain_db=14,
        silences=[[0, 500], [2040, 3980]],
    )
    session.rollback()
    begin_writing(session)
    media_service.set_sound(session, sound)
    session.commit()

    with app.test_request_context():
        media = media_queries.get_media(session, clip.episode.id)
        found = media_views.media_json(clip.episode, media)

    assert found["silences"] == [[0, 0.5], [2.04, 3.98]]


def test_an_episode_without_media_has_empty_places(app: Flask, session: Session) -> None:
    episode = factories.make_episode(session, factories.make_user(session))

    with app.test_request_context():
        found = media_views.media_json(episode, media_queries.get_media(session, episode.id))

    assert found == {
        "poster": None,
        "waveform": None,
        "storyboard": None,
        "hls": None,
        "duration": 60.0,
        "more_coming": False,
        "files": [],
        "silences": [],
    }


def test_the_waveform_is_a_list_of_levels(
    session: Session, make_clip: MakeClip, browse: Callable[[Any], factories.Browser]
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)

    assert browse(author).get(clip.url("waveform.json")).json == {"peaks": [0, 128, 255]}


def rendition(width: int = 0, height: int = 0, **values: Any) -> Rendition:
    """A file of 12 s that is in no database."""
    given: dict[str, Any] = {
        "id": f"{width}x{height}",
        "kind": RenditionKind.VIDEO if width else RenditionKind.AUDIO,
        "mime_type": "video/mp4" if width else "audio/mp4",
        "codecs": "avc1.64001f,mp4a.40.2" if width else "mp4a.40.2",
        "width": width or None,
        "height": height or None,
        "bitrate": width * height,
        "is_provisional": False,
        "init_size": 100,
        "segments": [[100, 6000, 6000], [6100, 6000, 6000]],
        **values,
    }
    return Rendition(**given)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([(256, 144), (1920, 1080), (1280, 720)], ["1280x720", "1920x1080", "256x144"]),
        ([(426, 240), (854, 480)], ["854x480", "426x240"]),
        ([(1080, 1920), (480, 854)], ["480x854", "1080x1920"]),
        ([(1920, 1080)], ["1920x1080"]),
    ],
)
def test_first_stands_the_best_picture_of_two_megabits_at_most_then_the_others_best_first(
    sizes: list[tuple[int, int]], expected: list[str]
) -> None:
    files = [rendition(id="sound"), *(rendition(*size) for size in sizes)]

    streamed = media_policy.list_streamed(files)

    assert [found.id for found in streamed] == [*expected, "sound"]


def test_sound_alone_is_no_stream_of_what_has_a_picture() -> None:
    files = [rendition(160, 90, is_provisional=True), rendition(id="sound")]

    assert media_policy.list_streamed(files) == []


def test_a_short_rest_does_not_count_as_the_peak() -> None:
    spiky = rendition(160, 90, segments=[[100, 6000, 6000], [6100, 6000, 6000], [12100, 900, 100]])

    text = media_views.master_playlist([spiky])

    assert "BANDWIDTH=9050,AVERAGE-BANDWIDTH=8529," in text


def test_the_peak_is_that_of_the_densest_neighbours_of_about_one_target_duration() -> None:
    dense = [[100, 4000, 4000], [4100, 8000, 4000], [12100, 9000, 4000], [21100, 100, 4000]]

    text = media_views.master_playlist([rendition(160, 90, segments=dense)])

    assert "BANDWIDTH=18000,AVERAGE-BANDWIDTH=10550," in text


def test_a_clip_of_an_instant_has_a_target_of_one_second() -> None:
    instant = rendition(160, 90, segments=[[100, 500, 200]])

    text = media_views.rendition_playlist(instant, [instant])

    assert "#EXT-X-TARGETDURATION:1\n" in text
    assert "#EXTINF:0.200,\n" in text
