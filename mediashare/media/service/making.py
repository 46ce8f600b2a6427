"""What happens to media: recordings come in, versions and files are made from them, all of it is
forgotten.

Whoever changes what is being made of an episode stops that first and locks the episode then, in
the same order as a job that ends and publishes what it has made.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, true, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.db.base import new_id
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Extent, Priority, QueueName
from mediashare.jobs.models import JobRow, JobState
from mediashare.library import service as library_service
from mediashare.library.models import Episode, EpisodeState
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media.errors import VersionReplacedError
from mediashare.media.models import (
    PictureKind,
    Recording,
    Rendition,
    Sound,
    Version,
    VersionState,
    Waveform,
)
from mediashare.media.policy import Edit
from mediashare.media.service import pictures
from mediashare.notifications import service as notifications_service
from mediashare.sentences import said

# Longer than anybody plays on from a page that they have opened before.
RETIRED_FOR = timedelta(hours=12)
SUPERSEDED = said("Version %(number)s took its place before it was made.")
NOT_MADE = said("The new version of “%(title)s” could not be made: %(reason)s")


def add_recording(
    session: Session, *, episode_id: str, owner_id: str, storage_key: str, filename: str, size: int
) -> Recording:
    """The original bytes of an episode, as its first or next version; looking into them is the
    first step of processing."""
    recording = Recording(
        id=new_id(), episode_id=episode_id, storage_key=storage_key, filename=filename, size=size
    )
    session.add(recording)
    version = add_version(session, recording, Edit(), made_by_id=owner_id)
    probe = media_jobs.Probe(subject=episode_id, version=version.number)
    job_queue.put(session, probe, owner_id=owner_id, extent=Extent(size=size))
    return recording


def add_version(
    session: Session, recording: Recording, edit: Edit, *, made_by_id: str | None
) -> Version:
    """The next version of an episode, to be made; one that still was gives way to it."""
    newest = media_queries.find_newest_version(session, recording.episode_id)
    number = 1 if newest is None else newest.number + 1
    give_way(session, recording.episode_id, said(SUPERSEDED, number=number))
    version = Version(
        id=new_id(),
        episode_id=recording.episode_id,
        recording_id=recording.id,
        number=number,
        state=VersionState.MAKING,
        start_ms=edit.start_ms,
        end_ms=edit.end_ms,
        muted=[list(span) for span in edit.muted],
        blurred=[list(span) for span in edit.blurred],
        made_by_id=made_by_id,
    )
    session.add(version)
    session.flush()
    return version


def give_way(session: Session, episode_id: str, reason: str) -> None:
    """Versions that are being made, or could not be, have come to nothing from now on."""
    session.execute(
        update(Version)
        .where(
            Version.episode_id == episode_id,
            Version.state.in_([VersionState.MAKING, VersionState.FAILED]),
        )
        .values(
            state=VersionState.FORMER,
            failure=func.coalesce(Version.failure, reason),
            settled_at=clock.now(),
        )
    )


def make_version(session: Session, version: Version, owner_id: str, *, urgent: bool) -> None:
    """Have the files of a version made; what its recording is may have to be found out first."""
    recording = media_queries.get_recording(session, version)
    kind = media_jobs.Probe if recording.facts is None else media_jobs.MakeRendition
    job = kind(subject=version.episode_id, version=version.number)
    extent = media_queries.get_extent(session, version)
    priority = Priority.URGENT if urgent else None
    job_queue.put(session, job, owner_id=owner_id, priority=priority, extent=extent)


def reopen_version(version: Version) -> None:
    """What could not be made is tried once more, by a job that is the caller's to put."""
    if version.state is VersionState.FAILED:
        version.state, version.failure, version.settled_at = VersionState.MAKING, None, None


def stop_making(session: Session, episode_id: str, *, waits: bool = True) -> None:
    """Nothing more is made of what is played, and nothing recognised in it; the caller goes on
    with something newer, or with the same again. Whoever has locked the episode waits for no
    job that is just ending: that waits for the episode."""
    queues = [QueueName.MEDIA, QueueName.SPEECH]
    job_queue.withdraw(session, episode_id, queues, waits=waits)


