"""What is copied and what is encoded, at which size and rate."""

from dataclasses import replace
from typing import Any

import pytest

from workers.tools import ladder, loudness
from workers.tools.facts import AudioFacts, Facts, VideoFacts
from workers.tools.loudness import Loudness

VIDEO = VideoFacts(
    index=0,
    codec="h264",
    profile="High",
    level=40,
    pixel_format="yuv420p",
    width=1920,
    height=1080,
    sar=1.0,
    rotation=0,
    fps=30.0,
    is_interlaced=False,
    is_hdr=False,
    bitrate=4_000_000,
    keyframe_gap=2.0,
    is_clean=True,
)
AUDIO = AudioFacts(
    index=1, codec="aac", profile="LC", channels=2, sample_rate=48_000, bitrate=128_000
)


def test_h264_that_every_player_shows_is_copied() -> None:
    assert ladder.may_copy_video(VIDEO)


@pytest.mark.parametrize(
    "change",
    [
        {"codec": "hevc"},
        {"profile": "High 4:4:4 Predictive"},
        {"pixel_format": "yuv444p"},
        {"level": 51},
        {"rotation": 90},
        {"is_interlaced": True},
        {"is_hdr": True},
        {"sar": 1.333},
        {"width": 427},
        {"width": 2560, "height": 1440},
        {"keyframe_gap": 12.0},
        {"bitrate": 8_000_000},
        {"is_clean": False},
    ],
    ids=str,
)
def test_anything_else_is_encoded(change: dict[str, Any]) -> None:
    assert not ladder.may_copy_video(replace(VIDEO, **change))


@pytest.mark.parametrize(
    "change",
    [
        *({"codec": "opus"}, {"profile": "HE-AAC"}, {"channels": 6}, {"sample_rate": 96_000}),
        *({"hidden": 0.5}, {"bitrate": 203_000}, {"channels": 1, "bitrate": 110_000}),
    ],
    ids=str,
)
def test_sound_that_not_every_player_plays_or_that_takes_much_more_than_ours_is_encoded(
    change: dict[str, Any],
) -> None:
    assert ladder.may_copy_audio(AUDIO, -16.5, 0.5)
    assert not ladder.may_copy_audio(AUDIO, -19, 3.0)
    assert not ladder.may_copy_audio(replace(AUDIO, **change), -16.5, 0.5)


def test_silence_is_never_copied_for_ours_takes_next_to_no_bytes() -> None:
    assert not ladder.may_copy_audio(AUDIO, loudness.SILENCE - 1, 0.0)


@pytest.mark.parametrize(
    ("change", "size"),
    [
        ({}, (1920, 1080)),
        ({"width": 3840, "height": 2160}, (1920, 1080)),
        ({"width": 640, "height": 360}, (640, 360)),
        ({"width": 2160, "height": 3840}, (1080, 1920)),
        ({"rotation": 270}, (1080, 1920)),
        ({"width": 720, "height": 576, "sar": 64 / 45}, (1024, 576)),
        ({"width": 3440, "height": 1440}, (1920, 802)),
        ({"width": 1, "height": 1}, (2, 2)),
    ],
    ids=str,
)
def test_pictures_are_never_enlarged_and_fit_into_1080_lines(
    change: dict[str, Any], size: tuple[int, int]
) -> None:
    assert ladder.sizes_for(replace(VIDEO, **change))[0] == size


@pytest.mark.parametrize(
    ("change", "sides", "first"),
    [
        ({}, [1080, 720, 480, 240], 480),
        ({"width": 1280, "height": 720}, [720, 480, 240], 480),
        ({"width": 640, "height": 360}, [360, 240], 360),
        ({"width": 500, "height": 500}, [500, 240], 500),
        ({"width": 1600, "height": 900}, [900, 480, 240], 480),
        ({"width": 1920, "height": 816}, [816, 480, 240], 480),
        ({"width": 320, "height": 200}, [200], 200),
        ({"width": 2160, "height": 3840}, [1080, 720, 480, 240], 480),
    ],
    ids=str,
)
def test_the_sizes_step_down_and_a_middle_one_is_made_first(
    change: dict[str, Any], sides: list[int], first: int
) -> None:
    sizes = ladder.sizes_for(replace(VIDEO, **change))

    assert [size.side for size in sizes] == sides
    assert ladder.first_size(sizes).side == first


@pytest.mark.parametrize(
    ("video", "audio", "container"),
    [
        ({}, {}, "mp4"),
        ({"keyframe_gap": 60.0, "bitrate": 90_000_000, "width": 3840, "height": 2160}, {}, "mp4"),
        ({"codec": "vp9", "profile": "Profile 0"}, {"codec": "opus"}, "mp4"),
        ({"codec": "vp8", "profile": ""}, {"codec": "vorbis"}, "webm"),
        ({"codec": "hevc"}, {}, None),
        ({"codec": "prores"}, {}, None),
        ({"pixel_format": "yuv444p"}, {}, None),
        ({"codec": "vp9", "is_hdr": True, "pixel_format": "yuv420p10le"}, {}, None),
        ({}, {"codec": "pcm_s16le"}, None),
        ({}, {"codec": "ac3"}, None),
    ],
    ids=str,
)
def test_what_browsers_play_already_is_shown_as_it_is(
    video: dict[str, Any], audio: dict[str, Any], container: str | None
) -> None:
    facts = Facts(
        demuxer="mov",
        duration=60,
        video=replace(VIDEO, **video),
        audio=replace(AUDIO, **audio),
    )

    assert ladder.browser_container(facts) == container


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        *((29.97, "30000/1001"), (30.0, "30"), (25.0, "25"), (23.98, "24000/1001")),
        *((59.94, "60000/1001"), (120.0, "60"), (1000.0, "60"), (0.5, "5"), (14.2, "15")),
    ],
)
def test_the_frame_rate_becomes_a_usual_one(fps: float, rate: str) -> None:
    assert ladder.rate_for(fps) == rate


@pytest.mark.parametrize(
    ("change", "rate"),
    [
        # A page that stands, and is scrolled for a moment.
        ({"fps": 3.4, "busiest": 30.0, "is_variable": True}, "30"),
        ({"fps": 3.4, "busiest": 31.9, "is_variable": True}, "30"),
        ({"fps": 20.0, "busiest": 144.0, "is_variable": True}, "60"),
        ({"fps": 24.0, "busiest": 0.0, "is_variable": True}, "24"),
        ({"fps": 29.97, "busiest": 31.9}, "30000/1001"),
        ({"fps": 25.0, "is_interlaced": True}, "50"),
        ({"fps": 29.97, "is_interlaced": True}, "60000/1001"),
        ({"fps": 50.0, "is_interlaced": True}, "50"),
        ({"fps": 23.976, "is_interlaced": True}, "24000/1001"),
    ],
    ids=str,
)
def test_where_pictures_come_unevenly_all_that_moves_is_kept(
    change: dict[str, Any], rate: str
) -> None:
    assert ladder.rate_of(replace(VIDEO, **change)) == rate


@pytest.mark.parametrize(
    ("integrated", "channels", "gain"),
    [(-16, 2, 0), (-26, 2, 10), (-26, 1, 7), (-55, 2, 20), (10, 2, -20), (-70, 2, 0), (-120, 1, 0)],
)
def test_the_gain_reaches_the_level_of_speech_within_20_decibels(
    integrated: float, channels: int, gain: float
) -> None:
    found = loudness.gain_for(Loudness(integrated, -3), channels)

    assert found == gain
