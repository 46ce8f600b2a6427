"""How episodes look in the API, as far as the library itself knows them."""

from typing import Any

from flask import url_for

from mediashare.accounts.models import User
from mediashare.library import policy as library_policy
from mediashare.library.models import Episode
from mediashare.web.json_api import iso
from mediashare.web.parts import parts


def episode_card(episode: Episode) -> dict[str, Any]:
    """An episode in a list: what a card shows, with its author and tags loaded."""
    return {
        "id": episode.id,
        "slug": episode.slug,
        "url": episode_url(episode),
        "title": episode.title,
        "description": episode.description,
        "state": episode.shown_state.value,
        "kind": episode.kind.value if episode.kind else None,
        "duration": episode.duration,
        "language": episode.language,
        "author": person_json(episode.author),
        "audience": episode.audience.value,
        "tags": [tag.name for tag in episode.tags],
        "poster": poster_url(episode),
        "rating": {"average": episode.rating_average, "count": episode.rating_count},
        "outcomes": {
            "solved": episode.solved_count,
            "did_not_work": episode.did_not_work_count,
            "outdated": episode.outdated_count,
        },
        "comment_count": episode.comment_count,
        "plays": library_policy.shown_plays(episode),
        "created_at": iso(episode.created_at),
        "published_at": iso(episode.published_at),
    }


def person_json(person: User) -> dict[str, Any]:
    """What everybody who sees a contribution sees of the person behind it."""
    return {"handle": person.handle, "name": person.name}


def episode_url(episode: Episode) -> str:
    """The page of an episode, complete with scheme and host, so that it can be passed on."""
    return parts().settings.base_url + episode.path


def poster_url(episode: Episode) -> str | None:
    """The picture that stands for an episode, once there is one."""
    return None if episode.poster is None else _file_url(episode, episode.poster)


def poster_srcset(episode: Episode) -> str:
    """The same in its sizes, for browsers to choose from; nothing for a poster of a single file."""
    sizes = episode.poster_sizes
    if sizes is None:
        return ""
    return ", ".join(f"{_file_url(episode, sizes.webp(width))} {width}w" for width in sizes.widths)


def _file_url(episode: Episode, name: str) -> str:
    return url_for("media.show", episode_id=episode.id, name=name)
