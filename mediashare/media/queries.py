"""Find media. What is asked for by a viewer is found only if they may see its episode."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Exists, Select, exists, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from mediashare.accounts.policy import Viewer
from mediashare.jobs.job import Extent
from mediashare.jobs.models import JobRow, JobState
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.media import jobs as media_jobs
from mediashare.media.errors import MediaNotFoundError
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
from mediashare.media.policy import Edit
from mediashare.sentences import stored

M = TypeVar("M", Recording, Rendition, Picture, PictureFile, Waveform)
F = TypeVar("F")

ID_LENGTH = 32
# The jobs that end in another file to play.
FILE_MAKERS = media_jobs.NEEDED_TO_PLAY | {media_jobs.MakeLadder.kind}


@dataclass(frozen=True)
class EpisodeMedia:
    """Everything that is kept of one episode's bytes; parts are missing until they are made.

    The recording is that of the version which is played, or the newest one while none is.
    """

    recording: Recording | None
    renditions: Sequence[Rendition]
    waveform: Waveform | None
    storyboard: Picture | None
    sound: Sound | None = None
    more_coming: bool = False


@dataclass(frozen=True)
class Remarks:
    """What an author should know of a recording: what is odd about it, such as that it holds less
    than it says, and which episode they have made of the very same bytes before."""

    warnings: Sequence[str]
    earlier: Episode | None


def get_media(session: Session, episode_id: str) -> EpisodeMedia:
    """The media of an episode that the caller has already made sure may be seen."""
    version = find_version(session, episode_id)
    return EpisodeMedia(
        recording=session.get(Recording, version.recording_id) if version else None,
        renditions=list_renditions(session, episode_id),
        waveform=session.get(Waveform, episode_id),
        storyboard=find_storyboard(session, episode_id),
        sound=find_sound(session, version) if version else None,
        more_coming=bool(session.scalar(select(is_more_coming(episode_id)))),
    )


def is_more_coming(episode_id: str | InstrumentedAttribute[str]) -> Exists:
    """Whether better or smaller files of an episode are being made, as part of a statement."""
    return _is_making(episode_id, FILE_MAKERS)


def is_rendition_coming(episode_id: str | InstrumentedAttribute[str]) -> Exists:
    """Whether the first lasting files of an episode are being made, as part of a statement: until
    they are there it may play already, as it was sent."""
    return _is_making(episode_id, media_jobs.NEEDED_TO_PLAY)


def _is_making(episode_id: str | InstrumentedAttribute[str], kinds: Collection[str]) -> Exists:
    return exists().where(
        JobRow.subject == episode_id,
        JobRow.kind.in_(kinds),
        JobRow.state.in_((JobState.QUEUED, JobState.RUNNING)),
    )


def list_peaks(session: Session, episode_ids: Collection[str]) -> dict[str, Sequence[int]]:
    """The loudness of those episodes whose waveform is drawn already."""
    if not episode_ids:
        return {}
    found = session.scalars(select(Waveform).where(Waveform.episode_id.in_(episode_ids)))
    return {waveform.episode_id: waveform.peaks for waveform in found}


def find_recording(session: Session, episode_id: str) -> Recording | None:
    """The original bytes of what is played, or of what was sent last while nothing is."""
    version = find_version(session, episode_id)
    return None if version is None else session.get(Recording, version.recording_id)


def get_recording(session: Session, version: Version) -> Recording:
    """The original bytes of a version."""
    return _or_raise(session.get(Recording, version.recording_id))


def find_version(session: Session, episode_id: str) -> Version | None:
    """The version that is played, or the newest one while none is."""
    return session.scalars(
        select(Version)
        .where(Version.episode_id == episode_id)
        .order_by((Version.state == VersionState.CURRENT).desc(), Version.number.desc())
        .limit(1)
    ).one_or_none()


def find_current_version(session: Session, episode_id: str) -> Version | None:
    """The version that is played, if any is."""
    current = Version.state == VersionState.CURRENT
    return session.scalar(select(Version).where(Version.episode_id == episode_id, current))


def list_versions(session: Session, episode_id: str) -> Sequence[Version]:
    """All versions that were ever asked for, newest first."""
    query = select(Version).where(Version.episode_id == episode_id)
    return session.scalars(query.order_by(Version.number.desc())).all()


def list_recordings(session: Session, episode_id: str) -> Sequence[Recording]:
    """All recordings of an episode, newest first, also those whose bytes are gone."""
    query = select(Recording).where(Recording.episode_id == episode_id)
    return session.scalars(query.order_by(Recording.created_at.desc(), Recording.id)).all()


def list_later_recordings(session: Session, version: Version) -> Collection[str]:
    """Ids of the recordings that were sent after that of a version."""
    own = get_recording(session, version)
    query = select(Recording.id).where(
        Recording.episode_id == version.episode_id, Recording.created_at > own.created_at
    )
    return set(session.scalars(query))


def get_version(session: Session, episode_id: str, number: int) -> Version:
    """A version by its number; raises MediaNotFoundError."""
    query = select(Version).where(Version.episode_id == episode_id, Version.number == number)
    return _or_raise(session.scalar(query))


def find_newest_version(session: Session, episode_id: str) -> Version | None:
    """The version that was asked for last, whatever became of it."""
    return session.scalars(
        select(Version)
        .where(Version.episode_id == episode_id)
        .order_by(Version.number.desc())
        .limit(1)
    ).one_or_none()


def get_remarks(session: Session, viewer: Viewer, episode_id: str) -> Remarks:
    """What is to be said of the recording that was sent last to this viewer, who may see how it is
    processed; what else they have sent is for them alone."""
    found = session.scalar(
        select(Recording.facts)
        .join(Version, Version.recording_id == Recording.id)
        .where(Version.episode_id == episode_id)
        .order_by(Version.number.desc())
        .limit(1)
    )
    facts, earlier = found or {}, None
    if facts.get("same_as") not in {None, episode_id}:
        is_own = Episode.author_id == viewer.id
        earlier = session.scalar(select(Episode).where(Episode.id == facts["same_as"], is_own))
    return Remarks([stored(one) for one in facts.get("warnings", [])], earlier)


def find_sound(session: Session, version: Version) -> Sound | None:
    """What was measured of the sound of a version, if that is known yet."""
    return session.get(Sound, version.id)


def get_owner_id(session: Session, episode_id: str) -> str:
    """Whose episode this is; raises MediaNotFoundError when it was deleted meanwhile."""
    owner_id = session.scalar(select(Episode.author_id).where(Episode.id == episode_id))
    if owner_id is None:
        raise MediaNotFoundError
    return owner_id


def get_extent(session: Session, version: Version | None) -> Extent:
    """How much there is of a version, as far as it is known, for whoever asks for work on it."""
    if version is None:
        return Extent()
    recording = get_recording(session, version)
    recorded_ms = round((recording.facts or {}).get("duration", 0) * 1000)
    played_ms = Edit.of(version).length_ms(recorded_ms)
    return Extent(seconds=played_ms / 1000, size=recording.size)


def list_renditions(session: Session, episode_id: str) -> Sequence[Rendition]:
    """The playable files of an episode, best first; those that others replaced are left out."""
    return session.scalars(
        select(Rendition)
        .where(Rendition.episode_id == episode_id, Rendition.retired_at.is_(None))
        .order_by(Rendition.bitrate.desc(), Rendition.id)
    ).all()


def list_posters(session: Session, episode_id: str) -> Sequence[Picture]:
    """The pictures that can stand for an episode, with their files: in the order of the episode,
    and the author's own last."""
    found = session.scalars(
        select(Picture)
        .where(Picture.episode_id == episode_id, Picture.kind != PictureKind.STORYBOARD)
        .options(selectinload(Picture.files))
        .order_by(Picture.created_at, Picture.id)
    )
    return sorted(found, key=lambda picture: (picture.kind is PictureKind.OWN, picture.times))


