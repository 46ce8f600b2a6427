"""Media as JSON and as HLS playlists; every address in them is one of ours."""

import math
from collections.abc import Sequence
from typing import Any

from flask import url_for

from mediashare.library.models import Episode
from mediashare.media.models import Rendition
from mediashare.media.queries import EpisodeMedia

# Players ask for whole segments, so neighbours are joined until they are about this long.
SEGMENT_MS = 6000


def media_json(episode: Episode, media: EpisodeMedia) -> dict[str, Any]:
    """What an episode can be played and pictured with, as the API says it."""

    def address(name: str) -> str:
        return url_for("media.show", episode_id=episode.id, name=name)

    return {
        "poster": address(media.picture.filename) if media.picture else None,
        "waveform": address("waveform.json") if media.waveform else None,
        "storyboard": None,
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
        "silences": [
            [start / 1000, end / 1000]
            for start, end in (media.sound.silences if media.sound else [])
        ],
    }


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