def go_on_making(
    session: Session, version: Version, *, queues: Collection[str] = (QueueName.MEDIA,)
) -> bool:
    """Try again what failed or was stopped in the making of a version; whether there was any."""
    rows = session.scalars(
        select(JobRow)
        .where(JobRow.subject == version.episode_id, JobRow.queue.in_(queues))
        .order_by(JobRow.created_at, JobRow.id)
        .execution_options(populate_existing=True)
    )
    # Of each kind the last one counts. Recognition names no version: it hears what is played.
    number = version.number
    last = {row.kind: row for row in rows if row.payload.get("version", number) == number}
    ended = [row for row in last.values() if row.state in {JobState.FAILED, JobState.CANCELLED}]
    for row in ended:
        job_queue.restart(session, row.id)
    return bool(ended)


def describe_recording(
    session: Session, version: Version, *, sha256: str, demuxer: str, facts: dict[str, Any]
) -> None:
    """Keep what probing has found, and whether the author has sent the same bytes before."""
    recording = media_queries.get_recording(session, version)
    recording.sha256, recording.demuxer = sha256, demuxer
    twin = media_queries.find_twin(session, recording)
    recording.facts = {**facts, "same_as": twin}


def warn_about(session: Session, version: Version, sentence: str, *, beginning: str) -> None:
    """Keep what its author should know of the recording of a version, in place of what was said
    before with the same beginning."""
    recording = media_queries.get_recording(session, version)
    facts = recording.facts or {}
    others = [one for one in facts.get("warnings", []) if not one.startswith(beginning)]
    recording.facts = {**facts, "warnings": [*others, sentence]}


def lock_version(session: Session, episode_id: str, number: int) -> Version:
    """The version that something is to be added to; raises VersionReplacedError when a newer one
    is played by now, or is being made to take something back, and MediaNotFoundError when the
    episode is gone."""
    version = media_queries.get_version(session, episode_id, number)
    session.refresh(version, with_for_update=True)
    if version.state is VersionState.FORMER or _is_withheld(session, version):
        raise VersionReplacedError
    return version


def add_rendition(session: Session, version: Version, rendition: Rendition) -> None:
    """Another playable file of a version; the first one makes the version the one that is played.

    The first lasting file takes the place of the provisional one, which stays for those who are
    playing it now.
    """
    if version.state is not VersionState.CURRENT:
        _make_current(session, version)
    if not rendition.is_provisional:
        _retire(session, version.episode_id, Rendition.is_provisional.is_(True))
    session.add(rendition)


def set_sound(session: Session, sound: Sound) -> None:
    """What recognisers listen to, and what was measured of it."""
    session.merge(sound)


def fail_version(session: Session, episode_id: str, number: int, reason: str) -> bool:
    """Nothing can be made of this version; what was played before it still is. False where nobody
    waited for it: it is played already, or a newer one has taken its place."""
    version = media_queries.get_version(session, episode_id, number)
    if version.state is not VersionState.MAKING:
        return False
    version.state, version.failure = VersionState.FAILED, reason
    version.settled_at = clock.now()
    session.flush()
    if version.number > 1:
        _tell_author(session, episode_id, reason)
    current = media_queries.find_current_version(session, episode_id)
    if current is not None and not _is_withheld(session, current):
        go_on_making(session, current, queues=(QueueName.MEDIA, QueueName.SPEECH))
    return True


def remove_retired(session: Session, *, most: int) -> int:
    """Remove files that were replaced long enough ago, at most so many; returns how many."""
    found = session.scalars(
        select(Rendition)
        .where(Rendition.retired_at < clock.now() - RETIRED_FOR)
        .order_by(Rendition.retired_at)
        .limit(most)
    ).all()
    for rendition in found:
        remove = media_jobs.DeleteObjects(
            subject=rendition.episode_id, keys=[rendition.storage_key]
        )
        job_queue.put(session, remove)
        session.delete(rendition)
    return len(found)


