"""Job index: take words that were deleted off the disk.

SQLite's index only notes that they are gone, until its parts are merged.
"""

import time

from mediashare.search import service as search_service
from mediashare.search.jobs import CompactIndex
from workers.context import Context

# Whoever waits to write looks this often whether the database is free.
PAUSE_S = 0.1


def run(context: Context, _job: CompactIndex) -> None:
    """Some pages in each transaction, with a pause in which others write."""
    has_more = _merge(context, begin=True)
    while has_more:
        context.check()
        time.sleep(PAUSE_S)
        has_more = _merge(context, begin=False)
    with context.finishing():
        pass


def _merge(context: Context, *, begin: bool) -> bool:
    with context.database.transaction() as session:
        return search_service.compact(session, begin=begin)
