"""The code that puts a player into another site, and its description."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup

from mediashare.library.models import Episode, EpisodeKind
from mediashare.web.parts import parts

WIDTH = 640
# Of the picture, the deck below it and the line with the title.
PICTURE_HEIGHT, SOUND_HEIGHT = 520, 250
CODE = Markup(
    '<iframe src="{address}" title="{title}" width="{width}" height="{height}"'
    ' allow="fullscreen; picture-in-picture" loading="lazy"></iframe>'
)


def may_embed() -> bool:
    """Whether any other site may show players."""
    return bool(parts().settings.embed_sources)


def embed_code(episode: Episode) -> str | None:
    """What people paste into another site; None where none may show it."""
    return _code(episode, (), WIDTH, _height(episode)) if may_embed() else None


def oembed_address(episode: Episode) -> str | None:
    """Where programs ask what to embed for this episode; None where nothing may be."""
    page = parts().settings.base_url + episode.path
    return url_for("embeds.oembed", url=page) if may_embed() else None


def oembed_json(
    episode: Episode,
    place: Sequence[tuple[str, str]],
    max_width: int | None,
    max_height: int | None,
) -> dict[str, Any]:
    """An oEmbed 1.0 description, no larger than the page has room for."""
    width = min(WIDTH, max_width or WIDTH)
    height = min(_height(episode), max_height or _height(episode))
    base = parts().settings.base_url
    return {
        "version": "1.0",
        "type": "rich" if episode.kind is EpisodeKind.AUDIO else "video",
        "provider_name": "mediashare",
        "provider_url": base,
        "title": episode.title,
        "author_name": episode.author.name,
        "author_url": base + url_for("pages.person", handle=episode.author.handle),
        "html": _code(episode, place, width, height),
        "width": width,
        "height": height,
    }


def _height(episode: Episode) -> int:
    return SOUND_HEIGHT if episode.kind is EpisodeKind.AUDIO else PICTURE_HEIGHT


def _code(episode: Episode, place: Sequence[tuple[str, str]], width: int, height: int) -> str:
    address = parts().settings.base_url + url_for("embeds.show", slug=episode.slug)
    query = f"?{urlencode(place)}" if place else ""
    values = {"title": episode.title, "width": width, "height": height}
    return str(CODE.format(address=address + query, **values))
