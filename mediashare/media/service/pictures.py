"""What happens to pictures: proposals are made, one is chosen or sent, storyboards come and go."""

import io
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mediashare.db.base import new_id
from mediashare.errors import InvalidInputError
from mediashare.jobs import queue as job_queue
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.media import jobs as media_jobs
from mediashare.media import queries as media_queries
from mediashare.media.models import Picture, PictureFile, PictureKind
from mediashare.sentences import said
from mediashare.storage import keys
from mediashare.storage.port import Storage


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
    remove_pictures(session, episode, instead_of)
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
    raise InvalidInputError(
        errors={"picture_id": said("This is not one of the episode's pictures.")}
    )


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
    remove_pictures(session, episode, [PictureKind.STORYBOARD])
    if storyboard is not None:
        session.add(storyboard)


def remove_pictures(session: Session, episode: Episode, kinds: Collection[PictureKind]) -> None:
    """All pictures of these kinds go; where its poster is among them, the episode has none."""
    gone = select(Picture.id).where(Picture.episode_id == episode.id, Picture.kind.in_(kinds))
    files = session.scalars(select(PictureFile).where(PictureFile.picture_id.in_(gone))).all()
    if episode.poster in {file.name for file in files}:
        episode.poster = None
    session.execute(delete(Picture).where(Picture.id.in_(gone)))
    if files:
        stored = [file.storage_key for file in files]
        job_queue.put(session, media_jobs.DeleteObjects(subject=episode.id, keys=stored))
