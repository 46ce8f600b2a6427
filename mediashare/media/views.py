"""Media as JSON, storyboards and HLS playlists; every address in them is one of ours."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

from flask import url_for

from mediashare.library import views as library_views
from mediashare.library.models import Episode
from mediashare.media.models import (
    SHEET_SIDE,
    SHEET_TILES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Picture,
    Rendition,
)
from mediashare.media.queries import EpisodeMedia
from mediashare.web import json_api

# Players ask for whole segments, so neighbours are joined until they are about this long.
SEGMENT_MS = 6000


def media_json(episode: Episode, media: EpisodeMedia) -> dict[str, Any]:
    """What an episode can be played and pictured with, as the API says it."""

    def address(name: str) -> str:
        return url_for("media.show", episode_id=episode.id, name=name)

    return {
        "poster": library_views.poster_url(episode),
        "waveform": address("waveform.json") if media.waveform else None,
        "storyboard": storyboard_url(media.storyboard),
        "hls": address("master.m3u8") if media.renditions else None,
        "files": [
            {
                "url": address(rendition.filename),
                "type": rendition.mime_type,
                "width": rendition.width,
                "height": rendition.height,
                "bitrate": rendition.bitrate,
            }
            for rendition in media.renditions
        ],
    }


def posters_json(episode: Episode, posters: Sequence[Picture]) -> dict[str, Any]:
    """The pictures that can stand for an episode, for its author to choose from."""
    return {"items": [_poster_json(episode, picture) for picture in posters]}


def _poster_json(episode: Episode, picture: Picture) -> dict[str, Any]:
    return {
        "id": picture.id,
        "kind": picture.kind.value,
        "at": json_api.seconds(picture.times[0]) if picture.times else None,
        "chosen": picture.filename == episode.poster,
        "url": _address(picture, picture.filename),
        "width": picture.width,
        "height": picture.height,
    }


def storyboard_url(storyboard: Picture | None) -> str | None:
    """Where players find which tile of which sheet shows which moment."""
    return None if storyboard is None else _address(storyboard, f"{storyboard.id}.vtt")


def storyboard_vtt(storyboard: Picture) -> str:
    """A storyboard as WebVTT: a cue for each tile, which names its sheet and its place there."""
    sheets = [_address(storyboard, file.name) for file in storyboard.files]
    lines = ["WEBVTT", ""]
    for number, (start, end) in enumerate(itertools.pairwise(storyboard.times)):
        sheet, tile = divmod(number, SHEET_TILES)
        row, column = divmod(tile, SHEET_SIDE)
        place = f"{column * TILE_WIDTH},{row * TILE_HEIGHT},{TILE_WIDTH},{TILE_HEIGHT}"
        lines += [f"{_stamp(start)} --> {_stamp(end)}", f"{sheets[sheet]}#xywh={place}", ""]
    return "\n".join(lines)


def _address(picture: Picture, name: str) -> str:
    return url_for("media.show", episode_id=picture.episode_id, name=name)


def _stamp(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def master_playlist(renditions: Sequence[Rendition]) -> str:
    """The HLS playlist that names one playlist for each rendition, best first."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rendition in renditions:
        about = [
            f"BANDWIDTH={_peak_bitrate(rendition)}",
            f"AVERAGE-BANDWIDTH={rendition.bitrate}",
            f'CODECS="{rendition.codecs}"',
        ]
        if rendition.width and rendition.height:
            about.append(f"RESOLUTION={rendition.width}x{rendition.height}")
        lines += [f"#EXT-X-STREAM-INF:{','.join(about)}", f"{rendition.id}.m3u8"]
    return "\n".join([*lines, ""])


def rendition_playlist(rendition: Rendition) -> str:
    """The HLS playlist of one rendition: byte ranges of its single file."""
    segments = _joined(rendition)
    longest = max(duration for _offset, _size, duration in segments)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{math.ceil(longest / 1000)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{rendition.filename}",BYTERANGE="{rendition.init_size}@0"',
    ]
    for offset, size, duration in segments:
        lines += [
            f"#EXTINF:{duration / 1000:.3f},",
            f"#EXT-X-BYTERANGE:{size}@{offset}",
            rendition.filename,
        ]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def _joined(rendition: Rendition) -> list[tuple[int, int, int]]:
    joined: list[tuple[int, int, int]] = []
    for offset, size, duration in rendition.segments:
        if joined and joined[-1][2] + duration <= SEGMENT_MS:
            start, before, length = joined[-1]
            joined[-1] = (start, before + size, length + duration)
        else:
            joined.append((offset, size, duration))
    return joined


def _peak_bitrate(rendition: Rendition) -> int:
    segments = (part for part in _joined(rendition) if part[2])
    rates = (math.ceil(size * 8000 / duration) for _at, size, duration in segments)
    return max(rates, default=rendition.bitrate)
