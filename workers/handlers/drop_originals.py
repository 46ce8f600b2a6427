"""Job originals: remove the originals that this house has kept for long enough."""

from datetime import timedelta

from mediashare import clock
from mediashare.edits import queries as edits_queries
from mediashare.edits import service as edits_service
from mediashare.edits.jobs import DropOriginals
from workers.context import Context

AT_ONCE = 100


def run(context: Context, _job: DropOriginals) -> None:
    """Remove all that are due, each in a transaction of its own; none where they stay for ever."""
    days = context.settings.original_days
    before = clock.now() - timedelta(days=days)
    found = ["first"] if days else []
    while found:
        context.check()
        with context.database.reading() as session:
            found = list(edits_queries.list_due(session, before, most=AT_ONCE))
        for ident in found:
            context.check()
            with context.database.transaction() as session:
                edits_service.drop_if_due(session, ident, before=before)
    with context.finishing():
        pass
