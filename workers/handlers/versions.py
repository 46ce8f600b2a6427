"""What the jobs that make media have in common: a version gets files, or comes to nothing."""

import contextlib
from collections.abc import Sequence

from sqlalchemy.orm import Session

from mediashare.edits import service as edits_service
from mediashare.errors import MediashareError
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.jobs import MediaJob
from mediashare.media.models import Rendition, Version
from mediashare.sentences import said
from workers.handlers import cleanup

BREAKS_OFF = said(
    "The picture breaks off after %(at)s s: the rest of it can't be decoded. Its sound goes on."
)
BREAKS_OFF_SILENTLY = said(
    "The picture breaks off after %(at)s s: the rest of it can't be decoded."
)


def publish(session: Session, version: Version, files: Sequence[Rendition]) -> Episode:
    """Add playable files of a version; with its first one it is what people play, and everything
    that speaks of seconds follows."""
    former = media_queries.find_current_version(session, version.episode_id)
    for rendition in files:
        media_service.add_rendition(session, version, rendition)
    longest = max(rendition.duration_ms for rendition in files)
    episode = library_service.make_ready(session, version.episode_id, duration_ms=longest)
    if former is not version:
        edits_service.follow_version(session, version, former)
    return episode


def warn_of_missing(session: Session, version: Version, at: float, *, has_sound: bool) -> None:
    """Tell the author that nothing can be seen from a second of the recording on."""
    beginning = BREAKS_OFF.partition("%")[0]
    sentence = said(BREAKS_OFF if has_sound else BREAKS_OFF_SILENTLY, at=round(at))
    media_service.warn_about(session, version, sentence, beginning=beginning)


def fail(session: Session, job: MediaJob, sentence: str) -> None:
    """The version has failed, and the episode with it unless something plays, or something newer
    is being made; one that was deleted meanwhile needs no telling and leaves no file behind."""
    with contextlib.suppress(MediashareError):
        if media_service.fail_version(session, job.subject, job.version, sentence):
            library_service.make_failed(session, job.subject, sentence)
    cleanup.clear_deleted(session, job.subject)
