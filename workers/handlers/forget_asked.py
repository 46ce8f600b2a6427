"""Job asked: forget what was searched for long ago."""

from datetime import timedelta

from mediashare import clock
from mediashare.search import service as search_service
from mediashare.search.jobs import ForgetAsked
from workers.context import Context


def run(context: Context, _job: ForgetAsked) -> None:
    """Forget all of it; everything, where this house notes nothing any more."""
    days = context.settings.search_log_days
    before = clock.now().date() - timedelta(days=days)
    with context.finishing() as session:
        search_service.forget_asked(session, before=before)
