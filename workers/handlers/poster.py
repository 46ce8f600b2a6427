"""Job poster: the picture that an author has sent becomes the poster of their episode."""

from sqlalchemy.orm import Session

from mediashare.jobs import queue as job_queue
from mediashare.media import forms as media_forms
from mediashare.media import jobs as media_jobs
from mediashare.media import service as media_service
from mediashare.media.errors import PictureRefusedError
from mediashare.media.models import PictureKind
from mediashare.sentences import said
from mediashare.storage.port import ObjectMissingError
from workers import posters, results
from workers.context import Context
from workers.handlers import cleanup
from workers.posters import Draft

SENT = "sent"
GONE = said("This picture is not kept any more. Please send it again.")
LEAST = (media_forms.LEAST_WIDTH, media_forms.LEAST_HEIGHT)


def run(context: Context, job: media_jobs.PreparePoster) -> None:
    """Make our own sizes of the picture; what was sent is not kept."""
    results.clear_earlier(context, job.subject)
    try:
        context.fetch(job.key, context.scratch / SENT)
    except ObjectMissingError as error:
        # It was refused before, and somebody has it tried again.
        raise PictureRefusedError(GONE) from error
    draft = Draft(kind=PictureKind.OWN, name=SENT)
    [picture] = posters.store(context, job.subject, [draft], least=LEAST)
    with posters.withdrawn_if_refused(context, [picture]), context.finishing() as session:
        media_service.set_own_poster(session, picture)
        _remove_sent(session, job)


def failed(session: Session, job: media_jobs.PreparePoster, _sentence: str) -> None:
    """The poster stays as it was, and what was sent goes."""
    _remove_sent(session, job)
    cleanup.clear_deleted(session, job.subject)


def _remove_sent(session: Session, job: media_jobs.PreparePoster) -> None:
    job_queue.put(session, media_jobs.DeleteObjects(subject=job.subject, keys=[job.key]))
