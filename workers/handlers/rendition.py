"""Job rendition: make the first playable file of an episode, and publish it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.db.base import new_id
from mediashare.jobs import queue as job_queue
from mediashare.library import service as library_service
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.models import Recording, Rendition, RenditionKind
from mediashare.storage import keys
from mediashare.transcripts import service as transcripts_service
from workers import results
from workers.context import Context
from workers.handlers import cleanup
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
    """Make the file, store it, and let people play it."""
    with context.database.reading() as session:
        recording = media_queries.get_recording(session, job.subject)
        if media_queries.list_renditions(session, job.subject):
            return
    results.clear_earlier(context, job.subject)
    made = _make(context, recording)
    faults.point("rendition.encoded")
    rendition = _store(context, _describe(job.subject, made))
    faults.point("rendition.stored")
    with results.withdrawn_if_refused(context, rendition.storage_key):
        _publish(context, rendition)


def failed(session: Session, job: media_jobs.MakeRendition, sentence: str) -> None:
    """An episode that can't be made playable has failed; a deleted one leaves no file behind."""
    fail_episode(session, job.subject, sentence)
    cleanup.clear_deleted(session, job.subject)


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


def _describe(episode_id: str, made: Made) -> Rendition:
    found = made.result
    kind = RenditionKind.VIDEO if found.width else RenditionKind.AUDIO
    return Rendition(
        id=new_id(),
        episode_id=episode_id,
        kind=kind,
        mime_type=f"{kind}/mp4",
        codecs=found.codecs,
        duration_ms=round(found.duration * 1000),
        width=found.width,
        height=found.height,
        video_copied=made.plan.copies_video,
        gain_db=None if made.plan.copies_audio else made.plan.gain,
        init_size=found.index.init_size,
        segments=found.index.segments,
    )


def _store(context: Context, rendition: Rendition) -> Rendition:
    key = keys.result(rendition.episode_id, context.job_id, context.attempt, rendition.filename)
    stored = results.store(context, key, context.scratch / RESULT, rendition.mime_type)
    rendition.storage_key, rendition.size, rendition.sha256 = key, stored.size, stored.sha256
    rendition.bitrate = round(stored.size * 8000 / rendition.duration_ms)
    return rendition


def _publish(context: Context, rendition: Rendition) -> None:
    ident = rendition.episode_id
    with context.finishing() as session:
        media_service.add_rendition(session, rendition)
        episode = library_service.make_ready(session, ident, duration_ms=rendition.duration_ms)
        pictures = media_jobs.MakePictures(subject=ident)
        extent = media_queries.get_extent(session, ident)
        job_queue.put(session, pictures, owner_id=episode.author_id, extent=extent)
        transcripts_service.request_recognition(session, ident, episode.author_id)
