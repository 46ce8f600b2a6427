"""Reads what people say about groups."""

from collections.abc import Mapping
from typing import Any

from mediashare.errors import InvalidInputError
from mediashare.groups.models import GroupKind, GroupRole
from mediashare.groups.service import GroupDetails
from mediashare.sentences import said
from mediashare.text import clean_visible, read_text

MAX_NAME, MAX_PURPOSE = 80, 2000


def read_details(data: Mapping[str, Any]) -> GroupDetails:
    """Name, purpose and kind of a group; raises InvalidInputError naming each bad field."""
    errors: dict[str, str] = {}
    name = " ".join(read_text(data, "name", MAX_NAME, errors, clean_visible).split())
    if not name:
        errors.setdefault("name", said("Give the group a name."))
    details = GroupDetails(
        name=name,
        purpose=read_text(data, "purpose", MAX_PURPOSE, errors, clean_visible),
        kind=_read_kind(data.get("kind"), errors),
    )
    if errors:
        raise InvalidInputError(errors=errors)
    return details


def read_member_role(data: Mapping[str, Any]) -> GroupRole:
    """What somebody is to be in the group: a member unless told otherwise."""
    try:
        return GroupRole(data.get("role") or GroupRole.MEMBER)
    except ValueError as error:
        sentence = said("Must be one of: %(known)s.", known=", ".join(GroupRole))
        raise InvalidInputError(errors={"role": sentence}) from error


def _read_kind(value: object, errors: dict[str, str]) -> GroupKind:
    try:
        return GroupKind(str(value or GroupKind.OPEN))
    except ValueError:
        errors["kind"] = said("Must be one of: %(known)s.", known=", ".join(GroupKind))
        return GroupKind.SECRET
