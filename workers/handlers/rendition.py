"""Job rendition: make the first lasting files of an episode: its sound, and its first picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.db.base import new_id
from mediashare.jobs import queue as job_queue
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.models import Recording, Rendition, Sound, Version
from mediashare.media.policy import Edit
from mediashare.storage import keys
from mediashare.transcripts import service as transcripts_service
from workers import renditions, results
from workers.context import Context
from workers.handlers import versions
from workers.handlers.probe import RECORDING
from workers.renditions import Made
from workers.tools import cut as cuts
from workers.tools import encode, ffmpeg, ladder, listening, result, sandbox
from workers.tools.cut import Cut
from workers.tools.encode import Job, Target
from workers.tools.facts import Facts
from workers.tools.ffmpeg import Stream
from workers.tools.listening import Heard
from workers.tools.process import Bench
from workers.tools.result import Expected, Result

SOUND, FIRST = "sound.m4a", "first.mp4"
SPEECH_TYPE = "audio/flac"
# How far the job is when the sound is measured, and when it is made; the picture takes longest.
HEARD, SOUNDED = 0.15, 0.3


@dataclass(frozen=True)
class Work:
    """What stands on the bench: the job for ffmpeg, and how to show how far it is."""

    context: Context
    bench: Bench
    job: Job

    def execute(self, graph: Stream, part: tuple[float, float]) -> None:
        """Run ffmpeg; it takes the job from one fraction of the whole to another."""
        self.context.progress(part[0])
        length = self.job.cut.duration
        allowed = ffmpeg.limits(length)
        ffmpeg.execute(graph, self.bench, allowed, self._shown(part, length)).ended.check()

    def examine(self, name: str, *, video: bool) -> Result:
        """What a file turned out to be; raises ToolError unless it holds what it should."""
        expected = self._expected if video else replace(self._expected, video=None)
        return result.examine(self.bench, name, expected)

    def warn(self, session: Session, version: Version, made: Sequence[Made]) -> None:
        """Tell the author when the picture of what was made breaks off."""
        missing = max((one.result.missing for one in made), default=0.0)
        expected = self._expected.video
        if missing and expected is not None:
            at = self.job.cut.start + expected - missing
            has_sound = self.job.facts.audio is not None
            versions.warn_of_missing(session, version, at, has_sound=has_sound)

    @property
    def _expected(self) -> Expected:
        padded = not self.job.copies_audio
        return Expected.played(self.job.facts, self.job.cut, padded=padded)

    def _shown(self, part: tuple[float, float], length: float) -> Callable[[float], None]:
        begin, end = part

        def show(seconds: float) -> None:
            self.context.progress(begin + (end - begin) * min(1.0, seconds / length))

        return show


def run(context: Context, job: media_jobs.MakeRendition) -> None:
    """Make the files, store them, and let people play them."""
    with results.unless_replaced(context):
        with context.database.reading() as session:
            version = media_queries.get_version(session, job.subject, job.version)
            recording = media_queries.get_recording(session, version)
        results.clear_earlier(context, job.subject)
        work = begin(context, version, recording)
        made = _make(work)
        faults.point("rendition.encoded")
        files = [renditions.store(context, job.subject, one) for one in made]
        sound = _store_sound(context, version, work.job.heard)
        faults.point("rendition.stored")
        stored = [*(one.storage_key for one in files), *([sound.storage_key] if sound else [])]
        with results.withdrawn_if_refused(context, *stored):
            _publish(work, job, made, files, sound)


def failed(session: Session, job: media_jobs.MakeRendition, sentence: str) -> None:
    """An episode that can't be made playable has failed; a deleted one leaves no file behind."""
    versions.fail(session, job, sentence)


def begin(context: Context, version: Version, recording: Recording) -> Work:
    """The recording on a bench, and what is to be made of it; its sound has been listened to."""
    context.fetch(recording.storage_key, context.scratch / RECORDING)
    bench = sandbox.open_bench(context)
    facts, cut = played(version, recording)
    heard = None
    if facts.audio:
        heard = listening.listen(bench, RECORDING, facts, cut, _listened(context, cut))
    return Work(context, bench, Job(facts, cut, heard))


def played(version: Version, recording: Recording) -> tuple[Facts, Cut]:
    """What is to be made playable: the facts of what is played, and which part that is."""
    facts = Facts.from_json(recording.facts or {})
    cut = Cut.of(Edit.of(version), facts.duration)
    return cuts.present(facts, cut), cut


def _listened(context: Context, cut: Cut) -> Callable[[float], None]:
    def show(seconds: float) -> None:
        context.progress(HEARD * min(1.0, seconds / cut.duration))

    return show


def _make(work: Work) -> list[Made]:
    made = []
    facts, heard = work.job.facts, work.job.heard
    gain = None if heard is None or work.job.copies_audio else heard.gain
    if facts.audio and heard:
        end = SOUNDED if facts.video else 1.0
        graph = encode.sound(work.job, facts.audio, heard, (RECORDING, SOUND))
        work.execute(graph, (HEARD, end))
        found = work.examine(SOUND, video=False)
        made.append(Made(SOUND, found, gain=gain))
    if facts.video:
        size = None
        if not work.job.copies_video:
            size = ladder.first_size(ladder.sizes_for(facts.video))
        names = (RECORDING, SOUND if facts.audio else None)
        files = encode.pictures(work.job, facts.video, names, [Target(FIRST, size)])
        work.execute(ffmpeg.together(files), (SOUNDED, 1.0))
        found = work.examine(FIRST, video=True)
        made.append(Made(FIRST, found, video_copied=size is None, gain=gain))
    return made


def _store_sound(context: Context, version: Version, heard: Heard | None) -> Sound | None:
    if heard is None:
        return None
    name = f"{new_id()}.flac"
    key = keys.result(version.episode_id, context.job_id, context.attempt, name)
    stored = results.store(context, key, context.scratch / listening.SPEECH, SPEECH_TYPE)
    return Sound(
        version_id=version.id,
        episode_id=version.episode_id,
        storage_key=key,
        size=stored.size,
        integrated=heard.integrated,
        peak=heard.peak,
        gain_db=heard.gain,
        ear=heard.ear,
        silences=heard.silences,
    )


def _publish(
    work: Work,
    job: media_jobs.MakeRendition,
    made: list[Made],
    files: list[Rendition],
    sound: Sound | None,
) -> None:
    ident, heard = job.subject, work.job.heard
    with work.context.finishing() as session:
        version = media_service.lock_version(session, ident, job.version)
        episode = versions.publish(session, version, files)
        work.warn(session, version, made)
        if sound is not None:
            media_service.set_sound(session, sound)
        if heard is not None and heard.peaks:
            media_service.set_waveform(session, ident, heard.peaks)
        extent = media_queries.get_extent(session, version)
        for following in (media_jobs.MakePictures, media_jobs.MakeLadder):
            asked = following(subject=ident, version=job.version)
            job_queue.put(session, asked, owner_id=episode.author_id, extent=extent)
        transcripts_service.request_recognition(session, ident, episode.author_id)
