"""Job pictures: the poster and the waveform of an episode that plays already."""

from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.db.base import new_id
from mediashare.library import service as library_service
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.errors import MediaNotFoundError
from mediashare.media.models import Picture, Recording, Rendition, RenditionKind
from mediashare.storage import keys
from workers import results
from workers.context import Context
from workers.handlers import cleanup
from workers.handlers.probe import RECORDING
from workers.tools import peaks, poster, sandbox
from workers.tools.facts import Facts
from workers.tools.poster import Poster
from workers.tools.process import Bench

RENDITION = "rendition.mp4"
JPEG = "image/jpeg"


def run(context: Context, job: media_jobs.MakePictures) -> None:
    """Draw what stands for the episode where it is listed and while it plays."""
    with context.database.reading() as session:
        media = media_queries.get_media(session, job.subject)
    if media.recording is None or not media.renditions:
        raise MediaNotFoundError
    results.clear_earlier(context, job.subject)
    # The smallest shows the same and is read fastest.
    rendition = media.renditions[-1]
    context.fetch(rendition.storage_key, context.scratch / RENDITION)
    bench = sandbox.open_bench(context)
    facts = Facts.from_json(media.recording.facts or {})
    values = peaks.make_peaks(bench, RENDITION, facts.duration) if facts.audio else []
    context.progress(0.5)
    drawn = _draw(context, bench, media.recording, rendition)
    picture = _store(context, job.subject, drawn) if drawn else None
    faults.point("pictures.stored")
    with results.withdrawn_if_refused(context, *([picture.storage_key] if picture else [])):
        _keep(context, job.subject, values, picture)


def failed(session: Session, job: media_jobs.MakePictures, _sentence: str) -> None:
    """An episode can do without pictures, but a deleted one leaves none behind."""
    cleanup.clear_deleted(session, job.subject)


def _draw(
    context: Context, bench: Bench, recording: Recording, rendition: Rendition
) -> Poster | None:
    if rendition.kind is RenditionKind.VIDEO:
        return poster.from_video(bench, RENDITION)
    facts = Facts.from_json(recording.facts or {})
    if facts.cover is None:
        return None
    context.fetch(recording.storage_key, context.scratch / RECORDING)
    return poster.find_cover(bench, facts.demuxer, RECORDING, facts.cover)


def _store(context: Context, episode_id: str, drawn: Poster) -> Picture:
    picture = Picture(
        id=new_id(),
        episode_id=episode_id,
        mime_type=JPEG,
        width=drawn.width,
        height=drawn.height,
    )
    key = keys.result(episode_id, context.job_id, context.attempt, picture.filename)
    stored = results.store(context, key, context.scratch / poster.POSTER, JPEG)
    picture.storage_key, picture.size = key, stored.size
    return picture


def _keep(context: Context, episode_id: str, values: list[int], picture: Picture | None) -> None:
    with context.finishing() as session:
        if values:
            media_service.set_waveform(session, episode_id, values)
        if picture is not None:
            media_service.set_picture(session, picture)
            library_service.set_poster(session, episode_id, picture.filename)
