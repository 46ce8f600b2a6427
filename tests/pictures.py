"""Makes pictures of episodes, as rows; what their files hold does not matter."""

import struct

from mediashare.db.base import new_id
from mediashare.library.models import Poster
from mediashare.media.models import Picture, PictureFile, PictureKind
from mediashare.storage import keys

SIZE = 1000


def png_head(width: int = 1280, height: int = 720) -> bytes:
    """The beginning of a PNG, from which its size is read; there are no points in it."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIB", 13, b"IHDR", width, height, 8)


def make_picture(
    episode_id: str, kind: PictureKind = PictureKind.FRAME, *, size: int = SIZE
) -> Picture:
    """A poster of 640 points in all its files."""
    picture = Picture(
        id=new_id(), episode_id=episode_id, kind=kind, width=640, height=360, times=[2000]
    )
    poster = Poster(picture.id, 640, 360)
    for width in poster.widths:
        _add_file(picture, poster.webp(width), "image/webp", size)
    _add_file(picture, poster.jpeg, "image/jpeg", size)
    return picture


def make_storyboard(episode_id: str) -> Picture:
    """Two tiles on one sheet."""
    picture = Picture(
        id=new_id(),
        episode_id=episode_id,
        kind=PictureKind.STORYBOARD,
        width=320,
        height=90,
        times=[0, 2000, 5000],
    )
    _add_file(picture, f"{picture.id}-1.jpg", "image/jpeg", SIZE)
    return picture


def _add_file(picture: Picture, name: str, mime_type: str, size: int) -> None:
    picture.files.append(
        PictureFile(
            name=name,
            episode_id=picture.episode_id,
            storage_key=keys.result(picture.episode_id, "job", 1, name),
            mime_type=mime_type,
            size=size,
            width=picture.width,
            height=picture.height,
        )
    )
