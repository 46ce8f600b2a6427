"""Turns a recording into one playable file: fragmented MP4 with a global index."""

from collections.abc import Callable
from dataclasses import dataclass

from workers.tools import ffmpeg, loudness
from workers.tools.facts import AudioFacts, Facts, VideoFacts
from workers.tools.ffmpeg import Stream
from workers.tools.process import Bench

MAX_LONG_SIDE, MAX_SHORT_SIDE = 1920, 1080
MAX_KEYFRAME_GAP = 10.5
MAX_LEVEL = 42
KEYFRAME_EVERY_S = 2
COPY_HEADROOM = 1.5
PROFILES = ("Constrained Baseline", "Baseline", "Main", "High")
# Bits per second at most, by the shorter side of the picture.
CAPS = ((480, 1_200_000), (720, 2_800_000), (1080, 5_000_000))
RATES = (
    *("5", "10", "12", "15", "20", "24000/1001", "24", "25"),
    *("30000/1001", "30", "50", "60000/1001", "60"),
)
# A clock that jitters makes 30.1 of 30; that is no reason to take 60.
RATE_SLACK = 0.03
AUDIO_BITRATE = {1: 80_000, 2: 128_000}
MAX_COPIED_BITRATE = 264_000
COPIED_RATES = (44_100, 48_000)
HIGHEST_CHANNELS = 2
# A fragment starts at each keyframe; delay_moov keeps sound and picture in step.
MOVFLAGS = "+frag_keyframe+delay_moov+default_base_moof+global_sidx+skip_trailer"
AUDIO_MOVFLAGS = "+delay_moov+default_base_moof+global_sidx+skip_trailer"
FRAGMENT_US = 4_000_000
QUARTER = 90


@dataclass(frozen=True)
class Plan:
    """What will be done: copy or encode picture and sound, by how many decibels to change it."""

    copies_video: bool
    copies_audio: bool
    gain: float


def plan(facts: Facts, gain: float) -> Plan:
    """What fits is kept as it is; the rest is encoded."""
    return Plan(
        copies_video=facts.video is not None and may_copy_video(facts.video),
        copies_audio=facts.audio is not None and may_copy_audio(facts.audio, gain),
        gain=gain,
    )


def may_copy_video(video: VideoFacts) -> bool:
    """Whether every player shows this picture as it is and can seek in it."""
    short, long = sorted((video.width, video.height))
    return (
        video.codec == "h264"
        and video.profile in PROFILES
        and video.pixel_format == "yuv420p"
        and video.level <= MAX_LEVEL
        and _is_plain(video)
        and short <= MAX_SHORT_SIDE
        and long <= MAX_LONG_SIDE
        and video.keyframe_gap <= MAX_KEYFRAME_GAP
        and video.bitrate <= COPY_HEADROOM * cap_for(short)
    )


def _is_plain(video: VideoFacts) -> bool:
    return (
        video.is_clean
        and not video.is_interlaced
        and not video.is_hdr
        and video.rotation == 0
        and video.sar == 1
        and video.width % 2 == 0
        and video.height % 2 == 0
    )


def may_copy_audio(audio: AudioFacts, gain: float) -> bool:
    """Whether every player plays this sound as it is and it is loud enough."""
    return (
        audio.codec == "aac"
        and audio.profile == "LC"
        and audio.channels <= HIGHEST_CHANNELS
        and audio.sample_rate in COPIED_RATES
        and audio.bitrate <= MAX_COPIED_BITRATE
        and loudness.is_level(gain)
    )


def cap_for(short_side: int) -> int:
    """The most bits per second that a picture of this size gets."""
    return next((cap for side, cap in CAPS if short_side <= side), CAPS[-1][1])


