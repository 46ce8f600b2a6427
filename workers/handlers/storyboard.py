"""Job storyboard: the small pictures that show what is where along an episode."""

from collections.abc import Sequence

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
    """Make the storyboard of a video that is long enough for one; there is none of any other."""
    with results.unless_replaced(context):
        with context.database.reading() as session:
            renditions = media_queries.list_renditions(session, job.subject)
        results.clear_earlier(context, job.subject)
        rendition = _find_smallest(renditions)
        made = [_make(context, rendition)] if rendition else []
        faults.point("storyboard.stored")
        with posters.withdrawn_if_refused(context, made), context.finishing() as session:
            media_service.lock_version(session, job.subject, job.version)
            media_service.set_storyboard(session, job.subject, made[0] if made else None)


def failed(session: Session, job: media_jobs.MakeStoryboard, _sentence: str) -> None:
    """An episode can do without, but a deleted one leaves no sheets behind."""
    cleanup.clear_deleted(session, job.subject)


def _find_smallest(renditions: Sequence[Rendition]) -> Rendition | None:
    """The smallest picture shows the same and is read fastest; None where none is long enough."""
    videos = [
        found
        for found in renditions
        if found.kind is RenditionKind.VIDEO and not found.is_provisional
    ]
    smallest = min(videos, key=lambda found: (found.height or 0, found.size), default=None)
    if smallest is None or not storyboard.is_worth_it(smallest.duration_ms):
        return None
    return smallest


def _make(context: Context, rendition: Rendition) -> Picture:
    context.fetch(rendition.storage_key, context.scratch / RENDITION)
    bench = sandbox.open_bench(context)
    board = storyboard.make(bench, RENDITION, rendition.keyframes, rendition.duration_ms)
    picture = Picture(
        id=new_id(),
        episode_id=rendition.episode_id,
        kind=PictureKind.STORYBOARD,
        width=board.width,
        height=board.height,
        times=list(board.times),
    )
    for number, sheet in enumerate(board.sheets, start=1):
        still = Still(sheet, board.width, board.height, posters.JPEG)
        posters.store_file(context, picture, still, f"{picture.id}-{number}.jpg")
    return picture
