"""Further clips that play what the library plays, for tests that change them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.session import begin_writing
from mediashare.library.models import Audience, Episode, EpisodeKind
from mediashare.media.models import Rendition, RenditionKind
from mediashare.storage.disk import DiskStorage
from tests.e2e.library import Library
from tests.factories import make_episode

COPIED = (
    "mime_type",
    "codecs",
    "size",
    "sha256",
    "duration_ms",
    "bitrate",
    "init_size",
    "segments",
)


def copy_sound(
    session: Session, settings: Settings, library: Library, title: str, **values: Any
) -> Episode:
    """The library's sound as another clip of its author, without a word of transcript."""
    author = session.scalars(select(User).where(User.email == library.author)).one()
    sound = session.scalars(
        select(Rendition)
        .join(Episode, Episode.id == Rendition.episode_id)
        .where(Episode.slug == library.audio.removeprefix("/e/"))
    ).one()
    # In nobody's list: other tests look for the library's own clips there.
    given = {"kind": EpisodeKind.AUDIO, "audience": Audience.UNLISTED, **values}
    episode = make_episode(session, author, title, duration_ms=sound.duration_ms, **given)
    key = f"episodes/{episode.id}/audio.m4a"
    DiskStorage(settings.data / "objects").copy(sound.storage_key, key)
    begin_writing(session)
    copied = {name: getattr(sound, name) for name in COPIED}
    own_file = {"episode_id": episode.id, "kind": RenditionKind.AUDIO, "storage_key": key}
    session.add(Rendition(**own_file, **copied))
    session.commit()
    return episode
