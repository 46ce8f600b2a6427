"""Job cleanup: remove objects that no row names any more."""

from sqlalchemy.orm import Session

from mediashare.jobs import queue as job_queue
from mediashare.library import queries as library_queries
from mediashare.media import jobs as media_jobs
from mediashare.storage import keys
from workers.context import Context


def clear_deleted(session: Session, episode_id: str) -> None:
    """Have removed what a last attempt has stored after its episode was deleted."""
    if not library_queries.list_by_ids(session, [episode_id]):
        job_queue.put(session, media_jobs.DeleteObjects(subject=episode_id))


def run(context: Context, job: media_jobs.DeleteObjects) -> None:
    """Remove the named objects, and, once the episode is gone, all that attempts have left."""
    for key in job.keys:
        context.check()
        context.storage.delete(key)
    with context.database.reading() as session:
        is_gone = not library_queries.list_by_ids(session, [job.subject])
    if is_gone:
        for key in list(context.storage.list(keys.episode(job.subject))):
            context.check()
            context.storage.delete(key)
