"""Job probe: find out what a recording is; let it in, or refuse it with a reason."""

import contextlib
import hashlib
from pathlib import Path

from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.errors import MediashareError
from mediashare.jobs import queue as job_queue
from mediashare.library import service as library_service
from mediashare.library.models import EpisodeKind
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from workers.context import Context
from workers.tools import probe, sandbox
from workers.tools.probe import Policy

# What people call their files never gets near a command line: every recording has this name.
RECORDING = "in"


def run(context: Context, job: media_jobs.Probe) -> None:
    """Look at the recording, keep the facts, and ask for the playable file."""
    with context.database.reading() as session:
        recording = media_queries.get_recording(session, job.subject)
        owner_id = media_queries.get_owner_id(session, job.subject)
    path = context.scratch / RECORDING
    context.fetch(recording.storage_key, path)
    bench = sandbox.open_bench(context)
    facts = probe.examine(bench, RECORDING, Policy(context.settings.max_duration))
    sha256 = _sha256(path)
    faults.point("probe.examined")
    with context.finishing() as session:
        media_service.describe_recording(
            session, job.subject, sha256=sha256, demuxer=facts.demuxer, facts=facts.as_json()
        )
        library_service.describe_media(
            session,
            job.subject,
            kind=EpisodeKind.VIDEO if facts.video else EpisodeKind.AUDIO,
            duration_ms=round(facts.duration * 1000),
        )
        following = media_jobs.MakeRendition(subject=job.subject)
        extent = media_queries.get_extent(session, job.subject)
        job_queue.put(session, following, owner_id=owner_id, extent=extent)


def failed(session: Session, job: media_jobs.Probe, sentence: str) -> None:
    """Nothing can come of an episode whose recording was refused."""
    fail_episode(session, job.subject, sentence)


def fail_episode(session: Session, episode_id: str, sentence: str) -> None:
    """The episode has failed; one that was deleted meanwhile needs no telling."""
    with contextlib.suppress(MediashareError):
        library_service.make_failed(session, episode_id, sentence)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
