"""What admins do to jobs; accounts are changed by the service of their own slice."""

import contextlib

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.audit import service as audit_service
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow
from mediashare.library import service as library_service
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.jobs import MakeRendition, Probe
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.jobs import Transcribe

# Without these steps there is nothing to play.
NEEDED_TO_PLAY = frozenset({Probe.kind, MakeRendition.kind})


def retry_job(session: Session, actor: Viewer, job_id: str, *, address: str | None) -> None:
    """A failed or cancelled job starts from the beginning."""
    row = job_queue.restart(session, job_id)
    _record(session, actor, "job_retried", row, address)


def cancel_job(session: Session, actor: Viewer, job_id: str, *, address: str | None) -> None:
    """Everything about the job's subject stops: one step without the others makes no sense.

    What stopped before it ran is told to its author here; of what runs, the worker tells.
    """
    row = session.get(JobRow, job_id)
    if row is None:
        raise job_queue.JobNotFoundError
    stopped = job_queue.cancel(session, row.subject)
    if stopped & NEEDED_TO_PLAY:
        _fail(session, row.subject)
    if Transcribe.kind in stopped:
        transcripts_service.fail(session, row.subject, job_queue.STOPPED)
    _record(session, actor, "job_cancelled", row, address)


def _fail(session: Session, episode_id: str) -> None:
    newest = media_queries.find_newest_version(session, episode_id)
    if newest is not None:
        media_service.fail_version(session, episode_id, newest.number, job_queue.STOPPED)
    # What was deleted needs no telling.
    with contextlib.suppress(EpisodeNotFoundError):
        library_service.make_failed(session, episode_id, job_queue.STOPPED)


def _record(session: Session, actor: Viewer, action: str, row: JobRow, address: str | None) -> None:
    audit_service.record(
        session,
        action,
        actor_id=actor.id,
        subject=("job", row.id),
        address=address,
        kind=row.kind,
        about=row.subject,
    )
