"""Reads addresses and forms of the screens, and keeps what was typed for showing it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from mediashare.library.models import Audience, Episode

# No clip is longer than a day, so a moment beyond is no moment.
LATEST_S = 24 * 3600


@dataclass(frozen=True)
class EpisodeForm:
    """The details of an episode as text, as a form holds them."""

    title: str = ""
    description: str = ""
    tags: str = ""
    language: str = ""
    audience: str = Audience.INTERNAL.value
    group_ids: tuple[str, ...] = ()
    publish: bool = True
    review_by: str = ""

    @classmethod
    def of(cls, episode: Episode, group_ids: Sequence[str]) -> Self:
        """What the form shows before anything is changed."""
        return cls(
            title=episode.title,
            description=episode.description,
            tags=", ".join(tag.name for tag in episode.tags),
            language=episode.language or "",
            audience=episode.audience.value,
            group_ids=tuple(group_ids),
            publish=episode.is_released,
            review_by=episode.review_by.isoformat() if episode.review_by else "",
        )

    @classmethod
    def typed(cls, form: Mapping[str, str], group_ids: Sequence[str]) -> Self:
        """What somebody has typed, right or wrong."""
        names = ("title", "description", "tags", "language", "audience", "review_by")
        return cls(
            **{name: form.get(name, "") for name in names},
            group_ids=tuple(group_ids),
            publish=is_to_be_published(form),
        )


def is_to_be_published(form: Mapping[str, str]) -> bool:
    """Whether the box is ticked; browsers do not send one that is not."""
    return "publish" in form


def read_moment(query: Mapping[str, str]) -> float:
    """The second that an address asks for with `t`; 0 where it names none."""
    return _read_seconds(query, "t")


def read_place(query: Mapping[str, str]) -> dict[str, str]:
    """The moment or span that an address asks for, as that address would say it."""
    start, end = read_moment(query), _read_seconds(query, "end")
    times = {"t": start, "end": end if end > start else 0.0}
    return {name: f"{seconds:.6g}" for name, seconds in times.items() if seconds}


def _read_seconds(query: Mapping[str, str], name: str) -> float:
    try:
        seconds = float(query.get(name, "0"))
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < LATEST_S else 0.0
