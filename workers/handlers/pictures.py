"""Job pictures: the proposals for the poster of an episode that plays already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
# How far the job is when the pictures are found; making their sizes takes as long.
FOUND = 0.5


@dataclass(frozen=True)
class Known:
    """What the database says about the episode: `peaks` are None until it has a waveform."""

    title: str
    recording: Recording
    rendition: Rendition
    peaks: list[int] | None


def run(context: Context, job: media_jobs.MakePictures) -> None:
    """Find or draw what can stand for the episode where it is listed; the best does at once."""
    with results.unless_replaced(context):
        known = _read(context, job)
        results.clear_earlier(context, job.subject)
        context.fetch(known.rendition.storage_key, context.scratch / RENDITION)
        bench = sandbox.open_bench(context)
        values = _listen(bench, known) if known.peaks is None else known.peaks
        drafts = list(_look(bench, known.rendition))
        if not drafts:
            drafts = list(_find_cover(context, bench, known.recording))
            name = cover.draw(context.scratch, title=known.title, peaks=values, key=job.subject)
            drafts.append(Draft(kind=PictureKind.DRAWN, name=name))
        context.progress(FOUND)
        made = posters.store(context, job.subject, drafts)
        faults.point("pictures.stored")
        with posters.withdrawn_if_refused(context, made), context.finishing() as session:
            media_service.lock_version(session, job.subject, job.version)
            if known.peaks is None and values:
                media_service.set_waveform(session, job.subject, values)
            _keep(session, job.subject, made, known.title)


def failed(session: Session, job: media_jobs.MakePictures, _sentence: str) -> None:
    """An episode can do without pictures, but a deleted one leaves none behind."""
    cleanup.clear_deleted(session, job.subject)


def pick_rendition(renditions: Sequence[Rendition]) -> Rendition:
    """The rendition that posters are best made from: wide enough and no wider, or the widest;
    raises MediaNotFoundError while there is none that lasts."""
    lasting = [found for found in renditions if not found.is_provisional]
    lasting.sort(key=lambda found: found.width or 0)
    if not lasting:
        raise MediaNotFoundError
    return next((found for found in lasting if (found.width or 0) >= BEST_WIDTH), lasting[-1])


def _read(context: Context, job: media_jobs.MakePictures) -> Known:
    with context.database.reading() as session:
        version = media_queries.get_version(session, job.subject, job.version)
        waveform = session.get(Waveform, job.subject)
        return Known(
            session.get_one(Episode, job.subject).title,
            media_queries.get_recording(session, version),
            pick_rendition(media_queries.list_renditions(session, job.subject)),
            waveform.peaks if waveform else None,
        )


def _listen(bench: Bench, known: Known) -> list[int]:
    # The file of a video holds its sound too; one without any has no waveform.
    if Facts.from_json(known.recording.facts or {}).audio is None:
        return []
    return peaks.make_peaks(bench, RENDITION, known.rendition.duration_ms / 1000)


def _look(bench: Bench, rendition: Rendition) -> Iterator[Draft]:
    if rendition.kind is RenditionKind.VIDEO:
        for frame in poster.find_frames(bench, RENDITION, rendition.keyframes):
            yield Draft(kind=PictureKind.FRAME, name=frame.name, at_ms=frame.at_ms)


def _find_cover(context: Context, bench: Bench, recording: Recording) -> Iterator[Draft]:
    facts = Facts.from_json(recording.facts or {})
    if facts.cover is not None:
        context.fetch(recording.storage_key, context.scratch / RECORDING)
        name = poster.find_cover(bench, facts.demuxer, RECORDING, facts.cover)
        if name is not None:
            yield Draft(kind=PictureKind.COVER, name=name)


def _keep(session: Session, episode_id: str, made: Sequence[Picture], title: str) -> None:
    media_service.set_posters(session, episode_id, made, instead_of=MADE)
    # Somebody may have changed the title while it was drawn.
    media_service.redraw_cover(session, session.get_one(Episode, episode_id), titled=title)
