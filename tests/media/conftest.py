"""A ready episode whose files are a few known bytes."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.orm import Session

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
from mediashare.storage.disk import DiskStorage
from tests import factories
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

    def url(self, name: str) -> str:
        return f"/media/{self.episode.id}/{name}"

    @property
    def file_url(self) -> str:
        return self.url(self.rendition.filename)


MakeClip = Callable[..., Clip]


@pytest.fixture
def make_clip(session: Session, storage: DiskStorage) -> MakeClip:
    def make(author: User, *, audience: Audience = Audience.INTERNAL, **values: Any) -> Clip:
        episode = factories.make_episode(session, author, audience=audience, **values)
        clip = Clip(
            episode,
            _rendition(episode.id),
            make_picture(episode.id),
            make_picture(episode.id),
            make_storyboard(episode.id),
            _recording(episode.id),
        )
        pictures = (clip.picture, clip.proposal, clip.storyboard)
        files = [file for picture in pictures for file in picture.files]
        stored = [file.storage_key for file in files]
        for key in (clip.rendition.storage_key, clip.recording.storage_key, *stored):
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

    return make


def _rendition(episode_id: str) -> Rendition:
    rendition = Rendition(
        id=new_id(),
        episode_id=episode_id,
        kind=RenditionKind.VIDEO,
        mime_type="video/mp4",
        codecs="avc1.64001f,mp4a.40.2",
        size=len(BYTES),
        sha256=hashlib.sha256(BYTES).hexdigest(),
        duration_ms=10_000,
        bitrate=800,
        width=320,
        height=240,
        init_size=100,
        segments=[[160, 240, 2000], [400, 200, 2000], [600, 200, 4000], [800, 200, 2000]],
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
