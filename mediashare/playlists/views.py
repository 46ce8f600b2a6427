"""How playlists look from outside: to programs, and in the words of their pages."""

from collections.abc import Sequence
from typing import Any

from mediashare.library import views as library_views
from mediashare.library.models import Audience
from mediashare.playlists.models import Playlist, PlaylistItem
from mediashare.playlists.queries import Summary
from mediashare.sentences import Sentence, said
from mediashare.web.json_api import iso
from mediashare.web.parts import parts

AUDIENCES = {
    Audience.PRIVATE.value: said("Only you"),
    Audience.GROUP.value: said("A group"),
    Audience.INTERNAL.value: said("All members"),
}


def seen_by(playlist: Playlist) -> Sentence:
    """Who sees a list, in a few words; its group is loaded as far as the viewer may know of it."""
    if playlist.audience is not Audience.GROUP:
        return AUDIENCES[playlist.audience.value]
    if playlist.group is None:
        return said("A group that you do not belong to")
    return said("Members of %(group)s", group=playlist.group.name)


def playlist_json(playlist: Playlist, summary: Summary) -> dict[str, Any]:
    """A playlist with its owner loaded, and its group as far as the viewer may know of it."""
    group = playlist.group
    return {
        "id": playlist.id,
        "url": parts().settings.base_url + playlist.path,
        "title": playlist.title,
        "description": playlist.description,
        "audience": playlist.audience.value,
        "group": None if group is None else {"id": group.id, "name": group.name},
        "owner": library_views.person_json(playlist.owner),
        "count": summary.count,
        "duration": summary.length,
        "created_at": iso(playlist.created_at),
        "updated_at": iso(playlist.updated_at),
    }


def full_json(playlist: Playlist, items: Sequence[PlaylistItem]) -> dict[str, Any]:
    """The same with all that the viewer may see of what is in it."""
    summary = Summary(len(items), sum(item.length_ms for item in items))
    return {**playlist_json(playlist, summary), "items": [item_json(item) for item in items]}


def item_json(item: PlaylistItem) -> dict[str, Any]:
    """An item with its episode loaded as a card."""
    return {
        "id": item.id,
        "url": parts().settings.base_url + item.path,
        "episode": library_views.episode_card(item.episode),
        "start": item.start,
        "end": item.end,
        "note": item.note,
        "created_at": iso(item.created_at),
    }
