"""Find media. What is asked for by a viewer is found only if they may see its episode."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.jobs.job import Extent
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.media.errors import MediaNotFoundError
from mediashare.media.models import Picture, Recording, Rendition, Waveform

M = TypeVar("M", Recording, Rendition, Picture, Waveform)


@dataclass(frozen=True)
class EpisodeMedia:
    """Everything that is kept of one episode's bytes; parts are missing until they are made."""

    recording: Recording | None
    renditions: Sequence[Rendition]
    waveform: Waveform | None
    picture: Picture | None


def get_media(session: Session, episode_id: str) -> EpisodeMedia:
    """The media of an episode that the caller has already made sure may be seen."""
    pictures = list_pictures(session, episode_id)
    return EpisodeMedia(
        recording=find_recording(session, episode_id),
        renditions=list_renditions(session, episode_id),
        waveform=session.get(Waveform, episode_id),
        picture=pictures[0] if pictures else None,
    )


def list_peaks(session: Session, episode_ids: Collection[str]) -> dict[str, Sequence[int]]:
    """The loudness of those episodes whose waveform is drawn already."""
    found = session.scalars(select(Waveform).where(Waveform.episode_id.in_(episode_ids)))
    return {waveform.episode_id: waveform.peaks for waveform in found}


def find_recording(session: Session, episode_id: str) -> Recording | None:
    """The original bytes of an episode."""
    return session.scalar(select(Recording).where(Recording.episode_id == episode_id))


def get_recording(session: Session, episode_id: str) -> Recording:
    """The original bytes of an episode; raises MediaNotFoundError."""
    return _or_raise(find_recording(session, episode_id))


def get_owner_id(session: Session, episode_id: str) -> str:
    """Whose episode this is; raises MediaNotFoundError when it was deleted meanwhile."""
    owner_id = session.scalar(select(Episode.author_id).where(Episode.id == episode_id))
    if owner_id is None:
        raise MediaNotFoundError
    return owner_id


def get_extent(session: Session, episode_id: str) -> Extent:
    """How much there is of an episode, as far as it is known, for whoever asks for work on it."""
    row = session.execute(
        select(Recording.size, Episode.duration_ms)
        .join(Episode, Episode.id == Recording.episode_id)
        .where(Recording.episode_id == episode_id)
    ).one_or_none()
    if row is None:
        return Extent()
    return Extent(seconds=(row.duration_ms or 0) / 1000, size=row.size)


def list_renditions(session: Session, episode_id: str) -> Sequence[Rendition]:
    """The playable files of an episode, best first."""
    return session.scalars(
        select(Rendition)
        .where(Rendition.episode_id == episode_id)
        .order_by(Rendition.bitrate.desc(), Rendition.id)
    ).all()


def list_pictures(session: Session, episode_id: str) -> Sequence[Picture]:
    """The pictures of an episode, newest first."""
    return session.scalars(
        select(Picture)
        .where(Picture.episode_id == episode_id)
        .order_by(Picture.created_at.desc(), Picture.id)
    ).all()


def list_storage_keys(session: Session, episode_id: str) -> Sequence[str]:
    """The keys of all objects that belong to an episode."""
    kinds = (Recording, Rendition, Picture)
    return session.scalars(
        union_all(
            *(select(kind.storage_key).where(kind.episode_id == episode_id) for kind in kinds)
        )
    ).all()


def find_twin(session: Session, recording: Recording) -> str | None:
    """The id of an earlier episode that the same author has made of the very same bytes."""
    author = select(Episode.author_id).where(Episode.id == recording.episode_id)
    return session.scalar(
        select(Recording.episode_id)
        .join(Episode, Episode.id == Recording.episode_id)
        .where(
            Recording.sha256 == recording.sha256,
            Recording.id != recording.id,
            Episode.author_id == author.scalar_subquery(),
        )
        .order_by(Recording.created_at)
        .limit(1)
    )


def get_readable_rendition(
    session: Session, viewer: Viewer, episode_id: str, ident: str
) -> Rendition:
    """A playable file by id; raises MediaNotFoundError unless `viewer` may see its episode."""
    query = _readable(Rendition, viewer, episode_id).where(Rendition.id == ident)
    return _or_raise(session.scalar(query))


def list_readable_renditions(
    session: Session, viewer: Viewer, episode_id: str
) -> Sequence[Rendition]:
    """All playable files, best first; raises MediaNotFoundError where there is none to see."""
    query = _readable(Rendition, viewer, episode_id)
    found = session.scalars(query.order_by(Rendition.bitrate.desc(), Rendition.id)).all()
    if not found:
        raise MediaNotFoundError
    return found


def get_readable_picture(session: Session, viewer: Viewer, episode_id: str, ident: str) -> Picture:
    """A picture by id; raises MediaNotFoundError unless `viewer` may see its episode."""
    query = _readable(Picture, viewer, episode_id).where(Picture.id == ident)
    return _or_raise(session.scalar(query))


def get_readable_waveform(session: Session, viewer: Viewer, episode_id: str) -> Waveform:
    """The waveform; raises MediaNotFoundError unless `viewer` may see its episode."""
    return _or_raise(session.scalar(_readable(Waveform, viewer, episode_id)))


def is_readable(session: Session, viewer: Viewer, episode_id: str) -> bool:
    """Whether the viewer may see the episode now, as the person that they are by now."""
    if viewer.id is not None:
        return library_queries.may_user_read(session, viewer.id, episode_id)
    seen = library_queries.readable_by(viewer)
    return session.scalar(select(Episode.id).where(Episode.id == episode_id, seen)) is not None


def get_own_recording(session: Session, viewer: Viewer, episode_id: str) -> Recording:
    """Originals may hold what renditions do not (places, names): only authors get theirs back."""
    query = _readable(Recording, viewer, episode_id).where(Episode.author_id == viewer.id)
    return _or_raise(session.scalar(query))


def _readable(model: type[M], viewer: Viewer, episode_id: str) -> Select[M]:
    return (
        select(model)
        .join(Episode, Episode.id == model.episode_id)
        .where(model.episode_id == episode_id, library_queries.readable_by(viewer))
    )


def _or_raise(found: M | None) -> M:
    if found is None:
        raise MediaNotFoundError
    return found
