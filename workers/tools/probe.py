"""The gate: finds out what a recording is, and refuses what can't or must not be played."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mediashare.media.errors import RecordingRefusedError
from mediashare.sentences import said
from workers.tools import containers, ffmpeg, ffprobe, formats, polyglots, refusals, streams
from workers.tools.facts import Facts
from workers.tools.ffprobe import Found
from workers.tools.packets import EARLY_S, Packets
from workers.tools.process import Bench, Ended, TooMuchOutputError
from workers.tools.streams import SHORTEST_S, Choice

# Below half, what remains is no longer what was recorded; copy protection leaves nothing.
LEAST_DECODED = 0.5
CLEAN = 0.98
TOLERANCE = 0.02
MAX_CHAPTERS = 1000
MAX_ATTACHED_MB = 64
# Phones take 240 pictures a second; sound in short pieces of raw samples comes to 1500.
MAX_FPS = 250
MAX_PACKETS = 5000
# Over how many seconds more than that may be counted before it is called too much.
BURST_S = 1.0
SPARSE_BURST_S = 10.0
NOT_LISTED = re.compile(r"Codec \((\w+)\) not on whitelist")


@dataclass(frozen=True)
class Policy:
    """What the operator lets in; times in seconds."""

    max_duration: int


def examine(bench: Bench, name: str, policy: Policy) -> Facts:
    """What the file `name` of the bench is; raises RecordingRefusedError with the reason."""
    demuxer = _sniff(bench.folder / name)
    _refuse_by_structure(bench.folder / name, demuxer)
    described, errors = _ask(bench, demuxer, name)
    choice = streams.choose(described["streams"], errors)
    found = _scan(bench, demuxer, name, _Judge(choice, policy))
    facts = _facts(demuxer, described, choice, found)
    has_jumped = any(packets.has_jumped for packets in _chosen(choice, found))
    warnings = _warnings(facts, choice, has_jumped=has_jumped)
    return _decode(bench, name, replace(facts, warnings=warnings), found)


def _sniff(path: Path) -> str:
    if path.stat().st_size == 0:
        raise RecordingRefusedError(refusals.EMPTY)
    if formats.is_picture(path):
        raise RecordingRefusedError(refusals.PICTURE)
    demuxer = formats.find_demuxer(path)
    if demuxer is None:
        raise RecordingRefusedError(refusals.NOT_MEDIA)
    if polyglots.is_also_something_else(path, demuxer):
        raise RecordingRefusedError(refusals.TWO_THINGS)
    return demuxer


def _refuse_by_structure(path: Path, demuxer: str) -> None:
    if demuxer == "mov" and containers.is_protected(path):
        raise RecordingRefusedError(refusals.PROTECTED)
    if demuxer == "matroska":
        _refuse_attachments(containers.count_attached(path))


def _refuse_attachments(size: int) -> None:
    if size > MAX_ATTACHED_MB * 1000**2:
        sentence = said(refusals.TOO_MUCH_ATTACHED, limit=MAX_ATTACHED_MB)
        raise RecordingRefusedError(sentence)


def _ask(bench: Bench, demuxer: str, name: str) -> tuple[dict[str, Any], str]:
    try:
        described, ended = ffprobe.ask(bench, demuxer, name)
    except TooMuchOutputError:
        raise _too_many_chapters() from None
    if described is None:
        raise RecordingRefusedError(_why_unreadable(ended))
    found = described.setdefault("streams", [])
    if len(found) > formats.MAX_STREAMS:
        raise _too_many_streams()
    if len(described.get("chapters", [])) > MAX_CHAPTERS:
        raise _too_many_chapters()
    # Attachments may also stand behind what plays.
    _refuse_attachments(sum(int(stream.get("extradata_size", 0)) for stream in found))
    return described, ended.errors


def _why_unreadable(ended: Ended) -> str:
    if ended.is_out_of_cpu:
        return refusals.TOO_COSTLY
    unlisted = NOT_LISTED.search(ended.errors)
    if unlisted:
        return said(refusals.CODING, codec=unlisted[1])
    if "moov atom not found" in ended.errors:
        return refusals.CUT_OFF
    if "max_streams" in ended.errors:
        return _too_many_streams().sentence
    if streams.is_too_large(ended.errors):
        return refusals.TOO_LARGE
    return refusals.DAMAGED


def _too_many_streams() -> RecordingRefusedError:
    return RecordingRefusedError(said(refusals.TOO_MANY_STREAMS, limit=formats.MAX_STREAMS))


def _too_many_chapters() -> RecordingRefusedError:
    return RecordingRefusedError(said(refusals.TOO_MANY_CHAPTERS, limit=MAX_CHAPTERS))


@dataclass(frozen=True)
class _Judge:
    """Refuses a recording as soon as what was read of it is too much, not only at its end."""

    choice: Choice
    policy: Policy

    def __call__(self, found: Found) -> None:
        """Raise RecordingRefusedError for what no recording needs."""
        chosen = _chosen(self.choice, found)
        hidden_s = max((one.hidden_s for one in chosen), default=0.0)
        if _duration(chosen) + hidden_s > self.policy.max_duration:
            hours = f"{self.policy.max_duration / 3600:g}"
            raise RecordingRefusedError(said(refusals.TOO_LONG, hours=hours))
        video = self.choice.video
        pictures = found.get(video["index"]) if video else None
        if pictures and pictures.read > MAX_FPS * (pictures.span + pictures.hidden_s + BURST_S):
            raise RecordingRefusedError(said(refusals.TOO_FAST, limit=MAX_FPS))
        every = found.values()
        longest = _duration(list(every)) + max((one.hidden_s for one in every), default=0.0)
        if any(one.read > MAX_PACKETS * (longest + SPARSE_BURST_S) for one in found.values()):
            raise RecordingRefusedError(refusals.TOO_DENSE)


def _scan(bench: Bench, demuxer: str, name: str, judge: _Judge) -> Found:
    try:
        return ffprobe.scan(bench, demuxer, name, judge)
    except TooMuchOutputError:
        raise RecordingRefusedError(refusals.TOO_DENSE) from None


def _chosen(choice: Choice, found: Found) -> list[Packets]:
    indexes = [stream["index"] for stream in (choice.video, choice.audio) if stream]
    return [found[index] for index in indexes if index in found]


def _duration(packets: list[Packets]) -> float:
    shown = [one for one in packets if one.count]
    if not shown:
        return 0.0
    return max(one.end for one in shown) - min(one.start for one in shown)


def _facts(demuxer: str, described: Mapping[str, Any], choice: Choice, found: Found) -> Facts:
    # A stream without a packet is none.
    video, audio = (
        stream if stream and stream["index"] in found and found[stream["index"]].count else None
        for stream in (choice.video, choice.audio)
    )
    if video is None and audio is None:
        raise RecordingRefusedError(refusals.DAMAGED)
    duration = _duration(_chosen(choice, found))
    if duration < SHORTEST_S:
        raise RecordingRefusedError(refusals.TOO_SHORT)
    return Facts(
        demuxer=demuxer,
        duration=round(duration, 3),
        video=streams.video_facts(video, found[video["index"]]) if video else None,
        audio=streams.audio_facts(audio, found[audio["index"]]) if audio else None,
        cover=choice.cover,
        claimed=_claimed(described),
        videos=choice.videos,
        audios=choice.audios,
        chapters=len(described.get("chapters", [])),
    )


def _claimed(described: Mapping[str, Any]) -> float | None:
    try:
        return round(float(described["format"]["duration"]), 3)
    except (KeyError, ValueError):
        return None


def _warnings(facts: Facts, choice: Choice, *, has_jumped: bool) -> list[str]:
    found: list[str] = []
    claimed = 0.0 if has_jumped else facts.claimed or 0.0
    if claimed > facts.duration * (1 + TOLERANCE) + SHORTEST_S:
        found.append(
            said(
                "The file says that it is %(claimed)s s long, but holds only %(held)s s. "
                "The rest may have been cut off.",
                claimed=format(claimed, ".1f"),
                held=format(facts.duration, ".1f"),
            )
        )
    if choice.video and not facts.video:
        found.append(said("The file says that it has moving pictures, but holds none."))
    if choice.audio and not facts.audio:
        found.append(said("The file says that it has sound, but holds none."))
    return found


def _decode(bench: Bench, name: str, facts: Facts, found: Found) -> Facts:
    if facts.audio:
        _decode_audio(bench, name, facts, facts.audio.index, found)
    if facts.video is None:
        return facts
    report = _look(bench, name, facts, facts.video.index)
    # Each half of an interlaced picture may come in a packet of its own.
    halves = 2 if facts.video.is_interlaced else 1
    expected = found[facts.video.index].early / halves
    if report.frames < LEAST_DECODED * expected:
        raise RecordingRefusedError(refusals.UNDECODABLE)
    is_clean = (
        report.ended.code == 0
        and report.frames >= CLEAN * expected
        and _ends_well(bench, name, facts, found[facts.video.index])
    )
    return replace(facts, video=replace(facts.video, is_clean=is_clean))


def _ends_well(bench: Bench, name: str, facts: Facts, packets: Packets) -> bool:
    """Whether the last pictures can be decoded too, where that was not seen yet: a copy would
    else break off in players."""
    since, count = packets.last
    if facts.video is None or packets.span <= EARLY_S or packets.has_jumped:
        return True
    begin = max(0.0, since - facts.start)
    report = _look(bench, name, facts, facts.video.index, ss=f"{begin:.3f}")
    return report.frames >= LEAST_DECODED * count


def _decode_audio(bench: Bench, name: str, facts: Facts, index: int, found: Found) -> None:
    report = _look(bench, name, facts, index)
    if report.seconds < LEAST_DECODED * min(EARLY_S, found[index].span):
        raise RecordingRefusedError(refusals.UNDECODABLE)


def _look(bench: Bench, name: str, facts: Facts, index: int, **where: str) -> ffmpeg.Report:
    source = ffmpeg.source(facts.demuxer, name, t=str(EARLY_S), **where)
    graph = ffmpeg.nowhere([source[str(index)]], fps_mode="passthrough")
    report = ffmpeg.execute(graph, bench, ffmpeg.limits(EARLY_S))
    report.ended.check_it_ran()
    return report
