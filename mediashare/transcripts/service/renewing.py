"""Asking for what is made from the words anew, whenever they have become others."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.chapters import service as chapters_service
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode
from mediashare.transcripts import jobs as transcripts_jobs
from mediashare.transcripts.models import Transcript


def request_check(session: Session, episode_id: str) -> None:
    """Have what is said in an episode looked through as it will be after this transaction."""
    kind = transcripts_jobs.CheckTranscript.kind
    waiting = (JobRow.subject == episode_id, JobRow.kind == kind, JobRow.state == JobState.QUEUED)
    # Locked, so that no worker begins with it before our change can be seen. One that runs already
    # may have read what was said before.
    found = select(JobRow.id).where(*waiting).limit(1).with_for_update(skip_locked=True)
    if session.scalar(found) is None:
        job = transcripts_jobs.CheckTranscript(subject=episode_id)
        owner_id = session.scalar(select(Episode.author_id).where(Episode.id == episode_id))
        job_queue.put(session, job, owner_id=owner_id)


def announce_change(session: Session, episode_id: str) -> None:
    """Somebody has put words right: what was proposed from the former ones is proposed anew, and
    the new ones are looked through."""
    changed = update(Transcript).where(Transcript.episode_id == episode_id)
    session.execute(changed.values(updated_at=clock.now()))
    chapters_service.renew_proposals(session, episode_id)
    request_check(session, episode_id)
