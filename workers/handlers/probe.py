"""Job probe: find out what a recording is; let it in, or refuse it with a reason.

What browsers can play already is published right here, before anything is made of it.
"""

import hashlib
import logging
from pathlib import Path

from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.edits import service as edits_service
from mediashare.jobs import queue as job_queue
from mediashare.library import service as library_service
from mediashare.library.models import EpisodeKind
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.models import Rendition
from mediashare.media.policy import Edit
from workers import renditions, results
from workers.context import Context
from workers.handlers import versions
from workers.renditions import Made
from workers.tools import encode, ffmpeg, ladder, probe, result, sandbox
from workers.tools.facts import Facts
from workers.tools.probe import Policy
from workers.tools.process import Bench, ToolError
from workers.tools.result import Expected

log = logging.getLogger(__name__)

# What people call their files never gets near a command line: every recording has this name.
RECORDING = "in"
COPY = "copy"
DEMUXERS = {"mp4": "mov", "webm": "matroska"}


def run(context: Context, job: media_jobs.Probe) -> None:
    """Look at the recording, keep the facts, show what can be shown, and ask for the rest."""
    with context.database.reading() as session:
        version = media_queries.get_version(session, job.subject, job.version)
        recording = media_queries.get_recording(session, version)
        owner_id = media_queries.get_owner_id(session, job.subject)
    results.clear_earlier(context, job.subject)
    path = context.scratch / RECORDING
    context.fetch(recording.storage_key, path)
    bench = sandbox.open_bench(context)
    facts = probe.examine(bench, RECORDING, Policy(context.settings.max_duration))
    sha256 = _sha256(path)
    faults.point("probe.examined")
    # What the author has cut off already is shown to nobody, not even for a while.
    is_whole = Edit.of(version).changes_nothing
    shown = _show(context, bench, job.subject, facts) if is_whole else None
    with results.withdrawn_if_refused(context, *([shown.storage_key] if shown else [])):
        _keep(context, job, facts, sha256, shown, owner_id)


def failed(session: Session, job: media_jobs.Probe, sentence: str) -> None:
    """Nothing can come of a recording that was refused."""
    versions.fail(session, job, sentence)


def _show(context: Context, bench: Bench, episode_id: str, facts: Facts) -> Rendition | None:
    """The recording as browsers play it now, or None where they don't."""
    container = ladder.browser_container(facts)
    if container is None:
        return None
    demuxer = DEMUXERS[container]
    graph = encode.for_browsers(facts, container, (RECORDING, COPY))
    try:
        ffmpeg.execute(graph, bench, ffmpeg.limits(facts.duration)).ended.check()
        found = result.examine(bench, COPY, Expected.all_of(facts), demuxer=demuxer)
    except ToolError:
        # Some combinations can't be moved as they are; what is made next will play.
        log.info("the recording of episode %s can't be shown as it is", episode_id, exc_info=True)
        return None
    made = Made(COPY, found, demuxer, video_copied=facts.video is not None, is_provisional=True)
    return renditions.store(context, episode_id, made)


def _keep(
    context: Context,
    job: media_jobs.Probe,
    facts: Facts,
    sha256: str,
    shown: Rendition | None,
    owner_id: str,
) -> None:
    with context.finishing() as session:
        version = media_service.lock_version(session, job.subject, job.version)
        media_service.describe_recording(
            session, version, sha256=sha256, demuxer=facts.demuxer, facts=facts.as_json()
        )
        edit = edits_service.fit_edit(session, version)
        library_service.describe_media(
            session,
            job.subject,
            kind=EpisodeKind.VIDEO if facts.video else EpisodeKind.AUDIO,
            duration_ms=edit.length_ms(round(facts.duration * 1000)),
        )
        if shown is not None:
            versions.publish(session, version, [shown])
        following = media_jobs.MakeRendition(subject=job.subject, version=job.version)
        extent = media_queries.get_extent(session, version)
        job_queue.put(session, following, owner_id=owner_id, extent=extent)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
