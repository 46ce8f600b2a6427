"""Decides what is made of a recording: what is copied, which sizes there are, how they are coded.

Sizes and caps are those of common practice for H.264; every rule was measured on the machines and
formats that the project's notes on media describe.
"""

from typing import NamedTuple

from workers.tools import loudness
from workers.tools.facts import AudioFacts, Facts, VideoFacts

MAX_LONG_SIDE = 1920
# The usual sizes by the shorter side of the picture, and the most bits per second each gets.
CAPS = {240: 400_000, 480: 1_200_000, 720: 2_800_000, 1080: 5_000_000}
SIDES = (1080, 720, 480, 240)
# A size that is nearer to the next larger one than this saves nobody anything.
NEXT_SIDE = 0.75
# What plays first: good enough to look at, and made in a fraction of the time of the largest.
FIRST_SIDE = 540
MAX_KEYFRAME_GAP = 10.5
MAX_LEVEL = 42
# A recording may be coded less well than we do it; small pictures are cheap anyhow.
COPY_HEADROOM = 1.5
LEAST_CAPPED_SIDE = 480
PROFILES = ("Constrained Baseline", "Baseline", "Main", "High")
RATES = (
    *("5", "10", "12", "15", "20", "24000/1001", "24", "25"),
    *("30000/1001", "30", "50", "60000/1001", "60"),
)
# A clock that jitters makes 30.1 of 30; that is no reason to take 60.
RATE_SLACK = 0.03
# A clock that does not tick evenly jitters all the more where most comes.
UNEVEN_SLACK = 0.1
# As many halves a second as television has; where a file counts them one by one, or holds film,
# twice its rate is none that there is.
LEAST_HALVES, MOST_HALVES = 50, 60
# Bits per second that sound gets, by its channels, and how much more one may take that is copied.
AUDIO_BITRATE = {1: 80_000, 2: 128_000}
COPIED_HEADROOM = 1.2
# What AAC needs to start. What was cut off in front without taking it out would be heard again in
# a copy, for its fragments have no place to say so, and so would pictures be seen.
MAX_HIDDEN_S = 0.1
COPIED_RATES = (44_100, 48_000)
HIGHEST_CHANNELS = 2
QUARTER = 90
# What browsers play without our doing anything to picture and sound, by container.
PLAYED_IN_MP4 = (("h264", "vp9", "av1"), ("aac", "mp3", "opus", "flac"))
PLAYED_IN_WEBM = (("vp8", "vp9", "av1"), ("opus", "vorbis"))


class Size(NamedTuple):
    """Width and height of a picture in square, upright points."""

    width: int
    height: int

    @property
    def side(self) -> int:
        """The shorter side, by which sizes are named."""
        return min(self)


def may_copy_video(video: VideoFacts) -> bool:
    """Whether every player shows this picture as it is and can seek in it."""
    short, long = sorted((video.width, video.height))
    return (
        video.codec == "h264"
        and video.profile in PROFILES
        and video.pixel_format == "yuv420p"
        and video.level <= MAX_LEVEL
        and _is_plain(video)
        and short <= SIDES[0]
        and long <= MAX_LONG_SIDE
        and video.keyframe_gap <= MAX_KEYFRAME_GAP
        and video.bitrate <= COPY_HEADROOM * cap_for(max(short, LEAST_CAPPED_SIDE))
    )


def _is_plain(video: VideoFacts) -> bool:
    return (
        video.is_clean
        and not video.hidden
        and not video.is_interlaced
        and not video.is_hdr
        and video.rotation == 0
        and video.sar == 1
        and video.width % 2 == 0
        and video.height % 2 == 0
    )


