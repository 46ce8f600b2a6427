"""Job pictures: the proposals for the poster of an episode that plays already."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.library.models import Episode
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.errors import MediaNotFoundError
from mediashare.media.models import (
    Picture,
    PictureKind,
    Recording,
    Rendition,
    RenditionKind,
    Waveform,
)
from workers import posters, results
from workers.context import Context
from workers.handlers import cleanup
from workers.handlers.probe import RECORDING
from workers.posters import Draft
from workers.tools import cover, peaks, poster, sandbox
from workers.tools.facts import Facts
from workers.tools.process import Bench

RENDITION = "rendition.mp4"
MADE = (PictureKind.FRAME, PictureKind.COVER, PictureKind.DRAWN)
BEST_WIDTH = 1280


def run(context: Context, job: media_jobs.MakePictures) -> None:
    """Find or draw what can stand for the episode where it is listed; the best does at once."""
    with context.database.reading() as session:
        version = media_queries.get_version(session, job.subject, job.version)
        recording = media_queries.get_recording(session, version)
        renditions = media_queries.list_renditions(session, job.subject)
        waveform = session.get(Waveform, job.subject)
        title = session.get_one(Episode, job.subject).title
    rendition = pick_rendition(renditions)
    results.clear_earlier(context, job.subject)
    context.fetch(rendition.storage_key, context.scratch / RENDITION)
    bench = sandbox.open_bench(context)
    values = waveform.peaks if waveform else _listen(bench, rendition, recording)
    context.progress(0.3)
    if rendition.kind is RenditionKind.VIDEO:
        drafts = list(_look(bench, rendition))
    else:
        drafts = list(_dress(context, bench, recording))
        drawn = cover.draw(context.scratch, title=title, peaks=values, key=job.subject)
        drafts.append(Draft(kind=PictureKind.DRAWN, name=drawn))
    context.progress(0.6)
    made = posters.store(context, job.subject, drafts)
    faults.point("pictures.stored")
    with results.unless_replaced(context), posters.withdrawn_if_refused(context, made):
        _keep(context, job, made, [] if waveform else values)


def failed(session: Session, job: media_jobs.MakePictures, _sentence: str) -> None:
    """An episode can do without pictures, but a deleted one leaves none behind."""
    cleanup.clear_deleted(session, job.subject)


def pick_rendition(renditions: Sequence[Rendition]) -> Rendition:
    """The rendition that posters are best made from: wide enough and no wider, or the widest;
    raises MediaNotFoundError while there is none that lasts."""
    lasting = sorted(
        (found for found in renditions if not found.is_provisional),
        key=lambda found: found.width or 0,
    )
    if not lasting:
        raise MediaNotFoundError
    return next((found for found in lasting if (found.width or 0) >= BEST_WIDTH), lasting[-1])


def _listen(bench: Bench, rendition: Rendition, recording: Recording) -> list[int]:
    facts = Facts.from_json(recording.facts or {})
    return peaks.make_peaks(bench, RENDITION, rendition.duration_ms / 1000) if facts.audio else []


def _look(bench: Bench, rendition: Rendition) -> Iterator[Draft]:
    for frame in poster.find_frames(bench, RENDITION, rendition.keyframes):
        yield Draft(kind=PictureKind.FRAME, name=frame.name, at_ms=frame.at_ms)


def _dress(context: Context, bench: Bench, recording: Recording) -> Iterator[Draft]:
    facts = Facts.from_json(recording.facts or {})
    if facts.cover is None:
        return
    context.fetch(recording.storage_key, context.scratch / RECORDING)
    name = poster.find_cover(bench, facts.demuxer, RECORDING, facts.cover)
    if name is not None:
        yield Draft(kind=PictureKind.COVER, name=name)


def _keep(
    context: Context, job: media_jobs.MakePictures, made: Sequence[Picture], values: list[int]
) -> None:
    with context.finishing() as session:
        media_service.lock_version(session, job.subject, job.version)
        if values:
            media_service.set_waveform(session, job.subject, values)
        media_service.set_posters(session, job.subject, made, instead_of=MADE)
