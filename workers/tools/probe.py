"""The gate: finds out what a recording is, and refuses what can't or must not be played."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mediashare.media.errors import RecordingRefusedError
from workers.tools import ffmpeg, ffprobe, formats
from workers.tools.facts import AudioFacts, Facts, VideoFacts
from workers.tools.ffprobe import EARLY_S, Packets
from workers.tools.process import Bench, Ended

HDR_TRANSFERS = ("smpte2084", "arib-std-b67")
INTERLACED = ("tt", "bb", "tb", "bt")
QUARTER = 90
# Below half, what remains is no longer what was recorded; copy protection leaves nothing.
LEAST_DECODED = 0.5
CLEAN = 0.98
TOLERANCE = 0.02
SHORTEST_S = 0.05
MAX_CHANNELS = 16
NOT_MEDIA = f"This is not an audio or video file that can be played here. Send {formats.ACCEPTED}."
CUT_OFF = (
    "The end of the file is missing, and with it the index that players need. Please send it again."
)
DAMAGED = "The file is damaged: it can't be read. Please check that it plays and send it again."
TOO_MANY_STREAMS = f"The file has more than {formats.MAX_STREAMS} tracks."
TOO_LARGE = "The picture is larger than 4096 x 2304 points. Please send a smaller version."
NOTHING_IN_IT = "There is neither sound nor a moving picture in this file."
UNDECODABLE = "Most of the file can't be decoded. It may be copy-protected or damaged."


@dataclass(frozen=True)
class Policy:
    """What the operator lets in; times in seconds."""

    max_duration: int


def examine(bench: Bench, name: str, policy: Policy) -> Facts:
    """What the file `name` of the bench is; raises RecordingRefusedError with the reason."""
    demuxer = _sniff(bench.folder / name)
    found = _ask(bench, demuxer, name)
    video, audio, cover = _pick(found["streams"])
    packets = ffprobe.scan(bench, demuxer, name)
    facts = _facts(demuxer, [video, audio], packets, cover)
    _refuse_length(facts, policy)
    return _decode(bench, name, _warned(facts, _claimed(found)), packets)


def _sniff(path: Path) -> str:
    if path.stat().st_size == 0:
        raise RecordingRefusedError("The file is empty.")
    demuxer = formats.find_demuxer(path)
    if demuxer is None:
        raise RecordingRefusedError(NOT_MEDIA)
    return demuxer


def _ask(bench: Bench, demuxer: str, name: str) -> dict[str, Any]:
    found, ended = ffprobe.ask(bench, demuxer, name)
    if found is None:
        raise RecordingRefusedError(_why_unreadable(ended))
    streams = found.setdefault("streams", [])
    if len(streams) > formats.MAX_STREAMS:
        raise RecordingRefusedError(TOO_MANY_STREAMS)
    return found


def _why_unreadable(ended: Ended) -> str:
    if "moov atom not found" in ended.errors:
        return CUT_OFF
    if "max_streams" in ended.errors:
        return TOO_MANY_STREAMS
    if "max_pixels" in ended.errors or "Picture size" in ended.errors:
        return TOO_LARGE
    if "not on whitelist" in ended.errors:
        return (
            "The file uses a coding that is not accepted here. Please convert it to H.264 or VP9."
        )
    return DAMAGED


def _pick(
    streams: list[dict[str, Any]],
) -> tuple[dict[str, Any] | None, dict[str, Any] | None, int | None]:
    covers = [found for found in streams if found.get("disposition", {}).get("attached_pic")]
    videos = _preferred(streams, "video", covers)
    audios = _preferred(streams, "audio", covers)
    if not videos and not audios:
        raise RecordingRefusedError(NOTHING_IN_IT)
    for found, known in ((videos, formats.VIDEO_CODECS), (audios, formats.AUDIO_CODECS)):
        if found:
            _refuse_codec(found[0], known)
    if videos:
        _refuse_size(videos[0])
    cover = covers[0]["index"] if covers else None
    return videos[0] if videos else None, audios[0] if audios else None, cover


def _preferred(
    streams: list[dict[str, Any]], kind: str, covers: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    found = [one for one in streams if one.get("codec_type") == kind and one not in covers]
    return sorted(found, key=lambda one: not one.get("disposition", {}).get("default"))


def _refuse_codec(stream: dict[str, Any], known: tuple[str, ...]) -> None:
    codec = str(stream.get("codec_name", "an unknown coding"))
    if codec not in known and not codec.startswith("pcm_"):
        kind = "picture" if stream["codec_type"] == "video" else "sound"
        raise RecordingRefusedError(f"The {kind} of this file is coded as {codec}: not accepted.")


def _refuse_size(stream: dict[str, Any]) -> None:
    width, height = int(stream.get("width", 0)), int(stream.get("height", 0))
    # A decoder that was told the limit leaves the size open.
    if width * height > formats.MAX_PIXELS or not width or not height:
        raise RecordingRefusedError(TOO_LARGE)


def _facts(
    demuxer: str,
    streams: list[dict[str, Any] | None],
    packets: dict[int, Packets],
    cover: int | None,
) -> Facts:
    video, audio = (one if one and packets[one["index"]].count else None for one in streams)
    chosen = [packets[stream["index"]] for stream in (video, audio) if stream]
    if not chosen:
        raise RecordingRefusedError(DAMAGED)
    duration = max(found.end for found in chosen) - min(found.start for found in chosen)
    return Facts(
        demuxer=demuxer,
        duration=round(duration, 3),
        video=_video(video, packets[video["index"]]) if video else None,
        audio=_audio(audio, packets[audio["index"]]) if audio else None,
        cover=cover,
    )


def _video(stream: dict[str, Any], packets: Packets) -> VideoFacts:
    span = max(packets.end - packets.start, SHORTEST_S)
    return VideoFacts(
        index=stream["index"],
        codec=stream["codec_name"],
        profile=str(stream.get("profile", "")),
        level=int(stream.get("level", 0)),
        pixel_format=str(stream.get("pix_fmt", "")),
        width=stream["width"],
        height=stream["height"],
        sar=_ratio(stream.get("sample_aspect_ratio", "1:1")),
        rotation=_rotation(stream),
        fps=round(packets.count / span, 3),
        is_interlaced=stream.get("field_order") in INTERLACED,
        is_hdr=stream.get("color_transfer") in HDR_TRANSFERS,
        bitrate=int(packets.size * 8 / span),
        keyframe_gap=round(packets.keyframe_gap, 3),
    )


def _audio(stream: dict[str, Any], packets: Packets) -> AudioFacts:
    channels, rate = int(stream.get("channels", 0)), int(stream.get("sample_rate", 0))
    if not 1 <= channels <= MAX_CHANNELS or not rate:
        raise RecordingRefusedError(DAMAGED)
    language = stream.get("tags", {}).get("language")
    return AudioFacts(
        index=stream["index"],
        codec=stream["codec_name"],
        profile=str(stream.get("profile", "")),
        channels=channels,
        sample_rate=rate,
        bitrate=int(packets.size * 8 / max(packets.end - packets.start, SHORTEST_S)),
        language=None if language == "und" else language,
    )


def _rotation(stream: dict[str, Any]) -> int:
    for data in stream.get("side_data_list", []):
        if "rotation" in data:
            return round(int(data["rotation"]) / QUARTER) * QUARTER % (4 * QUARTER)
    return 0


def _ratio(text: str) -> float:
    width, _, height = text.partition(":")
    return int(width) / int(height) if int(width) and int(height) else 1.0


def _refuse_length(facts: Facts, policy: Policy) -> None:
    if facts.duration > policy.max_duration:
        hours = policy.max_duration / 3600
        raise RecordingRefusedError(f"The recording is longer than {hours:g} hours.")
    if facts.duration < SHORTEST_S:
        raise RecordingRefusedError("The recording is too short: there is nothing to play.")


def _warned(facts: Facts, claimed: float) -> Facts:
    if claimed <= facts.duration * (1 + TOLERANCE) + SHORTEST_S:
        return facts
    sentence = (
        f"The file says that it is {claimed:.1f} s long, but holds only {facts.duration:.1f} s. "
        "The rest may have been cut off."
    )
    return replace(facts, warnings=[sentence])


def _decode(bench: Bench, name: str, facts: Facts, packets: dict[int, Packets]) -> Facts:
    if facts.audio:
        _decode_audio(bench, name, facts, packets[facts.audio.index])
    if facts.video is None:
        return facts
    report = _look(bench, name, facts, facts.video.index)
    expected = packets[facts.video.index].early
    if report.frames < LEAST_DECODED * expected:
        raise RecordingRefusedError(UNDECODABLE)
    is_clean = report.ended.code == 0 and report.frames >= CLEAN * expected
    return replace(facts, video=replace(facts.video, is_clean=is_clean))


def _decode_audio(bench: Bench, name: str, facts: Facts, packets: Packets) -> None:
    if facts.audio is None:
        return
    report = _look(bench, name, facts, facts.audio.index)
    if report.seconds < LEAST_DECODED * min(EARLY_S, packets.end - packets.start):
        raise RecordingRefusedError(UNDECODABLE)


def _look(bench: Bench, name: str, facts: Facts, index: int) -> ffmpeg.Report:
    source = ffmpeg.source(facts.demuxer, name, t=str(EARLY_S))
    graph = ffmpeg.nowhere([source[str(index)]], fps_mode="passthrough")
    return ffmpeg.execute(graph, bench, ffmpeg.limits(EARLY_S))


def _claimed(found: dict[str, Any]) -> float:
    try:
        return float(found["format"]["duration"])
    except (KeyError, ValueError):
        return 0.0
