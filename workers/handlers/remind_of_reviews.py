"""Job reviews: remind authors whose episodes are due to be looked at again."""

import logging

from mediashare import clock
from mediashare.freshness import queries as freshness_queries
from mediashare.freshness import service as freshness_service
from mediashare.freshness.jobs import RemindOfReviews
from workers.context import Context

log = logging.getLogger(__name__)

# What is left over is told of with the next round.
MOST_AT_ONCE = 1000


def run(context: Context, _job: RemindOfReviews) -> None:
    """One after the other: what one stumbles over must not keep the others from theirs."""
    today = clock.now().date()
    with context.database.reading() as session:
        due = freshness_queries.list_due(session, today, limit=MOST_AT_ONCE)
    for episode_id in due:
        context.check()
        try:
            with context.database.transaction() as session:
                freshness_service.remind(session, episode_id)
        except Exception:
            log.exception("the author of %s could not be reminded", episode_id)
