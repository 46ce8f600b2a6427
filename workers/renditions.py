"""Playable files on their way from the bench into the store, as rows that name them."""

from dataclasses import dataclass

from mediashare.db.base import new_id
from mediashare.media.models import Rendition, RenditionKind
from mediashare.storage import keys
from workers import results
from workers.context import Context
from workers.tools.result import Result

CONTAINERS = {"mov": "mp4", "matroska": "webm"}


@dataclass(frozen=True)
class Made:
    """A finished file `name` on the bench, what it turned out to be, and how it was made."""

    name: str
    result: Result
    demuxer: str = "mov"
    video_copied: bool = False
    gain: float | None = None
    is_provisional: bool = False


def store(context: Context, episode_id: str, made: Made) -> Rendition:
    """Put the file into the store; the row that names it is the caller's to add."""
    rendition = _describe(episode_id, made)
    key = keys.result(episode_id, context.job_id, context.attempt, rendition.filename)
    stored = results.store(context, key, context.scratch / made.name, rendition.mime_type)
    rendition.storage_key, rendition.size, rendition.sha256 = key, stored.size, stored.sha256
    rendition.bitrate = round(stored.size * 8000 / rendition.duration_ms)
    return rendition


def _describe(episode_id: str, made: Made) -> Rendition:
    found = made.result
    kind = RenditionKind.VIDEO if found.width else RenditionKind.AUDIO
    return Rendition(
        id=new_id(),
        episode_id=episode_id,
        kind=kind,
        mime_type=f"{kind}/{CONTAINERS[made.demuxer]}",
        codecs=found.codecs,
        duration_ms=max(1, round(found.duration * 1000)),
        width=found.width,
        height=found.height,
        fps=found.fps,
        video_copied=made.video_copied,
        gain_db=made.gain,
        init_size=found.index.init_size if found.index else 0,
        segments=found.index.segments if found.index else [],
        is_provisional=made.is_provisional,
    )
