"""Turns what ffprobe says about streams into facts: which of them play, and what they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from mediashare.media.errors import RecordingRefusedError
from mediashare.sentences import said
from workers.tools import formats, refusals
from workers.tools.facts import AudioFacts, VideoFacts
from workers.tools.packets import Packets

Stream: TypeAlias = Mapping[str, Any]

HDR_TRANSFERS = ("smpte2084", "arib-std-b67")
INTERLACED = ("tt", "bb", "tb", "bt")
QUARTER = 90
# A shorter span says nothing about how many pictures or bits a second takes.
SHORTEST_S = 0.05
MAX_CHANNELS = 16
RATES = range(1_000, 768_001)
# Flatter or higher is no pixel but a mistake in the header.
MAX_SAR = 8
# A picture that stays so much longer than others tells of a clock that does not tick evenly.
UNEVEN = 2
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
TOO_MANY_POINTS = "exceeds specified max pixel count"
UNDETERMINED = "und"


@dataclass(frozen=True)
class Choice:
    """The streams that an episode is made from, as ffprobe describes them."""

    video: Stream | None
    audio: Stream | None
    cover: int | None
    videos: int
    audios: int


def choose(streams: list[Stream], errors: str) -> Choice:
    """The pictures and the sound that play; raises RecordingRefusedError for what can't.

    Among several the one that the file itself prefers is taken, else the first. `errors` is what
    ffprobe complained about.
    """
    covers = [found for found in streams if found.get("disposition", {}).get("attached_pic")]
    others = [found for found in streams if found not in covers]
    videos, audios = _preferred(others, "video"), _preferred(others, "audio")
    if not videos and not audios:
        raise RecordingRefusedError(refusals.NOTHING_IN_IT)
    if videos:
        _refuse_codec(videos[0], formats.VIDEO_CODECS)
        _refuse_size(videos[0], errors)
    if audios:
        _refuse_codec(audios[0], formats.AUDIO_CODECS)
        _refuse_sound(audios[0])
    return Choice(
        video=videos[0] if videos else None,
        audio=audios[0] if audios else None,
        cover=covers[0]["index"] if covers else None,
        videos=len(videos),
        audios=len(audios),
    )


def video_facts(stream: Stream, packets: Packets) -> VideoFacts:
    """What a moving picture is, by its header and its packets."""
    span = max(packets.span, SHORTEST_S)
    return VideoFacts(
        index=stream["index"],
        codec=stream["codec_name"],
        profile=str(stream.get("profile", "")),
        level=int(stream.get("level", 0)),
        pixel_format=str(stream.get("pix_fmt", "")),
        width=stream["width"],
        height=stream["height"],
        sar=_shape(str(stream.get("sample_aspect_ratio", ""))),
        rotation=_rotation(stream),
        fps=round(packets.count / span, 3),
        is_interlaced=is_interlaced(stream),
        is_hdr=stream.get("color_transfer") in HDR_TRANSFERS,
        bitrate=int(packets.size * 8 / span),
        keyframe_gap=round(packets.keyframe_gap, 3),
        is_variable=packets.longest_step > UNEVEN * span / packets.count,
        busiest=round(packets.busiest, 3),
        base_rate=_rate(stream, "r_frame_rate"),
        average_rate=_rate(stream, "avg_frame_rate"),
        start=round(packets.start, 3),
        end=round(packets.end, 3),
        hidden=packets.hidden,
        primaries=str(stream.get("color_primaries", "")),
        transfer=str(stream.get("color_transfer", "")),
        matrix=str(stream.get("color_space", "")),
        color_range=str(stream.get("color_range", "")),
    )


def audio_facts(stream: Stream, packets: Packets) -> AudioFacts:
    """What a sound is, by its header and its packets."""
    return AudioFacts(
        index=stream["index"],
        codec=stream["codec_name"],
        profile=str(stream.get("profile", "")),
        channels=int(stream["channels"]),
        sample_rate=int(stream["sample_rate"]),
        bitrate=int(packets.size * 8 / max(packets.span, SHORTEST_S)),
        language=_language(stream),
        layout=str(stream.get("channel_layout", "")),
        start=round(packets.start, 3),
        end=round(packets.end, 3),
        hidden=round(packets.hidden_s, 3),
    )


def is_too_large(errors: str) -> bool:
    """Whether a tool complained that pictures have more points than it may decode."""
    return TOO_MANY_POINTS in errors


def is_interlaced(stream: Stream) -> bool:
    """Whether each picture holds two halves that were taken one after the other."""
    return stream.get("field_order") in INTERLACED


def _preferred(streams: list[Stream], kind: str) -> list[Stream]:
    found = [one for one in streams if one.get("codec_type") == kind]
    return sorted(found, key=lambda one: not one.get("disposition", {}).get("default"))


def _refuse_codec(stream: Stream, known: tuple[str, ...]) -> None:
    codec = str(stream.get("codec_name", "something unknown"))
    if codec not in known and not codec.startswith("pcm_"):
        raise RecordingRefusedError(said(refusals.CODING, codec=codec))


def _refuse_size(stream: Stream, errors: str) -> None:
    width, height = int(stream.get("width", 0)), int(stream.get("height", 0))
    # A decoder that was told the limit leaves open what it could not look at.
    is_unknown = not width or not height or "pix_fmt" not in stream
    if width * height > formats.MAX_PIXELS or (is_unknown and is_too_large(errors)):
        raise RecordingRefusedError(refusals.TOO_LARGE)
    if not width or not height:
        raise RecordingRefusedError(refusals.DAMAGED)


def _refuse_sound(stream: Stream) -> None:
    channels, rate = int(stream.get("channels", 0)), int(stream.get("sample_rate", 0))
    if not channels or not rate:
        raise RecordingRefusedError(refusals.DAMAGED)
    if channels > MAX_CHANNELS or rate not in RATES:
        raise RecordingRefusedError(said(refusals.UNUSUAL_SOUND, channels=channels, rate=rate))


def _rotation(stream: Stream) -> int:
    for data in stream.get("side_data_list", []):
        turned = float(data.get("rotation", 0))
        if turned and abs(turned) <= 4 * QUARTER:
            return round(turned / QUARTER) * QUARTER % (4 * QUARTER)
    return 0


def _shape(text: str) -> float:
    width, height = _whole(text, ":")
    shape = width / height if width and height else 1.0
    return shape if 1 / MAX_SAR <= shape <= MAX_SAR else 1.0


def _rate(stream: Stream, name: str) -> float:
    pictures, seconds = _whole(str(stream.get(name, "")), "/")
    return round(pictures / seconds, 3) if seconds else 0.0


def _whole(text: str, between: str) -> tuple[int, int]:
    first, _, second = text.partition(between)
    return (int(first), int(second)) if first.isdigit() and second.isdigit() else (0, 0)


def _language(stream: Stream) -> str | None:
    found = str(stream.get("tags", {}).get("language", ""))
    return found if LANGUAGE.fullmatch(found) and found != UNDETERMINED else None
