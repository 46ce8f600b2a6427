"""Job ladder: make all sizes of an episode that are not there yet, from one decoding."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.jobs import queue as job_queue
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.models import Recording, Rendition, RenditionKind, Sound, Version
from workers import renditions, results
from workers.context import Context
from workers.handlers import cleanup
from workers.handlers.probe import RECORDING
from workers.handlers.rendition import SOUND, Work, played
from workers.renditions import Made
from workers.tools import encode, ffmpeg, ladder, sandbox
from workers.tools.codecs import AAC
from workers.tools.encode import Job, Target
from workers.tools.ladder import Size
from workers.tools.listening import Heard

OPUS = "opus.m4a"
# Opus that takes more of AAC's bytes than this is not worth a second file.
OPUS_SAVES = 0.8


@dataclass(frozen=True)
class Wanted:
    """What is still to be made: sizes of the picture, and the sound in Opus."""

    sizes: Sequence[Size]
    opus: bool

    @property
    def names(self) -> list[str]:
        """The files on the bench, one for each."""
        return [f"{size.side}.mp4" for size in self.sizes] + ([OPUS] if self.opus else [])


def run(context: Context, job: media_jobs.MakeLadder) -> None:
    """Make what is missing, store it, and add it to what people can play."""
    with results.unless_replaced(context):
        with context.database.reading() as session:
            version = media_queries.get_version(session, job.subject, job.version)
            recording = media_queries.get_recording(session, version)
            present = media_queries.list_renditions(session, job.subject)
            heard = _heard(media_queries.find_sound(session, version))
        results.clear_earlier(context, job.subject)
        work = _begin(context, version, recording, heard)
        made = _make(work, _wanted(work.job, present), present)
        faults.point("ladder.encoded")
        files = [renditions.store(context, job.subject, one) for one in made]
        faults.point("ladder.stored")
        with (
            results.withdrawn_if_refused(context, *(one.storage_key for one in files)),
            context.finishing() as session,
        ):
            version = media_service.lock_version(session, job.subject, job.version)
            for rendition in files:
                media_service.add_rendition(session, version, rendition)
            work.warn(session, version, made)
            _put_storyboard(session, version)


def _put_storyboard(session: Session, version: Version) -> None:
    """It is drawn from the smallest size, which is there only now."""
    storyboard = media_jobs.MakeStoryboard(subject=version.episode_id, version=version.number)
    owner_id = media_queries.get_owner_id(session, version.episode_id)
    extent = media_queries.get_extent(session, version)
    job_queue.put(session, storyboard, owner_id=owner_id, extent=extent)


def failed(session: Session, job: media_jobs.MakeLadder, _sentence: str) -> None:
    """What plays already goes on playing; a deleted episode leaves no file behind."""
    cleanup.clear_deleted(session, job.subject)


def _heard(sound: Sound | None) -> Heard | None:
    if sound is None:
        return None
    return Heard(
        integrated=sound.integrated,
        peak=sound.peak,
        gain=sound.gain_db,
        ear=sound.ear,
        silences=sound.silences,
        peaks=[],
    )


def _begin(context: Context, version: Version, recording: Recording, heard: Heard | None) -> Work:
    context.fetch(recording.storage_key, context.scratch / RECORDING)
    facts, cut = played(version, recording)
    return Work(context, sandbox.open_bench(context), Job(facts, cut, heard))


def _wanted(job: Job, present: Sequence[Rendition]) -> Wanted:
    made = {(one.width, one.height) for one in present if not one.is_provisional}
    video = job.facts.video
    sizes = ladder.sizes_for(video) if video else []
    return Wanted([size for size in sizes if tuple(size) not in made], job.heard is not None)


def _make(work: Work, wanted: Wanted, present: Sequence[Rendition]) -> list[Made]:
    video, audio, heard = work.job.facts.video, work.job.facts.audio, work.job.heard
    sound = _find_sound(present)
    outputs = []
    if video and wanted.sizes:
        if sound is not None:
            work.context.fetch(sound.storage_key, work.context.scratch / SOUND)
        targets = [
            Target(name, size) for name, size in zip(wanted.names, wanted.sizes, strict=False)
        ]
        names = (RECORDING, SOUND if sound else None)
        outputs += encode.pictures(work.job, video, names, targets)
    if wanted.opus and audio and heard:
        outputs.append(encode.opus(work.job, audio, heard, (RECORDING, OPUS)))
    if not outputs:
        return []
    work.execute(ffmpeg.together(outputs), (0.0, 1.0))
    gain = sound.gain_db if sound else None
    made = [Made(name, work.examine(name, video=name != OPUS), gain=gain) for name in wanted.names]
    return [one for one in made if one.name != OPUS or _saves(work, sound)]


def _find_sound(present: Sequence[Rendition]) -> Rendition | None:
    """The levelled sound that the first job has made."""
    sounds = (
        one
        for one in present
        if one.kind is RenditionKind.AUDIO and one.codecs == AAC and not one.is_provisional
    )
    return next(sounds, None)


def _saves(work: Work, sound: Rendition | None) -> bool:
    size = (work.context.scratch / OPUS).stat().st_size
    return sound is not None and size < OPUS_SAVES * sound.size
