"""Job storyboard: the small pictures that show what is where along an episode."""

from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.db.base import new_id
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.models import Picture, PictureKind, Rendition, RenditionKind
from workers import posters, results
from workers.context import Context
from workers.handlers import cleanup
from workers.tools import sandbox, storyboard
from workers.tools.stills import Still

RENDITION = "rendition.mp4"


def run(context: Context, job: media_jobs.MakeStoryboard) -> None:
    """Make the storyboard of a video that is long enough for one."""
    with context.database.reading() as session:
        media_queries.get_version(session, job.subject, job.version)
        renditions = media_queries.list_renditions(session, job.subject)
    results.clear_earlier(context, job.subject)
    pictures = [
        _make(context, rendition) for rendition in _smallest(renditions) if _is_worth_it(rendition)
    ]
