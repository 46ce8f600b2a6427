"""Pictures of episodes that can be seen, as the workers leave them."""

import io

from PIL import Image, ImageDraw

from mediashare.db.base import new_id
from mediashare.library.models import Poster
from mediashare.media.models import (
    SHEET_SIDE,
    TILE_HEIGHT,
    TILE_WIDTH,
    Picture,
    PictureFile,
    PictureKind,
)
from mediashare.storage.port import Storage


def make_poster(
    storage: Storage, episode_id: str, image: Image.Image, kind: PictureKind, *times: int
) -> Picture:
    """A poster in all its sizes."""
    picture = Picture(
        id=new_id(),
        episode_id=episode_id,
        kind=kind,
        width=image.width,
        height=image.height,
        times=list(times),
    )
    poster = Poster(picture.id, image.width, image.height)
    for width in poster.widths:
        size = (width, round(image.height * width / image.width))
        _add_file(storage, picture, poster.webp(width), image.resize(size))
    _add_file(storage, picture, poster.jpeg, image)
    return picture


def make_storyboard(storage: Storage, episode_id: str, length_s: int) -> Picture:
    """A tile for every two seconds, each of a grey that tells which it is."""
    times = list(range(0, length_s * 1000 + 1, 2000))
    rows = -(-(len(times) - 1) // SHEET_SIDE)
    sheet = Image.new("RGB", (SHEET_SIDE * TILE_WIDTH, rows * TILE_HEIGHT))
    pen = ImageDraw.Draw(sheet)
    for number in range(len(times) - 1):
        row, column = divmod(number, SHEET_SIDE)
        left, top = column * TILE_WIDTH, row * TILE_HEIGHT
        box = (left, top, left + TILE_WIDTH - 1, top + TILE_HEIGHT - 1)
        pen.rectangle(box, fill=(number * 10, 100, 100))
    picture = Picture(
        id=new_id(),
        episode_id=episode_id,
        kind=PictureKind.STORYBOARD,
        width=sheet.width,
        height=sheet.height,
        times=times,
    )
    _add_file(storage, picture, f"{picture.id}-1.jpg", sheet)
    return picture


def _add_file(storage: Storage, picture: Picture, name: str, image: Image.Image) -> None:
    kind = "webp" if name.endswith("webp") else "jpeg"
    data, key = io.BytesIO(), f"episodes/{picture.episode_id}/{name}"
    image.save(data, kind)
    data.seek(0)
    stored = storage.put(key, data, content_type=f"image/{kind}")
    picture.files.append(
        PictureFile(
            name=name,
            episode_id=picture.episode_id,
            storage_key=key,
            mime_type=f"image/{kind}",
            size=stored.size,
            width=image.width,
            height=image.height,
        )
    )