def set_waveform(session: Session, episode_id: str, peaks: list[int]) -> None:
    """How loud the episode is over time."""
    session.merge(Waveform(episode_id=episode_id, peaks=peaks))


def forget_media(session: Session, episode_id: str) -> None:
    """Everything that is being made stops, and every object goes once the caller has committed.

    Called before the episode is deleted, while the rows still name the objects.
    """
    job_queue.cancel(session, episode_id)
    stored = media_queries.list_storage_keys(session, episode_id)
    job_queue.put(session, media_jobs.DeleteObjects(subject=episode_id, keys=list(stored)))


def remove_files(session: Session, episode_id: str) -> None:
    """Remove at once all that was made of an episode's recordings; nobody plays on from it. What
    its author has sent to be its poster stays."""
    session.execute(delete(Waveform).where(Waveform.episode_id == episode_id))
    for kind in (Rendition, Sound):
        _remove(session, kind, episode_id, true())
    episode = library_service.lock_episode(session, episode_id)
    pictures.remove_pictures(session, episode, set(PictureKind) - {PictureKind.OWN})


def remove_replaced(session: Session, episode_id: str) -> None:
    """Remove at once what better files have replaced, though somebody may be playing it."""
    _remove(session, Rendition, episode_id, Rendition.retired_at.is_not(None))


def hides_more(version: Version, former: Version) -> bool:
    """Whether something could be heard or seen of the former version that must not be now."""
    is_same = version.recording_id == former.recording_id
    return is_same and Edit.of(version).hides_more_than(Edit.of(former))


def _make_current(session: Session, version: Version) -> None:
    former = media_queries.find_current_version(session, version.episode_id)
    if former is not None:
        _replace(session, former, version)
    version.state, version.failure = VersionState.CURRENT, None
    version.settled_at = clock.now()
    session.flush()


def _replace(session: Session, former: Version, version: Version) -> None:
    stop_making(session, version.episode_id)
    former.state = VersionState.FORMER
    if _is_withheld(session, former) or hides_more(version, former):
        remove_files(session, version.episode_id)
        return
    # Its times are those of the former version; a poster stays until there is a newer one.
    pictures.set_storyboard(session, version.episode_id, None)
    _retire(session, version.episode_id, true())
    _remove(session, Sound, version.episode_id, Sound.version_id == former.id)


def _remove(
    session: Session,
    kind: type[Rendition | Sound],
    episode_id: str,
    which: ColumnElement[bool],
) -> None:
    removed = delete(kind).where(kind.episode_id == episode_id, which)
    stored = list(session.scalars(removed.returning(kind.storage_key)))
    if stored:
        job_queue.put(session, media_jobs.DeleteObjects(subject=episode_id, keys=stored))


def _is_withheld(session: Session, version: Version) -> bool:
    """Whether others may not see this version, because a newer one is to take something back."""
    if version.state not in {VersionState.CURRENT, VersionState.FORMER}:
        return False
    newer = media_queries.find_newest_version(session, version.episode_id)
    state = session.scalar(select(Episode.state).where(Episode.id == version.episode_id))
    return (
        newer is not None
        and newer.number > version.number
        and newer.state in {VersionState.MAKING, VersionState.FAILED}
        and state is not EpisodeState.READY
    )


def _tell_author(session: Session, episode_id: str, reason: str) -> None:
    episode = session.get_one(Episode, episode_id)
    text = said(NOT_MADE, title=episode.title, reason=reason)
    path = f"{episode.path}/edit"
    notifications_service.notify(session, episode.author_id, "version", text, path)


def _retire(session: Session, episode_id: str, which: ColumnElement[bool]) -> None:
    session.execute(
        update(Rendition)
        .where(Rendition.episode_id == episode_id, Rendition.retired_at.is_(None), which)
        .values(retired_at=clock.now())
    )