def find_poster(session: Session, episode: Episode) -> Picture | None:
    """The picture that stands for an episode, if it has one."""
    return None if episode.poster is None else session.get(Picture, episode.poster[:ID_LENGTH])


def find_storyboard(session: Session, episode_id: str) -> Picture | None:
    """The pictures along an episode, if there are any."""
    return session.scalars(
        select(Picture)
        .where(Picture.episode_id == episode_id, Picture.kind == PictureKind.STORYBOARD)
        .order_by(Picture.created_at.desc())
        .limit(1)
    ).one_or_none()


def list_storage_keys(session: Session, episode_id: str) -> Sequence[str]:
    """The keys of all objects that belong to an episode."""
    kinds = (Recording, Rendition, PictureFile, Sound)
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
    query = _readable(Rendition, viewer, episode_id).where(Rendition.retired_at.is_(None))
    found = session.scalars(query.order_by(Rendition.bitrate.desc(), Rendition.id)).all()
    if not found:
        raise MediaNotFoundError
    return found


def list_readable_companions(
    session: Session, viewer: Viewer, episode_id: str, ident: str
) -> Sequence[Rendition]:
    """The files that are played beside one, or were before all of them were replaced; with it.

    Raises MediaNotFoundError unless `viewer` may see the episode.
    """
    found = get_readable_rendition(session, viewer, episode_id, ident)
    return session.scalars(
        select(Rendition).where(
            Rendition.episode_id == episode_id,
            _is_as_old(found),
            Rendition.is_provisional.is_(False),
        )
    ).all()


