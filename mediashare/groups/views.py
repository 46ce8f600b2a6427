"""How groups look to programs."""

from typing import Any

from mediashare.groups.models import Group, GroupRole


def group_json(group: Group, *, members: int, mine: GroupRole | None) -> dict[str, Any]:
    """A group as the API shows it; `mine` is what the viewer is in it."""
    return {
        "id": group.id,
        "slug": group.slug,
        "name": group.name,
        "purpose": group.purpose,
        "kind": group.kind.value,
        "members": members,
        "mine": None if mine is None else mine.value,
    }
