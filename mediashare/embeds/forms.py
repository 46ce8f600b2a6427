"""Reads the address that somebody wants to embed."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from mediashare.embeds.errors import NothingToEmbedError

EPISODE = re.compile(r"/(?:e|embed)/([A-Za-z0-9-]{1,120})")
LONGEST = 2000
# What of the address of an episode goes on in that of its player.
PLACE = ("t", "end", "lang")


@dataclass(frozen=True)
class Embedded:
    """A clip by its slug, and the moment or span of it that its address names."""

    slug: str
    place: tuple[tuple[str, str], ...] = ()


def read_address(address: str, hosts: Collection[str]) -> Embedded:
    """The clip that an address of one of our hosts names; raises NothingToEmbedError."""
    try:
        found = urlsplit(address[:LONGEST].strip())
    except ValueError as error:
        raise NothingToEmbedError from error
    slug = EPISODE.fullmatch(found.path)
    if slug is None or found.netloc not in hosts:
        raise NothingToEmbedError
    named = [(name, value) for name, value in parse_qsl(found.query) if name in PLACE]
    return Embedded(slug[1], tuple(named))


def read_limit(value: str | None) -> int | None:
    """How wide or high a player may be at most; None where nothing usable is said."""
    return int(value) if value and re.fullmatch(r"[1-9][0-9]{0,4}", value) else None
