"""What authors do to what is played: edit it, replace it, go back, let the original go; and what
follows from it.

Nothing here touches a recording: an edit is a version beside the others. Whoever asks for one
stops what is being made first and locks the episode then, as media/service.py says.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.audit import service as audit_service
from mediashare.chapters import service as chapters_service
from mediashare.discussion import service as discussion_service
from mediashare.edits import policy
from mediashare.edits import queries as edits_queries
from mediashare.edits.errors import (
    NotEditableError,
    NothingElseError,
    OriginalRemovedError,
    StillNeededError,
)
from mediashare.errors import InvalidInputError
from mediashare.jobs import queue as job_queue
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library import service as library_service
from mediashare.library.errors import NotYourEpisodeError
from mediashare.library.models import Episode, EpisodeKind, EpisodeState
from mediashare.media import jobs as media_jobs
from mediashare.media import policy as media_policy
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.models import Recording, Version, VersionState
from mediashare.media.policy import Change, Edit
from mediashare.repairs import service as repairs_service
from mediashare.sentences import said
from mediashare.transcripts import service as transcripts_service
from mediashare.uploads import queries as uploads_queries
from mediashare.uploads import service as uploads_service
from mediashare.uploads.errors import UploadUsedError

# What somebody has asked for is on its way or there.
ASKED = (VersionState.MAKING, VersionState.CURRENT)
KEPT = said("You have gone back to version %(number)s, which was still played.")


def save_edit(
    session: Session, viewer: Viewer, episode_id: str, edit: Edit, *, address: str | None = None
) -> Version:
    """Have the recording that is played, played otherwise. What the edit hides can't be heard,
    seen, read or found by others from now on; the episode comes back when it is made."""
    get_own(session, viewer, episode_id)
    base = media_queries.find_version(session, episode_id)
    if base is None:
        raise NotEditableError
    recording = media_queries.get_recording(session, base)
    return _ask(session, viewer, recording, _checked(edit, recording), address)


def begin_with(session: Session, episode_id: str, edit: Edit) -> None:
    """Only this of the recording of a new episode is played, from the very first: nobody ever
    sees the rest. Once the recording has been looked into, edits are saved instead."""
    version = media_queries.find_newest_version(session, episode_id)
    if version is None or version.number > 1 or version.state is not VersionState.MAKING:
        return
    if media_queries.get_recording(session, version).facts is None:
        version.start_ms, version.end_ms = edit.start_ms, edit.end_ms


def fit_edit(session: Session, version: Version) -> Edit:
    """How long the recording is, is known by now: bring the edit that was asked for before into
    its normal form; raises InvalidInputError where nothing of the recording would be played."""
    recording = media_queries.get_recording(session, version)
    edit, length_ms = Edit.of(version), media_policy.recorded_ms(recording) or 0
    if edit.changes_nothing:
        return edit
    if edit.end_ms is not None and edit.end_ms >= length_ms:
        edit = replace(edit, end_ms=None)
    if mistakes := policy.find_mistakes(edit, recording, length_ms):
        raise InvalidInputError(next(iter(mistakes.values())), errors=mistakes)
    version.start_ms, version.end_ms = edit.start_ms, edit.end_ms
    return edit


def use_version(
    session: Session, viewer: Viewer, episode_id: str, number: int, *, address: str | None = None
) -> Version:
    """Go back to a version, also to one of another recording."""
    get_own(session, viewer, episode_id)
    version = media_queries.get_version(session, episode_id, number)
    recording = media_queries.get_recording(session, version)
    return _ask(session, viewer, recording, Edit.of(version), address)


def replace_recording(
    session: Session, viewer: Viewer, episode_id: str, upload_id: str, *, address: str | None = None
) -> Version:
    """A finished upload becomes the recording of an episode that is there already, which keeps its
    address, comments and ratings; asking again gives the same version."""
    get_own(session, viewer, episode_id)
    try:
        upload = uploads_service.take(session, viewer, upload_id, episode_id)
    except UploadUsedError:
        found = _find_made_of(session, viewer, episode_id, upload_id)
        if found is None:
            raise
        return found
    _hold(session, episode_id)
    recording = media_service.add_recording(
        session,
        episode_id=episode_id,
        owner_id=upload.owner_id,
        storage_key=upload.storage_key,
        filename=upload.filename,
        size=upload.offset,
    )
    library_service.process_again(session, episode_id)
    _record(session, viewer, "recording_replaced", episode_id, address)
    return _first_of(session, recording)


def make_again(session: Session, viewer: Viewer, episode_id: str) -> None:
    """Try once more what failed or was stopped in the making of an episode."""
    get_own(session, viewer, episode_id)
    newest = media_queries.find_newest_version(session, episode_id)
    is_failed = newest is not None and newest.state is VersionState.FAILED
    episode = (_hold if is_failed else _lock)(session, episode_id)
    newest = media_queries.find_newest_version(session, episode_id)
    if newest is not None and newest.state is VersionState.FAILED:
        _require_kept(media_queries.get_recording(session, newest))
        media_service.reopen_version(newest)
        if not media_service.go_on_making(session, newest):
            media_service.make_version(session, newest, episode.author_id, urgent=False)
    elif newest is not None:
        played = media_queries.find_version(session, episode_id)
        media_service.go_on_making(session, played or newest)
    library_service.process_again(session, episode_id)


def remove_originals(
    session: Session, viewer: Viewer, episode_id: str, *, address: str | None = None
) -> int:
    """Let all originals of an episode go now, and what plays only for those who began before; how
    many originals that were."""
    get_own(session, viewer, episode_id)
    _lock(session, episode_id)
    if media_queries.find_current_version(session, episode_id) is None:
        raise NothingElseError
    kept = edits_queries.list_kept(session, episode_id)
    idents = [recording.id for recording in kept]
    used = select(Recording.id).where(Recording.id.in_(idents), edits_queries.is_being_used())
    if session.scalar(used.limit(1)) is not None:
        raise StillNeededError
    _drop(session, kept)
    media_service.remove_replaced(session, episode_id)
    if kept:
        _record(session, viewer, "originals_removed", episode_id, address, count=len(kept))
    return len(kept)


def drop_if_due(session: Session, recording_id: str, *, before: datetime) -> None:
    """Let the original of a recording go, unless it is needed after all by now."""
    recording = session.get(Recording, recording_id)
    if recording is not None:
        _lock(session, recording.episode_id)
        due = select(Recording).where(Recording.id == recording_id, edits_queries.is_due(before))
        _drop(session, session.scalars(due).all())


def follow_version(session: Session, version: Version, former: Version | None) -> None:
    """Everything that speaks of seconds follows what is played now: comments, chapters, transcript.
    Called when a version has just become the one that is played, instead of `former`."""
    session.flush()
    episode = library_service.lock_episode(session, version.episode_id)
    recording = media_queries.get_recording(session, version)
    is_video = media_policy.holds(recording, "video")
    kind = EpisodeKind.VIDEO if is_video else EpisodeKind.AUDIO
    library_service.set_kind(session, episode.id, kind)
    change = _change(session, former, version)
    if former is not None:
        discussion_service.follow_version(session, version, former, change)
        chapters_service.follow_version(session, version, former, change)
    if former is not None or not change.now.changes_nothing:
        transcripts_service.follow_version(session, episode, change)
        repairs_service.forget_lost(session, episode.id)


def get_own(session: Session, viewer: Viewer, episode_id: str) -> Episode:
    """An episode whose versions the viewer may see and change; raises NotYourEpisodeError where
    they may only see the episode, and EpisodeNotFoundError where not even that."""
    episode = library_queries.get_episode(session, viewer, episode_id)
    if not library_policy.may_edit(viewer, episode):
        raise NotYourEpisodeError
    return episode


def _checked(edit: Edit, recording: Recording) -> Edit:
    length_ms = media_policy.recorded_ms(recording)
    if length_ms is None:
        raise NotEditableError
    if mistakes := policy.find_mistakes(edit, recording, length_ms):
        raise InvalidInputError(errors=mistakes)
    return policy.fitted(edit, length_ms)


def _ask(
    session: Session, viewer: Viewer, recording: Recording, edit: Edit, address: str | None
) -> Version:
    newest = media_queries.find_newest_version(session, recording.episode_id)
    if newest is not None and newest.state in ASKED and _is_same(newest, recording, edit):
        return newest
    episode = _hold(session, recording.episode_id)
    current = media_queries.find_current_version(session, episode.id)
    if current is not None and _is_same(current, recording, edit):
        return _keep(session, viewer, episode, current, address)
    _require_kept(recording)
    version = media_service.add_version(session, recording, edit, made_by_id=viewer.id)
    library_service.process_again(session, episode.id)
    hides = current is not None and media_service.hides_more(version, current)
    if current is not None and hides:
        _take_back(session, current, version)
        _record(session, viewer, "episode_withheld", episode.id, address, version=version.number)
    media_service.make_version(session, version, episode.author_id, urgent=hides)
    return version


def _take_back(session: Session, current: Version, version: Version) -> None:
    library_service.withhold(session, version.episode_id)
    change = _change(session, current, version)
    transcripts_service.delete_spoken(session, version.episode_id, change)
    repairs_service.forget_lost(session, version.episode_id)
    chapters_service.delete_spoken(session, current, change)


def _change(session: Session, former: Version | None, version: Version) -> Change:
    recording = media_queries.get_recording(session, version)
    return Change(
        before=Edit() if former is None else Edit.of(former),
        now=Edit.of(version),
        recorded_ms=media_policy.recorded_ms(recording) or 0,
        is_same_recording=former is None or former.recording_id == version.recording_id,
    )


def _keep(
    session: Session, viewer: Viewer, episode: Episode, current: Version, address: str | None
) -> Version:
    """Nothing has to be made: what is wanted is still played, or was, until something was to be
    taken back."""
    media_service.give_way(session, episode.id, said(KEPT, number=current.number))
    media_service.go_on_making(session, current)
    same = _change(session, current, current)
    if transcripts_service.follow_version(session, episode, same):
        transcripts_service.request_recognition(session, episode.id, episode.author_id)
    if episode.state is not EpisodeState.READY:
        duration_ms = episode.duration_ms or 0
        library_service.make_ready(session, episode.id, duration_ms=duration_ms)
        chapters_service.renew_proposals(session, episode.id)
        _record(session, viewer, "episode_shown", episode.id, address, version=current.number)
    return current


def _is_same(version: Version, recording: Recording, edit: Edit) -> bool:
    return version.recording_id == recording.id and Edit.of(version) == edit


def _require_kept(recording: Recording) -> None:
    if recording.dropped_at is not None:
        raise OriginalRemovedError(recording.dropped_at)


def _hold(session: Session, episode_id: str) -> Episode:
    media_service.stop_making(session, episode_id)
    episode = _lock(session, episode_id)
    # Whoever had the lock before may have asked for more.
    media_service.stop_making(session, episode_id, waits=False)
    return episode


def _lock(session: Session, episode_id: str) -> Episode:
    """The episode, locked; whatever was read of it before is read again."""
    session.flush()
    session.expire_all()
    return library_service.lock_episode(session, episode_id)


def _find_made_of(
    session: Session, viewer: Viewer, episode_id: str, upload_id: str
) -> Version | None:
    """The version that an upload has become, if it was of this episode."""
    upload = uploads_queries.get_upload(session, viewer, upload_id)
    recordings = media_queries.list_recordings(session, episode_id)
    found = [one for one in recordings if one.storage_key == upload.storage_key]
    return _first_of(session, found[0]) if found else None


def _first_of(session: Session, recording: Recording) -> Version:
    query = select(Version).where(Version.recording_id == recording.id)
    return session.scalars(query.order_by(Version.number).limit(1)).one()


def _drop(session: Session, recordings: Sequence[Recording]) -> None:
    for recording in recordings:
        recording.dropped_at = clock.now()
        remove = media_jobs.DeleteObjects(
            subject=recording.episode_id, keys=[recording.storage_key]
        )
        job_queue.put(session, remove)


def _record(
    session: Session,
    viewer: Viewer,
    action: str,
    episode_id: str,
    address: str | None,
    **details: int,
) -> None:
    audit_service.record(
        session,
        action,
        actor_id=viewer.id,
        subject=("episode", episode_id),
        address=address,
        **details,
    )
