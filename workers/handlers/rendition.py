"""Job rendition: make the first playable file of an episode, and publish it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.db.base import new_id
from mediashare.errors import MediashareError
from mediashare.jobs import queue as job_queue
from mediashare.library import service as library_service
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.models import Recording, Rendition, RenditionKind
from mediashare.storage import keys
from mediashare.storage.port import StorageUnavailableError
from mediashare.transcripts import service as transcripts_service
from workers.context import Context
from workers.handlers.probe import RECORDING, fail_episode
from workers.tools import encode, ffmpeg, loudness, result, sandbox
from workers.tools.encode import Plan
from workers.tools.facts import Facts
from workers.tools.process import Bench
from workers.tools.result import Result

RESULT = "out.mp4"
# Measuring the loudness is a quick look at everything; making the file is the long part.
MEASURED = 0.1


@dataclass(frozen=True)
class Made:
    """A finished file on the bench: what was done to make it, and what it turned out to be."""

    plan: Plan
    result: Result


def run(context: Context, job: media_jobs.MakeRendition) -> None:
    """Make the file, store it under a name that no other attempt uses, and let people play it."""
    with context.database.reading() as session:
        recording = media_queries.get_recording(session, job.subject)
        if media_queries.list_renditions(session, job.subject):
            return
    made = _make(context, recording)
    faults.point("rendition.encoded")
    rendition = _describe(job.subject, made, context.scratch / RESULT)
    _store(context, rendition)
    faults.point("rendition.stored")
    try:
        _publish(context, rendition)
    except MediashareError:
        # Refused for certain: nobody will ever ask for it. After any other failure the rows may
        # have been stored, and a file too many is better than one too few.
        context.storage.delete(rendition.storage_key)
        raise


def failed(session: Session, job: media_jobs.MakeRendition, sentence: str) -> None:
    """An episode that can't be made playable has failed."""
    fail_episode(session, job.subject, sentence)


def _make(context: Context, recording: Recording) -> Made:
    context.fetch(recording.storage_key, context.scratch / RECORDING)
    facts = Facts.from_json(recording.facts or {})
    bench = sandbox.open_bench(context)
    planned = encode.plan(facts, _gain(bench, facts))

    def show(seconds: float) -> None:
        context.progress(MEASURED + (1 - MEASURED) * min(1.0, seconds / facts.duration))

    context.progress(MEASURED)
    encode.make(facts, planned, (RECORDING, RESULT), bench, show).ended.check()
    return Made(planned, result.examine(bench, RESULT, facts))


def _gain(bench: Bench, facts: Facts) -> float:
    if facts.audio is None:
        return 0.0
    sound = ffmpeg.source(facts.demuxer, RECORDING)[str(facts.audio.index)]
    level = loudness.measure(loudness.shaped(sound, facts.audio), bench, facts.duration)
    return loudness.gain_for(level, facts.audio)


def _describe(episode_id: str, made: Made, path: Path) -> Rendition:
    ident, found = new_id(), made.result
    size = path.stat().st_size
    kind = RenditionKind.VIDEO if found.width else RenditionKind.AUDIO
    rendition = Rendition(
        id=ident,
        episode_id=episode_id,
        kind=kind,
        mime_type=f"{kind}/mp4",
        codecs=found.codecs,
        size=size,
        sha256=_sha256(path),
        duration_ms=round(found.duration * 1000),
        bitrate=round(size * 8 / found.duration),
        width=found.width,
        height=found.height,
        video_copied=made.plan.copies_video,
        gain_db=None if made.plan.copies_audio else made.plan.gain,
        init_size=found.index.init_size,
        segments=found.index.segments,
    )
    rendition.storage_key = keys.rendition(episode_id, rendition.filename)
    return rendition


def _store(context: Context, rendition: Rendition) -> None:
    context.check()
    with (context.scratch / RESULT).open("rb") as file:
        context.storage.put(rendition.storage_key, file, content_type=rendition.mime_type)
    stored = context.storage.stat(rendition.storage_key)
    if stored.size != rendition.size or stored.sha256 not in {None, rendition.sha256}:
        context.storage.delete(rendition.storage_key)
        raise StorageUnavailableError("The media store did not keep the file as it was sent.")


def _publish(context: Context, rendition: Rendition) -> None:
    ident = rendition.episode_id
    with context.finishing() as session:
        media_service.add_rendition(session, rendition)
        episode = library_service.make_ready(session, ident, duration_ms=rendition.duration_ms)
        pictures = media_jobs.MakePictures(subject=ident)
        job_queue.put(session, pictures, owner_id=episode.author_id)
        transcripts_service.request_recognition(session, ident, episode.author_id)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