def get_readable_picture(
    session: Session, viewer: Viewer, episode_id: str, name: str
) -> PictureFile:
    """A file of a picture by name; raises MediaNotFoundError unless `viewer` may see its episode.

    What was only proposed as poster, or sent and not chosen, is its author's alone.
    """
    query = (
        _readable(PictureFile, viewer, episode_id)
        .join(Picture, Picture.id == PictureFile.picture_id)
        .where(PictureFile.name == name, or_(_is_shown(), Episode.author_id == viewer.id))
    )
    return _or_raise(session.scalar(query))


def get_readable_storyboard(
    session: Session, viewer: Viewer, episode_id: str, ident: str
) -> Picture:
    """A storyboard by id, with its sheets; raises MediaNotFoundError unless `viewer` may see its
    episode."""
    query = _readable(Picture, viewer, episode_id).where(
        Picture.id == ident, Picture.kind == PictureKind.STORYBOARD
    )
    return _or_raise(session.scalar(query.options(selectinload(Picture.files))))


def get_readable_waveform(session: Session, viewer: Viewer, episode_id: str) -> Waveform:
    """The waveform; raises MediaNotFoundError unless `viewer` may see its episode."""
    return _or_raise(session.scalar(_readable(Waveform, viewer, episode_id)))


def is_readable(session: Session, viewer: Viewer, episode_id: str, key: str) -> bool:
    """Whether the viewer may see the episode now, as the person that they are by now, and the
    object is still one of its files."""
    is_file = key in list_storage_keys(session, episode_id)
    return is_file and library_queries.may_still_read(session, viewer, episode_id)


def get_own_recording(session: Session, viewer: Viewer, episode_id: str) -> Recording:
    """Originals may hold what renditions do not (places, names): only authors get theirs back."""
    version = _or_raise(find_version(session, episode_id))
    query = _readable(Recording, viewer, episode_id).where(
        Recording.id == version.recording_id,
        Recording.dropped_at.is_(None),
        Episode.author_id == viewer.id,
    )
    return _or_raise(session.scalar(query))


def _is_as_old(rendition: Rendition) -> ColumnElement[bool]:
    if rendition.retired_at is None:
        return Rendition.retired_at.is_(None)
    return Rendition.retired_at == rendition.retired_at


def _readable(model: type[M], viewer: Viewer, episode_id: str) -> Select[M]:
    return (
        select(model)
        .join(Episode, Episode.id == model.episode_id)
        .where(model.episode_id == episode_id, library_queries.readable_by(viewer))
    )


def _is_shown() -> ColumnElement[bool]:
    # The name of a poster begins with the id of its picture.
    is_poster = func.substr(Episode.poster, 1, ID_LENGTH) == Picture.id
    return or_(Picture.kind == PictureKind.STORYBOARD, is_poster)


def _or_raise(found: F | None) -> F:
    if found is None:
        raise MediaNotFoundError
    return found
