"""What people do with a whole episode: use cases that no single slice could do alone."""

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.chapters import service as chapters_service
from mediashare.chapters.queries import Line
from mediashare.checks import service as checks_service
from mediashare.checks.policy import Policy
from mediashare.edits import service as edits_service
from mediashare.jobs import queue as job_queue
from mediashare.jobs import steps as job_steps
from mediashare.jobs.steps import Step
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library import service as library_service
from mediashare.library.errors import EpisodeNotFoundError, NotYourEpisodeError
from mediashare.library.models import Episode
from mediashare.library.service import EpisodeDetails
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.jobs import NEEDED_TO_PLAY, DeleteObjects
from mediashare.media.policy import Edit
from mediashare.pages.errors import StepNotFoundError
from mediashare.repairs import service as repairs_service
from mediashare.requests import service as requests_service
from mediashare.sentences import said
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.jobs import Transcribe, Translate
from mediashare.transcripts.policy import ENGLISH
from mediashare.transcripts.service import Caption
from mediashare.uploads import service as uploads_service
from mediashare.uploads.errors import UploadUsedError

# In which language that transcript is which a step makes, where it stands beside what is spoken.
SPEECH = {Transcribe.kind: None, Translate.kind: ENGLISH}
STOPPED_BY_AUTHOR = said("Stopped by its author.")


@dataclass(frozen=True)
class Brought:
    """What an author brings along with a new recording: captions, what of the recording is to be
    played, chapters in times of the recording, and the request that it is made for."""

    captions: Sequence[Caption] | None = None
    edit: Edit = field(default_factory=Edit)
    chapters: Sequence[Line] = ()
    request_id: str | None = None


NOTHING = Brought()


def create_episode(
    session: Session,
    viewer: Viewer,
    *,
    upload_id: str,
    details: EpisodeDetails,
    publish: bool = True,
    brought: Brought = NOTHING,
) -> Episode:
    """A finished upload becomes an episode, once: whoever asks again, because the answer to the
    first time was lost, gets the episode that the first time made."""
    try:
        with session.begin_nested():
            episode_id = _make(session, viewer, upload_id, details, publish=publish)
    except UploadUsedError as error:
        return library_queries.get_episode(session, viewer, error.episode_id)
    episode = library_queries.get_episode(session, viewer, episode_id)
    edits_service.begin_with(session, episode.id, brought.edit)
    chapters_service.bring(session, episode, brought.chapters, brought.edit)
    requests_service.plan(session, viewer, brought.request_id, episode)
    if brought.captions is not None:
        transcripts_service.import_captions(
            session, episode, brought.captions, language=details.language
        )
    return episode


def delete_episode(session: Session, viewer: Viewer, episode_id: str) -> None:
    """Authors take back what is theirs: the rows now, the bytes by a job right after."""
    episode = get_own_episode(session, viewer, episode_id)
    media_service.forget_media(session, episode.id)
    repairs_service.forget_all(session, episode.id)
    library_service.delete_episode(session, episode)


def retry_step(session: Session, viewer: Viewer, episode_id: str, name: str) -> None:
    """One step that failed or was stopped is tried once more."""
    episode = get_own_episode(session, viewer, episode_id)
    step = _get_step(session, episode.id, name)
    if name in SPEECH:
        transcripts_service.retry(session, episode, SPEECH[name])
        return
    job_queue.restart(session, step.job_id)
    tell_restarted(session, episode.id, {name})


def stop_step(session: Session, viewer: Viewer, episode_id: str, name: str) -> None:
    """One step is not wanted: what waits ends now, what runs within seconds. Without what makes it
    playable the episode fails, with a reason that says so; without anything else it goes on."""
    episode = get_own_episode(session, viewer, episode_id)
    step = _get_step(session, episode.id, name)
    if job_queue.cancel_one(session, step.job_id, reason=STOPPED_BY_AUTHOR):
        tell_stopped(session, episode.id, {name}, STOPPED_BY_AUTHOR)


def tell_stopped(session: Session, subject: str, kinds: Collection[str], reason: str) -> None:
    """These kinds of work on `subject` were stopped before a worker had them, and so could say."""
    if NEEDED_TO_PLAY & set(kinds):
        newest = media_queries.find_newest_version(session, subject)
        # What plays already, or was deleted, needs no telling.
        with contextlib.suppress(EpisodeNotFoundError):
            if newest is None or media_service.fail_version(
                session, subject, newest.number, reason
            ):
                library_service.make_failed(session, subject, reason)
    for kind, beside in SPEECH.items():
        if kind in kinds:
            transcripts_service.fail(session, subject, reason, beside)


def tell_restarted(session: Session, subject: str, kinds: Collection[str]) -> None:
    """These kinds of work on `subject` are tried again: what had failed is on its way once more."""
    if NEEDED_TO_PLAY & set(kinds):
        newest = media_queries.find_newest_version(session, subject)
        if newest is not None:
            media_service.reopen_version(newest)
        with contextlib.suppress(EpisodeNotFoundError):
            library_service.process_again(session, subject)


def edit_episode(
    session: Session,
    viewer: Viewer,
    episode_id: str,
    details: EpisodeDetails | None,
    *,
    publish: bool | None = None,
    policy: Policy,
) -> None:
    """Authors say something else about their episode, and publish it or take it back."""
    episode = get_own_episode(session, viewer, episode_id)
    if details is not None:
        title = episode.title
        library_service.edit_episode(session, viewer, episode, details)
        media_service.redraw_cover(session, episode, titled=title)
    if publish is not None:
        _release(session, episode, policy, publish=publish)


def release_episode(
    session: Session, viewer: Viewer, episode_id: str, *, publish: bool, policy: Policy
) -> Episode:
    """Authors publish their episode, as soon as it is ready and policy lets it go, or take it
    back."""
    episode = get_own_episode(session, viewer, episode_id)
    _release(session, episode, policy, publish=publish)
    return episode


def get_own_episode(session: Session, viewer: Viewer, episode_id: str) -> Episode:
    """An episode that the viewer may change; raises NotYourEpisodeError where they may only see
    it, and EpisodeNotFoundError where not even that."""
    episode = library_queries.get_episode(session, viewer, episode_id)
    if not library_policy.may_edit(viewer, episode):
        raise NotYourEpisodeError
    return episode


def _get_step(session: Session, episode_id: str, name: str) -> Step:
    for step in job_steps.list_steps(session, episode_id):
        # Removing files is no step that people follow.
        if step.name == name != DeleteObjects.kind:
            return step
    raise StepNotFoundError


def _release(session: Session, episode: Episode, policy: Policy, *, publish: bool) -> None:
    if not publish:
        library_service.unpublish(episode)
        return
    checks_service.hold_if_required(session, episode, policy)
    library_service.publish(episode)


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
