"""A ready episode whose files are a few known bytes."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.base import new_id
from mediashare.db.session import begin_writing
from mediashare.library.models import Audience, Episode
from mediashare.media import service as media_service
from mediashare.media.models import (
    Picture,
    PictureKind,
    Recording,
    Rendition,
    RenditionKind,
    Version,
)
from mediashare.storage import keys
from mediashare.storage.port import Storage
from tests import factories
from tests.ladders import Rung, make_ladder
from tests.pictures import make_picture, make_storyboard

BYTES = b"".join(b"%07d\n" % number for number in range(125))  # 1000 bytes, each place known


@dataclass(frozen=True)
class Clip:
    """An episode with everything that can be asked of its media."""

    episode: Episode
    rendition: Rendition
    picture: Picture
    proposal: Picture
    storyboard: Picture
    recording: Recording

    @property
    def keys(self) -> list[str]:
        """Where its objects lie in the store."""
        pictures = (self.picture, self.proposal, self.storyboard)
        files = [file.storage_key for picture in pictures for file in picture.files]
        return [self.rendition.storage_key, self.recording.storage_key, *files]

    def url(self, name: str) -> str:
        return f"/media/{self.episode.id}/{name}"

    @property
    def file_url(self) -> str:
        return self.url(self.rendition.filename)


MakeClip = Callable[..., Clip]


@pytest.fixture(scope="session")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rung]:
    """Three sizes of a minute, and its sound alone in AAC and Opus."""
    return make_ladder(tmp_path_factory)


@pytest.fixture
def make_clip(session: Session, storage: Storage) -> MakeClip:
    return partial(put_clip, session, storage)


def put_clip(
    session: Session,
    storage: Storage,
    author: User,
    *,
    audience: Audience = Audience.INTERNAL,
    **values: Any,
) -> Clip:
    """Put a clip and its bytes there."""
    episode = factories.make_episode(session, author, audience=audience, **values)
    clip = Clip(
        episode,
        _rendition(episode.id),
        make_picture(episode.id),
        make_picture(episode.id),
        make_storyboard(episode.id),
        _recording(episode.id),
    )
    for key in clip.keys:
        storage.put(key, io.BytesIO(BYTES), content_type="video/mp4")
    begin_writing(session)
    version = Version(episode_id=episode.id, recording_id=clip.recording.id, number=1)
    session.add_all([clip.recording, version])
    media_service.add_rendition(session, version, clip.rendition)
    posters = [clip.picture, clip.proposal]
    media_service.set_posters(session, episode.id, posters, instead_of=[PictureKind.FRAME])
    media_service.set_storyboard(session, episode.id, clip.storyboard)
    media_service.set_waveform(session, episode.id, [0, 128, 255])
    session.commit()
    return clip


@pytest.fixture
def add_everything(session: Session, storage: Storage) -> Callable[[Clip], list[str]]:
    """Adds all other kinds of files and captions to a clip; returns the addresses of what others
    have replaced, which nobody is told any more."""

    def add(clip: Clip) -> list[str]:
        retired = {"retired_at": clock.now()}
        rows = [
            _rendition(clip.episode.id, width=160, height=120, bitrate=400),
            _rendition(clip.episode.id, **SOUND),
            _rendition(clip.episode.id, **{**SOUND, "codecs": "opus", "bitrate": 90}),
            _rendition(clip.episode.id, mime_type="video/webm", is_provisional=True, **retired),
            _rendition(clip.episode.id, **retired),
        ]
        for row in rows:
            storage.put(row.storage_key, io.BytesIO(BYTES), content_type=row.mime_type)
        begin_writing(session)
        session.add_all(rows)
        session.commit()
        factories.make_transcript(session, clip.episode, (0, 5, "What was said."))
        replaced = [row for row in rows if row.retired_at]
        names = [row.filename for row in replaced] + [f"{replaced[-1].id}.m3u8"]
        return [clip.url(name) for name in names]

    return add


PICTURE: dict[str, Any] = {
    "kind": RenditionKind.VIDEO,
    "mime_type": "video/mp4",
    "codecs": "avc1.64001f,mp4a.40.2",
    "bitrate": 800,
    "width": 320,
    "height": 240,
    "fps": 30000 / 1001,
}
SOUND: dict[str, Any] = {
    "kind": RenditionKind.AUDIO,
    "mime_type": "audio/mp4",
    "codecs": "mp4a.40.2",
    "bitrate": 100,
    "width": None,
    "height": None,
    "fps": None,
}


def _rendition(episode_id: str, **values: Any) -> Rendition:
    rendition = Rendition(
        id=new_id(),
        episode_id=episode_id,
        size=len(BYTES),
        sha256=hashlib.sha256(BYTES).hexdigest(),
        duration_ms=10_000,
        init_size=100,
        segments=[[160, 240, 2000], [400, 200, 2000], [600, 200, 4000], [800, 200, 2000]],
        **{**PICTURE, **values},
    )
    rendition.storage_key = keys.result(episode_id, "job", 1, rendition.filename)
    return rendition


def _recording(episode_id: str) -> Recording:
    return Recording(
        id=new_id(),
        episode_id=episode_id,
        storage_key=keys.recording(new_id()),
        filename='Überblick; "x"\r\n.mp4',
        size=len(BYTES),
        sha256=hashlib.sha256(BYTES).hexdigest(),
    )
