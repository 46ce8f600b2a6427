"""What happens to media: a recording comes in, files are made from it, all of it is forgotten."""

import io
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, true, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.db.base import new_id
from mediashare.errors import InvalidInputError
from mediashare.jobs import queue as job_queue
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media.errors import VersionReplacedError
from mediashare.media.models import (
    Picture,
    PictureFile,
    PictureKind,
    Recording,
    Rendition,
    Sound,
    Version,
    VersionState,
    Waveform,
)
from mediashare.storage import keys
from mediashare.storage.port import Storage

# Longer than anybody plays on from a page that they have opened before.
RETIRED_FOR = timedelta(hours=12)


def add_recording(
    session: Session, *, episode_id: str, owner_id: str, storage_key: str, filename: str, size: int
) -> Recording:
    """The original bytes of a new episode; looking into them is the first step of processing."""
    recording = Recording(
        id=new_id(), episode_id=episode_id, storage_key=storage_key, filename=filename, size=size
    )
    session.add_all(
        [recording, Version(episode_id=episode_id, recording_id=recording.id, number=1)]
    )
    job_queue.put(session, media_jobs.Probe(subject=episode_id), owner_id=owner_id)
    return recording


def describe_recording(
    session: Session, version: Version, *, sha256: str, demuxer: str, facts: dict[str, Any]
) -> None:
    """Keep what probing has found, and whether the author has sent the same bytes before."""
    recording = media_queries.get_recording(session, version)
    recording.sha256, recording.demuxer = sha256, demuxer
    twin = media_queries.find_twin(session, recording)
    recording.facts = {**facts, "same_as": twin}


def lock_version(session: Session, episode_id: str, number: int) -> Version:
    """The version that something is to be added to; raises VersionReplacedError when a newer one
    is played by now, MediaNotFoundError when the episode is gone."""
    version = media_queries.get_version(session, episode_id, number)
    session.refresh(version, with_for_update=True)
    if version.state is VersionState.FORMER:
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


def fail_version(session: Session, episode_id: str, number: int, reason: str) -> None:
    """Nothing can be made of this version; what was played before it still is."""
    version = media_queries.get_version(session, episode_id, number)
    if version.state is VersionState.MAKING:
        version.state, version.failure = VersionState.FAILED, reason


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


def set_posters(
    session: Session,
    episode_id: str,
    made: Sequence[Picture],
    *,
    instead_of: Collection[PictureKind],
) -> None:
    """What was made takes the place of all pictures of these kinds. If the episode's poster goes
    with them, that of the same moment stands for it from now on, or else the first; so it does
    where there was no poster yet."""
    episode = library_service.lock_episode(session, episode_id)
    shown = media_queries.find_poster(session, episode)
    _remove_pictures(session, episode, instead_of)
    session.add_all(made)
    if episode.poster is None and made:
        alike = [one for one in made if shown and one.times == shown.times]
        episode.poster = [*alike, *made][0].filename


def set_own_poster(session: Session, picture: Picture) -> None:
    """The picture that the author has sent stands for the episode; an earlier one goes."""
    set_posters(session, picture.episode_id, [picture], instead_of=[PictureKind.OWN])
    library_service.set_poster(session, picture.episode_id, picture.filename)


def choose_poster(session: Session, episode_id: str, picture_id: str) -> None:
    """Another of the episode's pictures stands for it; raises InvalidInputError for any that is
    none of them."""
    library_service.lock_episode(session, episode_id)
    for picture in media_queries.list_posters(session, episode_id):
        if picture.id == picture_id:
            library_service.set_poster(session, episode_id, picture.filename)
            return
    raise InvalidInputError(errors={"picture_id": "This is not one of the episode's pictures."})


@contextmanager
def sent_picture(storage: Storage, episode_id: str, picture: bytes) -> Iterator[str]:
    """The key of a picture that its author has sent, in the store. A block that fails to ask for
    something to be made of it leaves nothing there."""
    key = keys.sent_picture(episode_id, new_id())
    storage.put(key, io.BytesIO(picture), content_type="application/octet-stream")
    try:
        yield key
    except BaseException:
        storage.delete(key)
        raise


def prepare_poster(session: Session, episode: Episode, storage_key: str) -> None:
    """Have a picture looked into and made fit that the author has sent for the episode."""
    job = media_jobs.PreparePoster(subject=episode.id, key=storage_key)
    job_queue.put(session, job, owner_id=episode.author_id)


def redraw_cover(session: Session, episode: Episode, *, titled: str) -> None:
    """Have a cover drawn anew that bears another title than the episode has by now."""
    drawn = select(Picture.id).where(
        Picture.episode_id == episode.id, Picture.kind == PictureKind.DRAWN
    )
    if episode.title != titled and session.scalar(drawn) is not None:
        job = media_jobs.DrawCover(subject=episode.id)
        job_queue.put(session, job, owner_id=episode.author_id)


def set_storyboard(session: Session, episode_id: str, storyboard: Picture | None) -> None:
    """The pictures along what is played now, or none where it is too short for them."""
    episode = library_service.lock_episode(session, episode_id)
    _remove_pictures(session, episode, [PictureKind.STORYBOARD])
    if storyboard is not None:
        session.add(storyboard)


def set_waveform(session: Session, episode_id: str, peaks: list[int]) -> None:
    """How loud the episode is over time."""
    session.merge(Waveform(episode_id=episode_id, peaks=peaks))


def forget_media(session: Session, episode_id: str) -> None:
    """Everything that is being made stops, and every object goes once the caller has committed.

    Called before the episode is deleted, while the rows still name the objects.
    """
    job_queue.cancel(session, episode_id)
    keys = media_queries.list_storage_keys(session, episode_id)
    job_queue.put(session, media_jobs.DeleteObjects(subject=episode_id, keys=list(keys)))


def _remove_pictures(session: Session, episode: Episode, kinds: Collection[PictureKind]) -> None:
    gone = select(Picture.id).where(Picture.episode_id == episode.id, Picture.kind.in_(kinds))
    files = session.scalars(select(PictureFile).where(PictureFile.picture_id.in_(gone))).all()
    if episode.poster in {file.name for file in files}:
        episode.poster = None
    session.execute(delete(Picture).where(Picture.id.in_(gone)))
    if files:
        stored = [file.storage_key for file in files]
        job_queue.put(session, media_jobs.DeleteObjects(subject=episode.id, keys=stored))


def _make_current(session: Session, version: Version) -> None:
    session.execute(
        update(Version)
        .where(Version.episode_id == version.episode_id, Version.state == VersionState.CURRENT)
        .values(state=VersionState.FORMER)
    )
    _retire(session, version.episode_id, true())
    # What a newer version leaves out or blurs must not be seen in pictures of the former one.
    episode = library_service.lock_episode(session, version.episode_id)
    _remove_pictures(session, episode, [PictureKind.FRAME, PictureKind.STORYBOARD])
    version.state, version.failure = VersionState.CURRENT, None


def _retire(session: Session, episode_id: str, which: ColumnElement[bool]) -> None:
    session.execute(
        update(Rendition)
        .where(Rendition.episode_id == episode_id, Rendition.retired_at.is_(None), which)
        .values(retired_at=clock.now())
    )