def size_for(video: VideoFacts) -> tuple[int, int]:
    """Width and height to encode at: square pixels, upright, even, never enlarged."""
    width = video.width * max(1.0, video.sar)
    height = video.height / min(1.0, video.sar)
    if video.rotation % (2 * QUARTER):
        width, height = height, width
    short, long = sorted((width, height))
    shrink = min(1.0, MAX_SHORT_SIDE / short, MAX_LONG_SIDE / long)
    return max(2, int(width * shrink / 2) * 2), max(2, int(height * shrink / 2) * 2)


def rate_for(fps: float) -> str:
    """The usual frame rate that is nearest, or else the next one that keeps every picture."""
    nearest = min(RATES, key=lambda rate: abs(_value(rate) - fps))
    if abs(_value(nearest) - fps) <= RATE_SLACK * fps:
        return nearest
    return next((rate for rate in RATES if _value(rate) >= fps), RATES[-1])


def make(
    facts: Facts,
    planned: Plan,
    names: tuple[str, str],
    bench: Bench,
    on_progress: Callable[[float], None],
) -> ffmpeg.Report:
    """Make the file; `names` are those of the recording and of the result in the bench."""
    graph = rendition(facts, planned, names)
    return ffmpeg.execute(graph, bench, ffmpeg.limits(facts.duration), on_progress)


def rendition(facts: Facts, planned: Plan, names: tuple[str, str]) -> Stream:
    """The graph of the playable file."""
    source = ffmpeg.source(facts.demuxer, names[0])
    streams: list[Stream] = []
    options: dict[str, str] = {"f": "mp4", "movflags": AUDIO_MOVFLAGS}
    if facts.video:
        options["movflags"] = MOVFLAGS
        streams.append(_picture(source, facts.video, planned, options))
    else:
        options["frag_duration"] = str(FRAGMENT_US)
    if facts.audio:
        streams.append(_sound(source, facts.audio, planned, options))
    return ffmpeg.output(streams, names[1], **options)


def _picture(source: Stream, video: VideoFacts, planned: Plan, options: dict[str, str]) -> Stream:
    picture = source[str(video.index)]
    if planned.copies_video:
        options["c:v"] = "copy"
        return picture
    width, height = size_for(video)
    cap = cap_for(min(width, height))
    options |= {
        "c:v": "libx264",
        "preset": "veryfast",
        "crf": "22",
        "maxrate": str(cap),
        "bufsize": str(2 * cap),
        "profile:v": "high",
        "pix_fmt": "yuv420p",
        "fps_mode": "cfr",
        "r": rate_for(video.fps),
        "force_key_frames": f"expr:gte(t,n_forced*{KEYFRAME_EVERY_S})",
        "sc_threshold": "0",
    }
    return _filtered(picture, video, (width, height))


def _filtered(picture: Stream, video: VideoFacts, size: tuple[int, int]) -> Stream:
    if video.is_interlaced:
        picture = picture.filter("bwdif")
    picture = picture.filter("scale", str(size[0]), str(size[1])).filter("setsar", "1")
    if not video.is_hdr:
        return picture
    # Scaled first: mapping tones is the dear part.
    return (
        picture.filter("zscale", t="linear", npl="100")
        .filter("format", "gbrpf32le")
        .filter("zscale", p="bt709")
        .filter("tonemap", "hable", desat="0")
        .filter("zscale", t="bt709", m="bt709", r="tv")
        .filter("format", "yuv420p")
    )


def _sound(source: Stream, audio: AudioFacts, planned: Plan, options: dict[str, str]) -> Stream:
    sound = source[str(audio.index)]
    if planned.copies_audio:
        options["c:a"] = "copy"
        return sound
    channels = min(audio.channels, HIGHEST_CHANNELS)
    options |= {"c:a": "aac", "b:a": str(AUDIO_BITRATE[channels]), "ac": str(channels)}
    return loudness.levelled(loudness.shaped(sound, audio), planned.gain)


def _value(rate: str) -> float:
    whole, _, part = rate.partition("/")
    return int(whole) / int(part or 1)
