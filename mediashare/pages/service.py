"""What people do with a whole episode: use cases that no single slice could do alone."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.jobs import queue as job_queue
from mediashare.jobs import steps as job_steps
from mediashare.jobs.models import JobState
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library import service as library_service
from mediashare.library.errors import NotYourEpisodeError
from mediashare.library.models import Episode
from mediashare.library.service import EpisodeDetails
from mediashare.media import service as media_service
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.jobs import Transcribe
from mediashare.transcripts.service import Caption
from mediashare.uploads import service as uploads_service
from mediashare.uploads.errors import UploadUsedError


def create_episode(
    session: Session,
    viewer: Viewer,
    *,
    upload_id: str,
    details: EpisodeDetails,
    publish: bool = True,
    captions: Sequence[Caption] | None = None,
) -> Episode:
    """A finished upload becomes an episode, once: whoever asks again, because the answer to the
    first time was lost, gets the episode that the first time made."""
    try:
        with session.begin_nested():
            episode_id = _make(session, viewer, upload_id, details, publish=publish)
    except UploadUsedError as error:
        return library_queries.get_episode(session, viewer, error.episode_id)
    episode = library_queries.get_episode(session, viewer, episode_id)
    if captions is not None:
        transcripts_service.import_captions(session, episode, captions, language=details.language)
    return episode


def delete_episode(session: Session, viewer: Viewer, episode_id: str) -> None:
    """Authors take back what is theirs: the rows now, the bytes by a job right after."""
    episode = get_own_episode(session, viewer, episode_id)
    media_service.forget_media(session, episode.id)
    library_service.delete_episode(session, episode)


def process_again(session: Session, viewer: Viewer, episode_id: str) -> None:
    """What failed or was stopped in processing is tried once more; recognition has its own way."""
    episode = get_own_episode(session, viewer, episode_id)
    for step in job_steps.list_steps(session, episode.id):
        if step.state in {JobState.FAILED, JobState.CANCELLED} and step.name != Transcribe.kind:
            job_queue.restart(session, step.job_id)
    library_service.process_again(session, episode.id)


def edit_episode(
    session: Session,
    viewer: Viewer,
    episode_id: str,
    details: EpisodeDetails | None,
    *,
    publish: bool | None = None,
) -> None:
    """Authors say something else about their episode, and publish it or take it back."""
    episode = get_own_episode(session, viewer, episode_id)
    if details is not None:
        title = episode.title
        library_service.edit_episode(session, viewer, episode, details)
        media_service.redraw_cover(session, episode, titled=title)
    if publish is not None:
        _release(episode, publish=publish)


def release_episode(session: Session, viewer: Viewer, episode_id: str, *, publish: bool) -> Episode:
    """Authors publish their episode, now or as soon as it is ready, or take it back."""
    episode = get_own_episode(session, viewer, episode_id)
    _release(episode, publish=publish)
    return episode


def get_own_episode(session: Session, viewer: Viewer, episode_id: str) -> Episode:
    """An episode that the viewer may change; raises NotYourEpisodeError where they may only see
    it, and EpisodeNotFoundError where not even that."""
    episode = library_queries.get_episode(session, viewer, episode_id)
    if not library_policy.may_edit(viewer, episode):
        raise NotYourEpisodeError
    return episode


def _release(episode: Episode, *, publish: bool) -> None:
    change = library_service.publish if publish else library_service.unpublish
    change(episode)


def _make(
    session: Session, viewer: Viewer, upload_id: str, details: EpisodeDetails, *, publish: bool
) -> str:
    episode = library_service.create_episode(session, viewer, details, publish=publish)
    upload = uploads_service.take(session, viewer, upload_id, episode.id)
    media_service.add_recording(
        session,
        episode_id=episode.id,
        owner_id=upload.owner_id,
        storage_key=upload.storage_key,
        filename=upload.filename,
        size=upload.offset,
    )
    return episode.id