def may_copy_audio(audio: AudioFacts, integrated: float, gain: float) -> bool:
    """Whether every player plays this sound as it is, it is loud enough, and it takes hardly more
    bytes than ours would: it goes into the smallest size too. Of silence, ours takes next to none.
    """
    return (
        audio.codec == "aac"
        and audio.profile == "LC"
        and audio.channels <= HIGHEST_CHANNELS
        and audio.sample_rate in COPIED_RATES
        and audio.bitrate <= COPIED_HEADROOM * AUDIO_BITRATE[audio.channels]
        and audio.hidden <= MAX_HIDDEN_S
        and integrated >= loudness.SILENCE
        and loudness.is_level(gain)
    )


def browser_container(facts: Facts) -> str | None:
    """The container (`mp4` or `webm`) in which browsers play a recording before anything is made
    of it, or None where they would not, or only some would."""
    if facts.video is not None and not _is_shown(facts.video):
        return None
    if facts.audio is not None and facts.audio.hidden > MAX_HIDDEN_S:
        return None
    for name, (pictures, sounds) in {"mp4": PLAYED_IN_MP4, "webm": PLAYED_IN_WEBM}.items():
        shown = facts.video is None or facts.video.codec in pictures
        heard = facts.audio is None or facts.audio.codec in sounds
        if shown and heard:
            return name
    return None


def _is_shown(video: VideoFacts) -> bool:
    # Other pixel formats and HDR play here and not there, some as sound alone and without an
    # error.
    is_plain = video.pixel_format == "yuv420p" and not video.is_hdr and not video.hidden
    return is_plain and (video.codec != "h264" or video.profile in PROFILES)


def cap_for(short_side: int) -> int:
    """The most bits per second that a picture of this size gets."""
    return next((cap for side, cap in CAPS.items() if short_side <= side), CAPS[SIDES[0]])


def sizes_for(video: VideoFacts) -> list[Size]:
    """The sizes to make, largest first: square pixels, upright, even, never enlarged."""
    width = video.width * max(1.0, video.sar)
    height = video.height / min(1.0, video.sar)
    if video.rotation % (2 * QUARTER):
        width, height = height, width
    short, long = sorted((width, height))
    top = min(1.0, SIDES[0] / short, MAX_LONG_SIDE / long)
    sizes = [_scaled(width, height, top)]
    for side in SIDES:
        if side <= NEXT_SIDE * sizes[-1].side:
            sizes.append(_scaled(width, height, side / short))
    return sizes


def first_size(sizes: list[Size]) -> Size:
    """The size that is made first, where none of them can be copied."""
    return next((size for size in sizes if size.side <= FIRST_SIDE), sizes[-1])


def rate_of(video: VideoFacts) -> str:
    """The frame rate in which all that moves in a recording is seen to move: that of its busiest
    second, where it shows less most of the time, and that of the halves of interlaced pictures."""
    if shows_halves(video):
        return rate_for(2 * video.fps)
    if video.is_variable:
        return rate_for(max(video.fps, video.busiest), UNEVEN_SLACK)
    return rate_for(video.fps)


def shows_halves(video: VideoFacts) -> bool:
    """Whether each half of an interlaced picture becomes one of its own: they were taken one after
    the other, and what moves, as in sports, moves as smoothly only then."""
    return video.is_interlaced and LEAST_HALVES <= round(2 * video.fps) <= MOST_HALVES


def rate_for(fps: float, slack: float = RATE_SLACK) -> str:
    """The usual frame rate that is nearest, or else the next one that keeps every picture."""
    nearest = min(RATES, key=lambda rate: abs(_value(rate) - fps))
    if abs(_value(nearest) - fps) <= slack * fps:
        return nearest
    return next((rate for rate in RATES if _value(rate) >= fps), RATES[-1])


def _scaled(width: float, height: float, shrink: float) -> Size:
    # The little that is added is what the division may have lost.
    return Size(*(max(2, int(length * shrink / 2 + 1e-6) * 2) for length in (width, height)))


def _value(rate: str) -> float:
    whole, _, part = rate.partition("/")
    return int(whole) / int(part or 1)
