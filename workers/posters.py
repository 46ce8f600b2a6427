"""Posters on their way from the bench into the store, in all their sizes."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mediashare.db.base import new_id
from mediashare.library.models import Poster
from mediashare.media.models import Picture, PictureFile, PictureKind
from mediashare.storage import keys
from workers import results
from workers.context import Context
from workers.tools import sandbox, stills
from workers.tools.stills import Still

JPEG = "image/jpeg"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A picture on the bench that is to become a poster."""

    kind: PictureKind
    name: str
    at_ms: int | None = None


def store(
    context: Context,
    episode_id: str,
    drafts: Sequence[Draft],
    *,
    least: tuple[int, int] = (1, 1),
) -> Sequence[Picture]:
    """Make the sizes of these pictures and put them into the store; the rows are the caller's to
    keep. Raises PictureRefusedError for what is no picture, or smaller than `least`."""
    if not drafts:
        return []
    bench = sandbox.open_bench(context, stills.READABLE)
    made = stills.make_sizes(bench, [draft.name for draft in drafts], least=least)
    return [
        _store(context, episode_id, draft, sizes) for draft, sizes in zip(drafts, made, strict=True)
    ]


@contextlib.contextmanager
def withdrawn_if_refused(context: Context, pictures: Sequence[Picture]) -> Iterator[None]:
    """Remove the objects of these pictures when the block that publishes them is refused."""
    stored = [file.storage_key for picture in pictures for file in picture.files]
    with results.withdrawn_if_refused(context, *stored):
        yield


def _store(context: Context, episode_id: str, draft: Draft, sizes: Sequence[Still]) -> Picture:
    largest = sizes[-1]
    picture = Picture(
        id=new_id(),
        episode_id=episode_id,
        kind=draft.kind,
        width=largest.width,
        height=largest.height,
        times=[] if draft.at_ms is None else [draft.at_ms],
    )
    poster = Poster(picture.id, largest.width, largest.height)
    for size in sizes:
        name = poster.jpeg if size.mime_type == JPEG else poster.webp(size.width)
        store_file(context, picture, size, name)
    return picture


def store_file(context: Context, picture: Picture, still: Still, name: str) -> None:
    """Put one file of a picture into the store, and its row to the picture."""
    key = keys.result(picture.episode_id, context.job_id, context.attempt, name)
    stored = results.store(context, key, context.scratch / still.name, still.mime_type)
    picture.files.append(
        PictureFile(
            name=name,
            episode_id=picture.episode_id,
            storage_key=key,
            mime_type=still.mime_type,
            size=stored.size,
            width=still.width,
            height=still.height,
        )
    )
