"""Removes uploads that nobody went on with in time."""

from mediashare.uploads import service as uploads_service
from mediashare.uploads.jobs import ExpireUploads
from workers.context import Context


def run(context: Context, _job: ExpireUploads) -> None:
    """Remove all that have expired, some at a time."""
    while uploads_service.expire(context.database, context.storage):
        context.check()
    with context.finishing():
        pass
