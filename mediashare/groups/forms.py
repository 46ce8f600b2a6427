"""Reads what people say about groups."""

from collections.abc import Mapping
from typing import Any

from mediashare.accounts.forms import clean_text
from mediashare.errors import InvalidInputError
from mediashare.groups.models import GroupKind, GroupRole
from mediashare.groups.service import GroupDetails

MAX_NAME, MAX_PURPOSE = 80, 2000


def read_details(data: Mapping[str, Any]) -> GroupDetails:
    """Name, purpose and kind of a group; raises InvalidInputError naming each bad field."""
    errors: dict[str, str] = {}
    name = " ".join(_read_text(data, "name", MAX_NAME, errors).split())
    if not name:
        errors.setdefault("name", "Give the group a name.")
    details = GroupDetails(
        name=name,
        purpose=_read_text(data, "purpose", MAX_PURPOSE, errors),
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
        sentence = f"Must be one of: {', '.join(GroupRole)}."
        raise InvalidInputError(errors={"role": sentence}) from error


def _read_text(data: Mapping[str, Any], name: str, longest: int, errors: dict[str, str]) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str):
        errors[name] = "Must be text."
        return ""
    text = clean_text(value)
    if len(text) > longest:
        errors[name] = f"At most {longest} characters."
    return text


def _read_kind(value: object, errors: dict[str, str]) -> GroupKind:
    try:
        return GroupKind(str(value or GroupKind.OPEN))
    except ValueError:
        errors["kind"] = f"Must be one of: {', '.join(GroupKind)}."
        return GroupKind.SECRET
