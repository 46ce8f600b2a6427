"""Job prune-jobs: forget what is known of jobs that were over long ago."""

from datetime import timedelta

from sqlalchemy import select

from mediashare import clock
from mediashare.jobs import pruning
from mediashare.jobs.models import JobRow
from mediashare.jobs.pruning import PruneJobs
from mediashare.library.models import Episode
from workers.context import Context


def run(context: Context, _job: PruneJobs) -> None:
    """Forget all of them, some at a time."""
    before = clock.now() - timedelta(days=context.settings.job_days)
    is_gone = JobRow.subject.not_in(select(Episode.id))
    more = True
    while more:
        context.check()
        with context.database.transaction() as session:
            more = pruning.prune(session, before=before, is_gone=is_gone) > 0
