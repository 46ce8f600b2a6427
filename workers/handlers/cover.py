"""Job cover: the cover that we draw for sound, anew after its title has changed."""

from sqlalchemy.orm import Session

from mediashare.library.errors import EpisodeNotFoundError
from mediashare.library.models import Episode
from mediashare.media import jobs as media_jobs
from mediashare.media import service as media_service
from mediashare.media.models import PictureKind, Waveform
from workers import posters, results
from workers.context import Context
from workers.handlers import cleanup
from workers.posters import Draft
from workers.tools import cover


def run(context: Context, job: media_jobs.DrawCover) -> None:
    """Draw the cover; it takes the place of the earlier one, also as the poster."""
    with context.database.reading() as session:
        episode = session.get(Episode, job.subject)
        if episode is None:
            raise EpisodeNotFoundError
        title = episode.title
        waveform = session.get(Waveform, job.subject)
    results.clear_earlier(context, job.subject)
    values = waveform.peaks if waveform else []
    drawn = cover.draw(context.scratch, title=title, peaks=values, key=job.subject)
    made = posters.store(context, job.subject, [Draft(kind=PictureKind.DRAWN, name=drawn)])
    with posters.withdrawn_if_refused(context, made), context.finishing() as session:
        media_service.set_posters(session, job.subject, made, instead_of=[PictureKind.DRAWN])
        # Somebody may have changed it again while it was drawn.
        media_service.redraw_cover(session, session.get_one(Episode, job.subject), titled=title)


def failed(session: Session, job: media_jobs.DrawCover, _sentence: str) -> None:
    """The earlier cover stays, but a deleted episode leaves none behind."""
    cleanup.clear_deleted(session, job.subject)
