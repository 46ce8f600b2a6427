"""What the results of a search can be narrowed down to. Nothing is counted that was not found, and
nothing beyond the best few hundred: a count is exact, or says that there are at least so many."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.db.given import given_ids
from mediashare.groups import queries as groups_queries
from mediashare.groups.models import Group
from mediashare.library.models import Episode, EpisodeGroup, EpisodeTag, Tag
from mediashare.search.queries.filters import (
    a_year_ago,
    checked_since,
    is_by_followed,
    length_of,
)
from mediashare.search.queries.request import Choice

# Beyond that, and beyond so many results, it is "at least".
MOST_COUNTED, MOST_RESULTS = 100, 250
# Of groups, tags and languages only the most frequent are offered.
MOST_CHOICES = 8

# What each result has, or that and what it is called.
Values: TypeAlias = Iterable[str] | Iterable[tuple[str, str]]


def count_facets(
    session: Session, viewer: Viewer, episode_ids: Sequence[str], *, is_all: bool
) -> Mapping[str, Sequence[Choice]]:
    """By parameter, what these results can be narrowed down to; `is_all` says whether they are all
    that were found. The caller has made sure that the viewer may find them."""
    rows = session.execute(
        select(
            *(Episode.kind, Episode.duration_ms, Episode.language, Episode.solved_count),
            is_by_followed(viewer).label("is_followed"),
            *(User.handle, User.name, Episode.published_at, Episode.checked_at),
        )
        .join(User, User.id == Episode.author_id)
        .where(Episode.id.in_(given_ids(session, episode_ids)))
    ).all()
    kinds = [row.kind.value for row in rows if row.kind]
    lengths = [length.value for row in rows if (length := length_of(row.duration_ms))]
    languages = [row.language.split("-")[0] for row in rows if row.language]
    solved = ["true" for row in rows if row.solved_count]
    since = checked_since()
    checked = ["1" for row in rows if max(filter(None, row[-2:]), default=since) > since]
    followed = ["1" for row in rows if row.is_followed]
    authors = [(row.handle, row.name) for row in rows]
    lately = a_year_ago()
    after = [lately.date().isoformat() for row in rows if row.published_at >= lately]
    groups = _list_groups(session, viewer, episode_ids)
    tags = _list_tags(session, episode_ids)
    counted: Mapping[str, Values] = {
        "kind": kinds,
        "length": lengths,
        "language": languages,
        "solved": solved,
        "checked": checked,
        "followed": followed,
        "author": authors,
        "after": after,
        "group": groups,
        "tag": tags,
    }
    return {name: _choices(values, len(rows), is_all=is_all) for name, values in counted.items()}


def _choices(values: Values, total: int, *, is_all: bool) -> Sequence[Choice]:
    """How many of the `total` have each value."""
    pairs = (value if isinstance(value, tuple) else (value, value) for value in values)
    counted = sorted(Counter(pairs).items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        Choice(
            *(value, label, min(count, MOST_COUNTED), not is_all or count > MOST_COUNTED),
            narrows=count < total,
        )
        for (value, label), count in counted[:MOST_CHOICES]
    ]


def _list_groups(
    session: Session, viewer: Viewer, episode_ids: Sequence[str]
) -> Iterable[tuple[str, str]]:
    rows = session.execute(
        select(Group.slug, Group.name)
        .join(EpisodeGroup, EpisodeGroup.group_id == Group.id)
        .where(
            EpisodeGroup.episode_id.in_(given_ids(session, episode_ids)),
            groups_queries.visible_to(viewer),
        )
    )
    return [(row.slug, row.name) for row in rows]


def _list_tags(session: Session, episode_ids: Sequence[str]) -> Iterable[str]:
    return session.scalars(
        select(Tag.name)
        .join(EpisodeTag, EpisodeTag.tag_id == Tag.id)
        .where(EpisodeTag.episode_id.in_(given_ids(session, episode_ids)))
    ).all()
