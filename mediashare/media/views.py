"""Media as JSON, storyboards and HLS playlists (RFC 8216); every address in them is ours."""

import itertools
import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from flask import url_for

from mediashare.library import views as library_views
from mediashare.library.models import Episode
from mediashare.media import policy as media_policy
from mediashare.media.models import (
    SHEET_SIDE,
    SHEET_TILES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Picture,
    Rendition,
    RenditionKind,
)
from mediashare.media.queries import EpisodeMedia
from mediashare.web import json_api

# Players ask for whole segments, so neighbours are joined until they are about this long.
SEGMENT_S = 6
HEAD = ("#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS")

Part = tuple[int, int, int]


def media_json(episode: Episode, media: EpisodeMedia) -> dict[str, Any]:
    """What an episode can be played and pictured with, as the API says it."""
    return {
        "poster": library_views.poster_url(episode),
        "waveform": _address(episode, "waveform.json") if media.waveform else None,
        "storyboard": storyboard_url(media.storyboard),
        **play_json(episode, media.renditions, more_coming=media.more_coming),
        "silences": [
            [start / 1000, end / 1000]
            for start, end in (media.sound.silences if media.sound else [])
        ],
    }


def play_json(
    episode: Episode, renditions: Sequence[Rendition], *, more_coming: bool
) -> dict[str, Any]:
    """What players must know: the stream, the files, best first, and whether better ones come."""
    longest = max((rendition.duration_ms / 1000 for rendition in renditions), default=None)
    is_streamed = bool(media_policy.list_streamed(renditions))
    return {
        "hls": _address(episode, "master.m3u8") if is_streamed else None,
        "duration": episode.duration if longest is None else longest,
        "more_coming": more_coming,
        "files": [_file(episode, found) for found in media_policy.sort_best_first(renditions)],
    }


def posters_json(episode: Episode, posters: Sequence[Picture]) -> dict[str, Any]:
    """The pictures that can stand for an episode, for its author to choose from."""
    return {"items": [_poster_json(episode, picture) for picture in posters]}


def storyboard_url(storyboard: Picture | None) -> str | None:
    """Where players find which tile of which sheet shows which moment."""
    return None if storyboard is None else _file_address(storyboard, f"{storyboard.id}.vtt")


def storyboard_vtt(storyboard: Picture) -> str:
    """A storyboard as WebVTT: a cue for each tile, which names its sheet and its place there."""
    sheets = [_file_address(storyboard, file.name) for file in storyboard.files]
    lines = ["WEBVTT", ""]
    for number, (start, end) in enumerate(itertools.pairwise(storyboard.times)):
        sheet, tile = divmod(number, SHEET_TILES)
        row, column = divmod(tile, SHEET_SIDE)
        place = f"{column * TILE_WIDTH},{row * TILE_HEIGHT},{TILE_WIDTH},{TILE_HEIGHT}"
        lines += [f"{_stamp(start)} --> {_stamp(end)}", f"{sheets[sheet]}#xywh={place}", ""]
    return "\n".join(lines)


def master_playlist(streamed: Sequence[Rendition]) -> str:
    """The HLS playlist that names one playlist for each rendition, in their order."""
    target = _target_s(streamed)
    lines = list(HEAD)
    for rendition in streamed:
        lines += [
            f"#EXT-X-STREAM-INF:{','.join(_attributes(rendition, target))}",
            f"{rendition.id}.m3u8",
        ]
    return "\n".join([*lines, ""])


def rendition_playlist(rendition: Rendition, streamed: Sequence[Rendition]) -> str:
    """The HLS playlist of one rendition: byte ranges of its single file.

    All renditions `streamed` with it must have the same target duration.
    """
    lines = [
        *HEAD,
        f"#EXT-X-TARGETDURATION:{_target_s(streamed)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        f'#EXT-X-MAP:URI="{rendition.filename}",BYTERANGE="{rendition.init_size}@0"',
    ]
    for offset, size, duration in _joined(rendition):
        lines += [
            f"#EXTINF:{duration / 1000:.3f},",
            f"#EXT-X-BYTERANGE:{size}@{offset}",
            rendition.filename,
        ]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def _poster_json(episode: Episode, picture: Picture) -> dict[str, Any]:
    return {
        "id": picture.id,
        "kind": picture.kind.value,
        "at": json_api.seconds(picture.times[0]) if picture.times else None,
        "chosen": picture.filename == episode.poster,
        "url": _file_address(picture, picture.filename),
        "width": picture.width,
        "height": picture.height,
    }


def _file_address(picture: Picture, name: str) -> str:
    return url_for("media.show", episode_id=picture.episode_id, name=name)


def _stamp(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _address(episode: Episode, name: str) -> str:
    return url_for("media.show", episode_id=episode.id, name=name)


def _file(episode: Episode, rendition: Rendition) -> dict[str, Any]:
    return {
        "url": _address(episode, rendition.filename),
        "kind": rendition.kind.value,
        "type": rendition.mime_type,
        "codecs": rendition.codecs,
        "width": rendition.width,
        "height": rendition.height,
        "fps": rendition.fps,
        "bitrate": rendition.bitrate,
        "size": rendition.size,
        "provisional": rendition.is_provisional,
    }


def _attributes(rendition: Rendition, target_s: int) -> Iterator[str]:
    parts = _joined(rendition)
    average = _bitrate(sum(size for _at, size, _ms in parts), sum(ms for _at, _size, ms in parts))
    yield f"BANDWIDTH={max(average, _peak(parts, target_s))}"
    yield f"AVERAGE-BANDWIDTH={average}"
    yield f'CODECS="{rendition.codecs}"'
    if rendition.kind is RenditionKind.VIDEO and rendition.width and rendition.height:
        yield f"RESOLUTION={rendition.width}x{rendition.height}"
        if rendition.fps:
            yield f"FRAME-RATE={rendition.fps:.3f}"


def _peak(parts: Sequence[Part], target_s: int) -> int:
    """The largest bit rate of neighbours that are together about one target duration long.

    A short rest at the end is mostly a key picture; alone it says nothing about the whole.
    """
    peak, shortest, longest = 0, target_s * 500, target_s * 1500
    for first in range(len(parts)):
        size = length = 0
        for _offset, more, duration in islice(parts, first, None):
            size, length = size + more, length + duration
            if length > longest:
                break
            if length >= shortest:
                peak = max(peak, _bitrate(size, length))
    return peak


def _bitrate(size: int, duration_ms: int) -> int:
    return math.ceil(size * 8000 / max(1, duration_ms))


def _target_s(streamed: Sequence[Rendition]) -> int:
    longest = max(duration for found in streamed for _at, _size, duration in _joined(found))
    return max(1, _rounded_s(longest))


def _joined(rendition: Rendition) -> list[Part]:
    joined: list[Part] = []
    for offset, size, duration in rendition.segments:
        if joined and _rounded_s(joined[-1][2] + duration) <= SEGMENT_S:
            start, before, length = joined[-1]
            joined[-1] = (start, before + size, length + duration)
        else:
            joined.append((offset, size, duration))
    return joined


def _rounded_s(duration_ms: int) -> int:
    return (duration_ms + 500) // 1000
