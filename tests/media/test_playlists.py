"""Playlists say exactly where the parts of a rendition lie."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from mediashare.db.session import begin_writing
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media import views as media_views
from mediashare.media.models import Sound
from tests import factories
from tests.media.conftest import MakeClip


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
        "storyboard": None,
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
