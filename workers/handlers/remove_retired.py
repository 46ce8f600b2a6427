"""Job retired: remove files that better ones have replaced and that nobody plays any more."""

from mediashare.media import jobs as media_jobs
from mediashare.media import service as media_service
from workers.context import Context

AT_ONCE = 100


def run(context: Context, _job: media_jobs.RemoveRetired) -> None:
    """Remove all that were retired long enough ago, some at a time."""
    removed = AT_ONCE
    while removed == AT_ONCE:
        context.check()
        with context.database.transaction() as session:
            removed = media_service.remove_retired(session, most=AT_ONCE)
    with context.finishing():
        pass
