"""Job searches: run all saved searches, and tell people what is new in them."""

import logging

from mediashare import clock
from mediashare.saved import queries as saved_queries
from mediashare.saved import service as saved_service
from mediashare.saved.jobs import LookForNew
from workers.context import Context

log = logging.getLogger(__name__)

AT_ONCE = 100


def run(context: Context, _job: LookForNew) -> None:
    """Each search in turn, then the daily notes that are due. What one search or one person's note
    stumbles over must not keep the others from theirs."""
    after = ""
    while True:
        context.check()
        with context.database.reading() as session:
            found = saved_queries.list_idents(session, after, limit=AT_ONCE)
        if not found:
            break
        for ident in found:
            context.check()
            try:
                _look(context, ident)
            except Exception:
                log.exception("the saved search %s could not be run", ident)
        after = found[-1]
    _send_digests(context)
    with context.finishing() as session:
        saved_service.forget_old(session, clock.now())


def _look(context: Context, ident: str) -> None:
    # Nobody else waits to write while this only reads.
    with context.database.reading() as session:
        has_new = saved_queries.has_new(session, ident)
    if has_new:
        with context.database.transaction() as session:
            saved_service.look_for_new(session, ident)


def _send_digests(context: Context) -> None:
    now = clock.now()
    with context.database.reading() as session:
        readers = saved_queries.list_due_readers(session, now)
    for user_id in readers:
        context.check()
        try:
            with context.database.transaction() as session:
                saved_service.send_digest(session, user_id, now)
        except Exception:
            log.exception("the daily note of %s could not be sent", user_id)
