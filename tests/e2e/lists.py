"""Playlists for tests in a browser: one that others see, and one of long words."""

from typing import Any

from sqlalchemy import select

from mediashare.accounts.models import User
from mediashare.db.session import Database
from mediashare.library.models import Audience, Episode
from mediashare.playlists.models import Playlist, PlaylistItem
from tests.e2e.library import Library

PLAYLIST, CLIP = "9" * 32, "8" * 32
LISTS = (
    (PLAYLIST, "First week on the mesh", Audience.INTERNAL),
    ("7" * 32, "Donaudampfschifffahrtsgesellschaft" * 4, Audience.PRIVATE),
)


def fill_lists(database: Database, library: Library) -> None:
    """The reader's: an episode, a clip of it with a note, another episode; and an empty list."""
    with database.transaction() as session:
        people = dict(session.execute(select(User.email, User.id)).all())
        slugs = (library.video, library.video, library.audio)
        episodes = [
            session.scalars(select(Episode).where(Episode.slug == path.removeprefix("/e/"))).one()
            for path in slugs
        ]
        for ident, title, audience in LISTS:
            described = {"title": title, "audience": audience, "description": "*In this order.*"}
            session.add(Playlist(id=ident, owner_id=people[library.reader], **described))
        session.flush()
        spans: tuple[dict[str, Any], ...]
        spans = ({}, {"id": CLIP, "start_ms": 7200, "end_ms": 13_000, "note": "The cause."}, {})
        for place, (episode, span) in enumerate(zip(episodes, spans, strict=True)):
            item = PlaylistItem(playlist_id=PLAYLIST, episode_id=episode.id, position=place, **span)
            session.add(item)
